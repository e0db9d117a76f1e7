/* SPDX-License-Identifier: MIT */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void cli_text_add(cli_text *text, const void *bytes, size_t len)
{
    if (len == 0 || text->failed)
        return;
    if (len > SIZE_MAX / 4 || text->len > SIZE_MAX / 4) {
        text->failed = true;
        return;
    }
    if (text->cap - text->len < len) {
        size_t cap = (text->len + len) * 2;
        char *data = realloc(text->data, cap);
        text->failed = !data;
        if (!data)
            return;
        text->data = data;
        text->cap = cap;
    }
    memcpy(text->data + text->len, bytes, len);
    text->len += len;
}

void cli_text_add_string(cli_text *text, const char *string)
{
    cli_text_add(text, string, strlen(string));
}

void cli_text_format(cli_text *text, const char *format, ...)
{
    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (n < 0 || (size_t)n >= sizeof line)
        text->failed = true;
    else
        cli_text_add(text, line, (size_t)n);
}

void cli_text_free(cli_text *text)
{
    free(text->data);
    *text = (cli_text){0};
}

/* RFC 3629, section 4. */
size_t cli_character(const char *bytes, size_t len, uint32_t *code)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *c = (const unsigned char *)bytes;
    size_t n = c[0] < 0x80 ? 1 : c[0] < 0xc0 ? 0 : c[0] < 0xe0 ? 2 : c[0] < 0xf0 ? 3 : 4;
    uint32_t value = n == 1 ? c[0] : c[0] & (0x7fu >> n);
    bool good = n > 0 && n <= len && c[0] < 0xf8;
    for (size_t i = 1; good && i < n; i++) {
        good = (c[i] & 0xc0) == 0x80;
        value = value << 6 | (c[i] & 0x3fu);
    }
    good = good && value >= least[n] && value <= 0x10ffff && (value < 0xd800 || value > 0xdfff);
    *code = good ? value : 0xfffd;
    return good ? n : 1;
}

void cli_percent(double share, char out[CLI_PERCENT])
{
    double percents = 100 * share;
    if (percents > 0 && percents < 0.01)
        snprintf(out, CLI_PERCENT, "< 0.01 %%");
    else
        snprintf(out, CLI_PERCENT, percents < 9.995 ? "%.2f %%" : "%.1f %%", percents);
}

void cli_hex(const uint8_t bytes[32], char out[CLI_HEX])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < 32; i++) {
        out[2 * i] = digits[bytes[i] >> 4];
        out[2 * i + 1] = digits[bytes[i] & 15];
    }
    out[64] = '\0';
}
