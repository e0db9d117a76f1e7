/* SPDX-License-Identifier: MIT */
/* Records of JSON: one a line, or the elements of one array. */
#ifndef CALIB_DOCUMENTS_RECORDS_H
#define CALIB_DOCUMENTS_RECORDS_H

#include "documents/keep.h"
#include "documents/lines.h"
#include "documents/record.h"

/** Bytes that should be one JSON value, and where in the source's text they begin. */
typedef struct calib_json_text {
    const char *text;
    size_t len;
    uint64_t at;
} calib_json_text;

/** Returns true for the white space of JSON. */
bool calib_json_is_space(char c);

/** Drops the white space of JSON at both ends. */
void calib_json_text_trim(calib_json_text *text);

/** Zero-initialize, then set the first three fields. */
typedef struct calib_records {
    const char *name;
    calib_keeping *keeping;
    calib_json_record_reader *reader;
    calib_lines lines; /* CALIB_DOCUMENTS_JSONL */
    /* CALIB_DOCUMENTS_JSON */
    calib_buffer pending; /* the beginning of an element that the last block cut off */
    uint64_t at;          /* bytes before the next block */
    uint64_t begin;       /* byte at which the element begins, white space included */
    uint64_t depth;       /* objects and arrays of the element that are open */
    unsigned n_mark;      /* bytes of a byte order mark */
    uint8_t state;
    bool in_string, in_escape; /* of the element */
} calib_records;

/** Return 0, E_RECORD, E_NOMEM, a status of calib_json_record_read(), or what the sink returned. */
int calib_records_take(calib_records *records, const calib_json_text *record, calib_place place);
int calib_jsonl_feed(calib_records *records, const char *text, size_t len);
int calib_jsonl_end(calib_records *records);
int calib_json_array_feed(calib_records *records, const char *text, size_t len);
int calib_json_array_end(calib_records *records);

void calib_records_free(calib_records *records);

#endif
