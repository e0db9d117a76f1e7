/* SPDX-License-Identifier: MIT */
/* A JSON record to a document: the text of a field, or what a renderer makes of the record. */
#ifndef CALIB_DOCUMENTS_RECORD_H
#define CALIB_DOCUMENTS_RECORD_H

#include "documents/draft.h"
#include "documents/settings.h"

/** Zero-initialize, then set the first field. */
typedef struct calib_json_record_reader {
    const calib_documents_settings *settings;
    calib_buffer unescaped;
    calib_part part; /* the text of a field */
    calib_draft draft;
} calib_json_record_reader;

/**
 * Makes a document of a record, `len` bytes that should be JSON without white space around it.
 *
 * @param[out] document   without its record's place; valid until the next call
 * @param[out] malformed  true if there is no document: the record is malformed, and
 *   CALIB_DOCUMENTS_SKIP_MALFORMED is set
 * @return 0; E_RECORD without that flag; E_CALLBACK, E_UTF8, E_NOMEM
 */
int calib_json_record_read(calib_json_record_reader *reader, const char *text, size_t len,
                           calib_place place, calib_document *document, bool *malformed);

/** Reports a malformed record because of `why`: returns E_RECORD, or 0 with CALIB_DOCUMENTS_
 *  SKIP_MALFORMED, and sets `*malformed`. */
int calib_json_record_refuse(const calib_documents_settings *settings, calib_place place,
                             bool *malformed, const char *why);

void calib_json_record_free(calib_json_record_reader *reader);

#endif
