/* SPDX-License-Identifier: MIT */
#include "documents/strip.h"

#include <calib_documents.h>
#include <stdbool.h>
#include <string.h>

/* Returns true for the characters of U+2000 to U+206F, by their last two bytes. */
static bool is_general_space(unsigned char second, unsigned char third)
{
    if (second == 0x81)
        return third == 0x9f;
    return second == 0x80 && (third <= 0x8a || third == 0xa8 || third == 0xa9 || third == 0xaf);
}

/* Returns the length of the white space character at `c`, or 0: what Python's str.isspace() says
 * in all versions since 3.3. Text that is not UTF-8 has none but in ASCII. */
static size_t space_length(const unsigned char *c, size_t len)
{
    if (len == 0)
        return 0;
    if (c[0] < 0x80)
        return (c[0] >= 0x09 && c[0] <= 0x0d) || (c[0] >= 0x1c && c[0] <= 0x20);
    if (len >= 2 && c[0] == 0xc2)
        return c[1] == 0x85 || c[1] == 0xa0 ? 2 : 0;
    if (len < 3)
        return 0;
    bool is_space = (c[0] == 0xe1 && c[1] == 0x9a && c[2] == 0x80) ||
                    (c[0] == 0xe2 && c[2] >= 0x80 && is_general_space(c[1], c[2])) ||
                    (c[0] == 0xe3 && c[1] == 0x80 && c[2] == 0x80);
    return is_space ? 3 : 0;
}

static void strip_front(calib_part *part)
{
    size_t n;
    while ((n = space_length((const unsigned char *)part->text, part->len)) > 0) {
        part->text += n;
        part->len -= n;
    }
}

static void strip_back(calib_part *part)
{
    const unsigned char *text = (const unsigned char *)part->text;
    for (size_t n = 1; n <= 3 && n <= part->len;) {
        bool is_space = space_length(text + part->len - n, n) == n;
        part->len -= is_space ? n : 0;
        n = is_space ? 1 : n + 1;
    }
}

size_t calib_strip(uint32_t strip, calib_part *parts, size_t n_parts)
{
    size_t first = 0, end = n_parts;
    if (n_parts == 0)
        return 0;
    if (strip == CALIB_STRIP_NEWLINE) {
        calib_part *last = &parts[end - 1];
        last->len -= last->text[last->len - 1] == '\n';
        end -= last->len == 0;
    } else if (strip != CALIB_STRIP_NONE) {
        for (; end > 0; end--) {
            strip_back(&parts[end - 1]);
            if (parts[end - 1].len > 0)
                break;
        }
    }
    for (; strip == CALIB_STRIP_PYTHON && first < end; first++) {
        strip_front(&parts[first]);
        if (parts[first].len > 0)
            break;
    }
    memmove(parts, parts + first, (end - first) * sizeof *parts);
    return end - first;
}
