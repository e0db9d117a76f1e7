/* SPDX-License-Identifier: MIT */
#include "documents/plain.h"

#include <string.h>

static bool is_blank(const calib_line *line)
{
    for (size_t i = 0; i < line->len; i++)
        if (line->text[i] != ' ' && line->text[i] != '\t')
            return false;
    return true;
}

static bool divides(const calib_documents_settings *settings, const calib_line *line)
{
    if (settings->format == CALIB_DOCUMENTS_BLANK)
        return is_blank(line);
    return line->len == settings->separator_len &&
           memcmp(line->text, settings->separator, line->len) == 0;
}

static int end_document(calib_plain *plain, size_t len)
{
    plain->text.len = 0; /* its bytes stay until more are appended */
    return calib_keep_text(plain->keeping, plain->text.data, len, plain->at);
}

/* The document ends before the LF in front of the line that divides. A separator ends a document
 * also if that has no line. */
static int divide(calib_plain *plain, const calib_line *line)
{
    size_t len = plain->text.len;
    int status = CALIB_OK;
    if (len > 0 || plain->keeping->settings->format == CALIB_DOCUMENTS_SEPARATOR)
        status = end_document(plain, len > 0 ? len - 1 : 0);
    plain->at = line->at + line->len + 1;
    return status;
}

static int take_line(void *ctx, const calib_line *line)
{
    calib_plain *plain = ctx;
    const calib_documents_settings *settings = plain->keeping->settings;
    if (settings->format == CALIB_DOCUMENTS_LINES)
        return calib_keep_text(plain->keeping, line->text, line->len, line->at);
    if (divides(settings, line))
        return divide(plain, line);
    int status = calib_buffer_append(&plain->text, line->text, line->len);
    return status ? status : calib_buffer_append(&plain->text, "\n", line->ended);
}

int calib_plain_feed(calib_plain *plain, const char *text, size_t len)
{
    return calib_lines_feed(&plain->lines, text, len, take_line, plain);
}

int calib_plain_end(calib_plain *plain)
{
    int status = calib_lines_end(&plain->lines, take_line, plain);
    return status || plain->text.len == 0 ? status : end_document(plain, plain->text.len);
}

void calib_plain_free(calib_plain *plain)
{
    calib_lines_free(&plain->lines);
    calib_buffer_free(&plain->text);
}
