/* SPDX-License-Identifier: MIT */
/* Sizes that cannot overflow unseen, and buffers that grow. */
#ifndef CALIB_BASE_MEMORY_H
#define CALIB_BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** a * b and a + b into *out; false when the result does not fit. */
bool calib_size_mul(size_t a, size_t b, size_t *out);
bool calib_size_add(size_t a, size_t b, size_t *out);

/** Bytes that grow by half again. All zero is the empty buffer; calib_buffer_free() zeroes it. */
typedef struct calib_buffer {
    void *data;
    size_t len; /* bytes in use */
    size_t cap; /* bytes allocated */
} calib_buffer;

/** Makes room for `extra` more bytes. 0 or E_NOMEM, the buffer as it was. */
int calib_buffer_reserve(calib_buffer *buffer, size_t extra);

/** Appends a copy. 0 or E_NOMEM, the buffer as it was. */
int calib_buffer_append(calib_buffer *buffer, const void *data, size_t len);

void calib_buffer_free(calib_buffer *buffer);

/** `n` bytes at a multiple of 64, all of them to be used, or NULL without an error set;
 *  calib_aligned_free() takes NULL. A block of megabytes may take addresses for 2 MiB more, which
 *  no memory stands behind. */
void *calib_aligned_alloc(size_t n);
void calib_aligned_free(void *data);

/** A malloc'd copy of a string in *out (NULL stays NULL). 0 or E_NOMEM. */
int calib_string_copy(const char *string, char **out);

#endif
