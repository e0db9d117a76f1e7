/* SPDX-License-Identifier: MIT */
#include "documents/lines.h"

#include <calib.h>

#include <string.h>

static int take_line(calib_lines *lines, calib_line line, calib_line_fn take, void *ctx)
{
    line.at = lines->at;
    line.number = ++lines->n;
    lines->at += line.len + line.ended;
    return take(ctx, &line);
}

/* Takes the line whose beginning is pending, with its rest. */
static int take_pending(calib_lines *lines, const char *rest, size_t len, calib_line_fn take,
                        void *ctx)
{
    int status = calib_buffer_append(&lines->pending, rest, len);
    if (status)
        return status;
    calib_line line = {.text = lines->pending.data, .len = lines->pending.len, .ended = true};
    lines->pending.len = 0;
    return take_line(lines, line, take, ctx);
}

int calib_lines_feed(calib_lines *lines, const char *text, size_t len, calib_line_fn take,
                     void *ctx)
{
    int status = CALIB_OK;
    const char *lf;
    while (len > 0 && !status && (lf = memchr(text, '\n', len)) != NULL) {
        size_t n = (size_t)(lf - text);
        status =
            lines->pending.len > 0
                ? take_pending(lines, text, n, take, ctx)
                : take_line(lines, (calib_line){.text = text, .len = n, .ended = true}, take, ctx);
        text += n + 1;
        len -= n + 1;
    }
    return status ? status : calib_buffer_append(&lines->pending, text, len);
}

int calib_lines_end(calib_lines *lines, calib_line_fn take, void *ctx)
{
    calib_line line = {.text = lines->pending.data, .len = lines->pending.len};
    return line.len > 0 ? take_line(lines, line, take, ctx) : CALIB_OK;
}

void calib_lines_free(calib_lines *lines)
{
    calib_buffer_free(&lines->pending);
}
