/* SPDX-License-Identifier: MIT */
/* Numbers and bytes as text, independent of the locale. */
#ifndef CALIB_BASE_NUMBERS_H
#define CALIB_BASE_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Reads a decimal number from the front of `text`.
 * @return the number of digits; 0 if there is no digit or the number is above 2^64 - 1
 */
size_t calib_decimal_read(const char *text, size_t len, uint64_t *out);

enum { CALIB_DECIMAL_SIZE = 21 };

/** Writes a number of at most 20 digits and a NUL. */
void calib_decimal_write(uint64_t value, char out[CALIB_DECIMAL_SIZE]);

/** Writes 2 * n lower-case digits and a NUL. */
void calib_hex_write(const uint8_t *bytes, size_t n, char *out);

/** Reads exactly 2 * n digits of either case. Returns false if `text` is anything else. */
bool calib_hex_read(const char *text, uint8_t *bytes, size_t n);

#endif
