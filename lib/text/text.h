/* SPDX-License-Identifier: MIT */
/* Corpus bytes to text, in a stream: strict UTF-8 and universal newlines, the way Python's text
 * mode reads (mlx-lm opens the corpus so, hence its token ids). */
#ifndef CALIB_TEXT_TEXT_H
#define CALIB_TEXT_TEXT_H

#include "base/memory.h"

/** Zero-initialize; the settings are `name` and `raw`. */
typedef struct calib_text {
    const char *name;      /* for messages; NULL: the corpus */
    bool raw;              /* bytes pass as they are */
    bool after_cr;         /* the byte before was CR, and its LF is already out */
    uint64_t offset;       /* corpus bytes taken */
    unsigned char part[4]; /* a character that the last block cut off */
    size_t n_part;
} calib_text;

/** Appends the text of a block of corpus bytes to `out`. 0, E_UTF8, E_NOMEM. */
int calib_text_feed(calib_text *text, const char *bytes, size_t len, calib_buffer *out);

/** The corpus has ended: 0, or E_UTF8 when it ends inside a character. */
int calib_text_end(const calib_text *text);

#endif
