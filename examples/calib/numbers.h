/* SPDX-License-Identifier: MIT */
/* Numbers of the command line. The whole text must be the number, and the number must fit;
 * otherwise the functions return false. */
#ifndef CALIB_PROGRAM_NUMBERS_H
#define CALIB_PROGRAM_NUMBERS_H

#include <stdbool.h>
#include <stdint.h>

/** Reads decimal digits, without sign and space. */
bool cli_read_u64(const char *text, uint64_t *out);

/** Reads the number that *text begins with and moves past it. */
bool cli_read_next_u64(const char **text, uint64_t *out);

/** Reads decimal digits with an optional minus. */
bool cli_read_i64(const char *text, int64_t *out);

/** Reads a number of bytes, optionally followed by K, M or G (powers of 1024). */
bool cli_read_size(const char *text, uint64_t *out);

/** Reads seconds with up to three decimals, as milliseconds. */
bool cli_read_ms(const char *text, uint32_t *out);

#endif
