/* SPDX-License-Identifier: MIT */
/* Characters of UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF. */
#ifndef CALIB_BASE_UTF8_H
#define CALIB_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/** Returns the length of the character that `lead` begins; 0 if it cannot begin one. */
size_t calib_utf8_length(unsigned char lead);

/** Returns how many of the first `n` bytes (1 to 4) of a multi-byte character are valid; n if all
 *  are. The first byte must begin such a character. */
size_t calib_utf8_good_bytes(const unsigned char *c, size_t n);

/** Returns the number of valid bytes: `len`, or the offset of a bad or unfinished character, and
 *  which of both. */
size_t calib_utf8_check(const char *text, size_t len, bool *bad);

#endif
