/* SPDX-License-Identifier: MIT */
/* Checked size arithmetic, buffers that grow, aligned blocks. */
#ifndef CALIB_BASE_MEMORY_H
#define CALIB_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Compute a * b and a + b. Return false if the result does not fit. */
bool calib_size_mul(size_t a, size_t b, size_t *out);
bool calib_size_add(size_t a, size_t b, size_t *out);

/** Bytes in a block that grows by half. All zero is the empty buffer; calib_buffer_free() zeroes
 *  it. */
typedef struct calib_buffer {
    void *data;
    size_t len; /* bytes in use */
    size_t cap; /* bytes allocated */
} calib_buffer;

/** Makes room for `extra` more bytes. Returns 0 or E_NOMEM; the buffer is unchanged on failure. */
int calib_buffer_reserve(calib_buffer *buffer, size_t extra);

/** Appends a copy. Returns 0 or E_NOMEM; the buffer is unchanged on failure. */
int calib_buffer_append(calib_buffer *buffer, const void *data, size_t len);

void calib_buffer_free(calib_buffer *buffer);

/** Allocates `n` bytes at a multiple of 64, all of which will be used. Returns NULL, with no error
 *  set, if there is no memory. A block of megabytes may reserve 2 MiB more address space. */
void *calib_aligned_alloc(size_t n);

/** Frees the block. NULL is allowed. */
void calib_aligned_free(void *data);

/** Copies a string into memory from malloc. NULL is allowed, and gives NULL. Returns 0 or
 *  E_NOMEM. */
int calib_string_copy(const char *string, char **out);

#endif
