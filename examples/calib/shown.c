/* SPDX-License-Identifier: MIT */
#include "shown.h"

#include <stdio.h>
#include <string.h>

/* Returns the columns of a character as common terminals show it, roughly: wide and combining ones.
 */
static size_t columns_of(uint32_t code)
{
    if ((code >= 0x300 && code < 0x370) || code == 0x200b || code == 0x200d ||
        (code >= 0xfe00 && code < 0xfe10))
        return 0;
    bool wide = (code >= 0x1100 && code < 0x1160) || (code >= 0x2e80 && code < 0xa4d0) ||
                (code >= 0xac00 && code < 0xd7a4) || (code >= 0xf900 && code < 0xfb00) ||
                (code >= 0xfe30 && code < 0xfe70) || (code >= 0xff00 && code < 0xff61) ||
                (code >= 0x1f300 && code < 0x20000) || (code >= 0x20000 && code < 0x30000);
    return wide ? 2 : 1;
}

size_t cli_shown(uint32_t code, const char *bytes, size_t n, char out[CLI_SHOWN])
{
    const char *name = code == '\n' ? "\\n" : code == '\t' ? "\\t" : code == '\r' ? "\\r" : NULL;
    bool control = code < 0x20 || (code >= 0x7f && code < 0xa0);
    bool direction = (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) ||
                     code == 0x200e || code == 0x200f || code == 0x61c;
    if (name)
        snprintf(out, CLI_SHOWN, "%s", name);
    else if (control)
        snprintf(out, CLI_SHOWN, "\\x%02x", (unsigned)code);
    else if (direction)
        snprintf(out, CLI_SHOWN, "\\u%04x", (unsigned)code);
    if (name || control || direction)
        return strlen(out);
    if (code == 0xfffd)
        snprintf(out, CLI_SHOWN, "\xef\xbf\xbd");
    else
        snprintf(out, CLI_SHOWN, "%.*s", (int)n, bytes);
    return columns_of(code);
}

/* Returns true for a character of no width: alone it would not be seen. */
static bool is_unseen(uint32_t code)
{
    return columns_of(code) == 0 || code == 0xad || code == 0xfeff ||
           (code >= 0x200b && code <= 0x200d) || (code >= 0x2060 && code <= 0x2064) ||
           (code >= 0xe0000 && code <= 0xe0fff);
}

static size_t show_in_token(uint32_t code, const char *bytes, size_t n, char out[CLI_SHOWN])
{
    if (code == 0xfffd && n == 1)
        return (size_t)snprintf(out, CLI_SHOWN, "\\x%02x", (unsigned)(unsigned char)bytes[0]);
    if (code == '\\')
        return (size_t)snprintf(out, CLI_SHOWN, "\\\\");
    if (is_unseen(code))
        return (size_t)snprintf(out, CLI_SHOWN, "\\u%04lx", (unsigned long)code);
    if (code == ' ') {
        snprintf(out, CLI_SHOWN, "\xe2\x90\xa3");
        return 1;
    }
    return cli_shown(code, bytes, n, out);
}

size_t cli_shown_token(const char *bytes, size_t len, size_t most, cli_text *out)
{
    char piece[CLI_SHOWN];
    size_t used = 0;
    for (size_t at = 0, n; at < len; at += n) {
        uint32_t code;
        n = cli_character(bytes + at, len - at, &code);
        size_t columns = show_in_token(code, bytes + at, n, piece);
        bool is_last = at + n == len;
        if (used + columns + !is_last > most) { /* the mark of a cut needs a column */
            cli_text_add_string(out, "\xe2\x80\xa6");
            return used + 1;
        }
        used += columns;
        cli_text_add_string(out, piece);
    }
    return used;
}
