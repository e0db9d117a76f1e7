/* SPDX-License-Identifier: MIT */
#include "html.h"

#include "shown.h"

#include <stdio.h>
#include <string.h>

static void add_escaped(cli_text *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        switch (text[i]) {
        case '&': cli_text_add_string(out, "&amp;"); break;
        case '<': cli_text_add_string(out, "&lt;"); break;
        case '>': cli_text_add_string(out, "&gt;"); break;
        case '"': cli_text_add_string(out, "&quot;"); break;
        case '\'': cli_text_add_string(out, "&#39;"); break;
        default: cli_text_add(out, text + i, 1);
        }
}

void cli_html_text(cli_text *out, const char *text)
{
    char piece[CLI_SHOWN];
    size_t len = strlen(text);
    for (size_t at = 0, n; at < len; at += n) {
        uint32_t code;
        n = cli_character(text + at, len - at, &code);
        cli_shown(code, text + at, n, piece);
        add_escaped(out, piece, strlen(piece));
    }
}

void cli_html_token(cli_text *out, const char *bytes, size_t len)
{
    enum { COLUMNS = 48 };
    cli_text shown = {0};
    cli_shown_token(bytes, len, COLUMNS, &shown);
    out->failed |= shown.failed;
    cli_text_add_string(out, "<code><bdi>");
    add_escaped(out, shown.data, shown.len);
    cli_text_add_string(out, "</bdi></code>");
    cli_text_free(&shown);
}

void cli_html_number(cli_text *out, uint64_t n)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    for (int i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0)
            cli_text_add_string(out, ",");
        cli_text_add(out, digits + i, 1);
    }
}

void cli_html_percent(cli_text *out, double share)
{
    char text[CLI_PERCENT];
    cli_percent(share, text);
    size_t len = strlen(text);
    add_escaped(out, text, len - 2);
    cli_text_add_string(out, "&nbsp;%");
}

void cli_html_card(cli_text *out, const char *heading)
{
    cli_text_format(out, "<section class=\"card\">\n<h2>%s</h2>\n", heading);
}

void cli_html_card_end(cli_text *out)
{
    cli_text_add_string(out, "</section>\n");
}

/* Coordinates are whole numbers: no locale can change their point. */
enum { WIDTH = 1000, HEIGHT = 100 };

static int part_of(double share, int whole)
{
    int length = (int)(share * whole + 0.5);
    return share > 0 && length == 0 ? 1 : length;
}

static void begin_svg(cli_text *out, const char *class, int width)
{
    cli_text_format(out,
                    "<svg class=\"%s\" viewBox=\"0 0 %d %d\" preserveAspectRatio=\"none\" "
                    "aria-hidden=\"true\">",
                    class, width, HEIGHT);
}

static void add_rectangle(cli_text *out, const char *class, int x, int width, int height)
{
    cli_text_format(out, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>", class,
                    x, HEIGHT - height, width, height);
}

void cli_html_bar(cli_text *out, const char *class, double share, double mark)
{
    begin_svg(out, "bar", WIDTH);
    add_rectangle(out, "track", 0, WIDTH, HEIGHT);
    add_rectangle(out, class, 0, part_of(share, WIDTH), HEIGHT);
    if (mark >= 0)
        add_rectangle(out, "mark", part_of(mark, WIDTH - 6), 6, HEIGHT);
    cli_text_add_string(out, "</svg>");
}

void cli_html_parts(cli_text *out, const double *shares, const unsigned *colours, size_t n)
{
    double at = 0;
    begin_svg(out, "parts", WIDTH);
    for (size_t i = 0; i < n; i++) {
        char class[16];
        snprintf(class, sizeof class, "c%u", colours[i]);
        int begin = (int)(at * WIDTH + 0.5);
        at += shares[i];
        int end = (int)(at * WIDTH + 0.5);
        add_rectangle(out, class, begin, end - begin, HEIGHT);
    }
    cli_text_add_string(out, "</svg>\n");
}

void cli_html_columns(cli_text *out, const double *shares, size_t n)
{
    enum { COLUMN = 100, GAP = 12 };
    begin_svg(out, "columns", (int)n * COLUMN);
    for (size_t i = 0; i < n; i++)
        add_rectangle(out, "fill", (int)i * COLUMN + GAP / 2, COLUMN - GAP,
                      part_of(shares[i], HEIGHT));
    cli_text_add_string(out, "</svg>\n");
}
