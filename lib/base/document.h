/* SPDX-License-Identifier: MIT */
/* A document as stages pass it on: one text with its own beginning and end. */
#ifndef CALIB_BASE_DOCUMENT_H
#define CALIB_BASE_DOCUMENT_H

#include <stddef.h>
#include <stdint.h>

/** A stretch of a document's text. Touching parts of a document differ in their flags. */
typedef struct calib_part {
    const char *text;
    size_t len;     /* not 0 */
    uint32_t flags; /* 0, CALIB_TEXT_PARSE_SPECIAL or CALIB_TEXT_PLAIN */
} calib_part;

typedef struct calib_document {
    const calib_part *parts;
    size_t n_parts;  /* 0: an empty document */
    uint64_t record; /* its number among all records of the source, kept or not, from 0 */
    uint64_t at;     /* byte of the source's decoded text or spool, where the record begins */
    uint64_t size;   /* bytes of the record there */
    const char *record_text; /* these bytes; not set if they stand in a spool */
} calib_document;

/** Takes documents, in order, each with its text only for the call. `put` returns 0, or a status
 *  with its error set. */
typedef struct calib_document_sink {
    int (*put)(void *ctx, const calib_document *document);
    void *ctx;
} calib_document_sink;

/** Records of a source, and what became of them: records = kept + empty + too_short + too_long +
 *  malformed. Stored as they stand here. */
typedef struct calib_document_counts {
    uint64_t records;
    uint64_t kept;
    uint64_t empty;       /* no character or token, and a bound is set */
    uint64_t too_short;   /* fewer characters or tokens than the bounds allow */
    uint64_t too_long;    /* more of them */
    uint64_t malformed;   /* only with CALIB_DOCUMENTS_SKIP_MALFORMED */
    uint64_t doubled_bos; /* documents kept that begin with BOS twice */
} calib_document_counts;

enum { CALIB_DOCUMENT_COUNTS = sizeof(calib_document_counts) / sizeof(uint64_t) };

#endif
