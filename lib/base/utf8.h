/* SPDX-License-Identifier: MIT */
/* What is a character of UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above
 * U+10FFFF. */
#ifndef CALIB_BASE_UTF8_H
#define CALIB_BASE_UTF8_H

#include <stddef.h>

/** Bytes of the character that `lead` begins; 0 when it can begin none. */
size_t calib_utf8_length(unsigned char lead);

/** How many of the first `n` bytes, 1 to 4, of a multi-byte character are in order; all n when it
 *  is good as far as it goes. The first byte is one that begins such a character. */
size_t calib_utf8_good_bytes(const unsigned char *c, size_t n);

#endif
