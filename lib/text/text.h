/* SPDX-License-Identifier: MIT */
/* Turns bytes into text, block by block: strict UTF-8 and universal newlines, as Python's text mode
 * reads, in which mlx-lm opens its corpus. */
#ifndef CALIB_TEXT_TEXT_H
#define CALIB_TEXT_TEXT_H

#include "base/memory.h"

/** Zero-initialize, then set the first four fields. */
typedef struct calib_text {
    const char *name;      /* for messages; NULL: the corpus */
    bool raw;              /* bytes pass unchanged: calib_text_pass() */
    bool pinned;           /* the bytes are those that the caller wants, whatever they look like */
    bool has_documents;    /* it is divided into documents, which raw bytes cannot be */
    bool is_json;          /* the first block looks like JSON or JSON Lines */
    bool is_binary;        /* the first block has control characters */
    bool after_cr;         /* the last byte was CR, and its LF is already written */
    bool translated;       /* a CR was translated, so the text is not the bytes */
    uint64_t offset;       /* bytes read */
    unsigned char part[4]; /* a character that the last block cut off */
    size_t n_part;
} calib_text;

/** Takes a block of raw bytes, which is its own text. Returns 0 or E_FORMAT. */
int calib_text_pass(calib_text *text, const char *bytes, size_t len);

/** Appends the text of a block that is not raw to `out`. Returns 0, E_UTF8, E_FORMAT, E_NOMEM. */
int calib_text_feed(calib_text *text, const char *bytes, size_t len, calib_buffer *out);

/** Ends the text. Returns 0, or E_UTF8 if it ends inside a character. */
int calib_text_end(const calib_text *text);

#endif
