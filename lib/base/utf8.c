/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

/* RFC 3629, section 4: C0, C1 and F5 to FF never occur. */
size_t calib_utf8_length(unsigned char lead)
{
    if (lead < 0x80)
        return 1;
    if (lead < 0xc2)
        return 0;
    if (lead < 0xe0)
        return 2;
    if (lead < 0xf0)
        return 3;
    return lead < 0xf5 ? 4 : 0;
}

/* The range of the second byte excludes overlong forms, surrogates and all above U+10FFFF. */
size_t calib_utf8_good_bytes(const unsigned char *c, size_t n)
{
    unsigned char low = 0x80, high = 0xbf;
    if (c[0] == 0xe0)
        low = 0xa0;
    if (c[0] == 0xed)
        high = 0x9f;
    if (c[0] == 0xf0)
        low = 0x90;
    if (c[0] == 0xf4)
        high = 0x8f;
    if (n > 1 && (c[1] < low || c[1] > high))
        return 1;
    for (size_t i = 2; i < n; i++)
        if ((c[i] & 0xc0) != 0x80)
            return i;
    return n;
}

/* Returns the offset of the first byte at or after `at` that is not ASCII. */
static size_t skip_ascii(const unsigned char *bytes, size_t at, size_t len)
{
    while (len - at >= sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, bytes + at, sizeof word);
        if (word & UINT64_C(0x8080808080808080))
            break;
        at += sizeof word;
    }
    while (at < len && bytes[at] < 0x80)
        at++;
    return at;
}

size_t calib_utf8_check(const char *text, size_t len, bool *bad)
{
    const unsigned char *bytes = (const unsigned char *)text;
    *bad = false;
    for (size_t at = 0;;) {
        at = skip_ascii(bytes, at, len);
        if (at == len)
            return at;
        size_t n = calib_utf8_length(bytes[at]);
        size_t there = n < len - at ? n : len - at;
        if (n == 0 || calib_utf8_good_bytes(bytes + at, there) < there) {
            *bad = true;
            return at;
        }
        if (there < n)
            return at;
        at += n;
    }
}
