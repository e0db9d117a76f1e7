/* SPDX-License-Identifier: MIT */
/* SHA-256 by libcrypto, and its text form. */
#ifndef CALIB_BASE_SHA256_H
#define CALIB_BASE_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CALIB_SHA256_SIZE = 32, CALIB_SHA256_HEX = 65 };

typedef struct calib_sha256 {
    void *state; /* NULL before begin and after end */
} calib_sha256;

/** Returns 0 or E_NOMEM. begin and end pair; calib_sha256_free() may be called at any time. */
int calib_sha256_begin(calib_sha256 *hash);
int calib_sha256_add(calib_sha256 *hash, const void *data, size_t len);
int calib_sha256_end(calib_sha256 *hash, uint8_t out[CALIB_SHA256_SIZE]);
/** Makes a second, independent state that continues from here. Returns 0 or E_NOMEM. */
int calib_sha256_copy(const calib_sha256 *hash, calib_sha256 *copy);
void calib_sha256_free(calib_sha256 *hash);

/** Hashes one block. Returns 0 or E_NOMEM. */
int calib_sha256_of(const void *data, size_t len, uint8_t out[CALIB_SHA256_SIZE]);

/** Writes 64 lower-case digits and a NUL. */
void calib_sha256_to_hex(const uint8_t hash[CALIB_SHA256_SIZE], char out[CALIB_SHA256_HEX]);

/** Reads exactly 64 digits of either case. Returns false if `text` is anything else. */
bool calib_sha256_from_hex(const char *text, uint8_t out[CALIB_SHA256_SIZE]);

#endif
