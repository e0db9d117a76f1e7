/* SPDX-License-Identifier: MIT */
/* Documents of plain text: a line each, or lines divided by blank lines or by a separator line. */
#ifndef CALIB_DOCUMENTS_PLAIN_H
#define CALIB_DOCUMENTS_PLAIN_H

#include "documents/keep.h"
#include "documents/lines.h"

/** Zero-initialize, then set the first field. */
typedef struct calib_plain {
    calib_keeping *keeping;
    calib_lines lines;
    calib_buffer text; /* the lines of the document so far, each with its LF */
    uint64_t at;       /* byte at which that document begins */
} calib_plain;

/** Return 0, E_NOMEM, or what the sink returned. */
int calib_plain_feed(calib_plain *plain, const char *text, size_t len);
int calib_plain_end(calib_plain *plain);

void calib_plain_free(calib_plain *plain);

#endif
