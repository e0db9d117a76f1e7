/* SPDX-License-Identifier: MIT */
/* Lines of a text that comes in blocks. */
#ifndef CALIB_DOCUMENTS_LINES_H
#define CALIB_DOCUMENTS_LINES_H

#include "base/memory.h"

#include <stdbool.h>

typedef struct calib_line {
    const char *text; /* without its LF */
    size_t len;
    uint64_t at;     /* byte of the text at which it begins */
    uint64_t number; /* from 1 */
    bool ended;      /* by an LF: only the last line may lack it */
} calib_line;

/** Zero-initialize. */
typedef struct calib_lines {
    calib_buffer pending; /* the beginning of a line that the last block cut off */
    uint64_t at;          /* byte at which the next line begins */
    uint64_t n;           /* lines that were taken */
} calib_lines;

/** Takes one line. Returns 0, or a status with its error set. */
typedef int (*calib_line_fn)(void *ctx, const calib_line *line);

/** Passes the lines that end in this block to `take`. Returns 0, E_NOMEM, or what `take`
 *  returned. */
int calib_lines_feed(calib_lines *lines, const char *text, size_t len, calib_line_fn take,
                     void *ctx);

/** Ends the text, and passes its last line if it has no LF. */
int calib_lines_end(calib_lines *lines, calib_line_fn take, void *ctx);

void calib_lines_free(calib_lines *lines);

#endif
