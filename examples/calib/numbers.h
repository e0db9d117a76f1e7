/* SPDX-License-Identifier: MIT */
/* Numbers of the command line: the whole text must be the number, and it must fit. */
#ifndef CALIB_PROGRAM_NUMBERS_H
#define CALIB_PROGRAM_NUMBERS_H

#include <stdbool.h>
#include <stdint.h>

/** Decimal digits only: no sign, no space. */
bool cli_read_u64(const char *text, uint64_t *out);

/** The same with an optional minus. */
bool cli_read_i64(const char *text, int64_t *out);

/** Bytes, optionally followed by K, M or G (powers of 1024). */
bool cli_read_size(const char *text, uint64_t *out);

/** Seconds with up to three decimals, into milliseconds. */
bool cli_read_ms(const char *text, uint32_t *out);

#endif
