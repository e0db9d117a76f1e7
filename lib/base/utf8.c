/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

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
