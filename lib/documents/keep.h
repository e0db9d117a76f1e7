/* SPDX-License-Identifier: MIT */
/* What is done with every document, whatever its format: strip, filter, count, pass on. */
#ifndef CALIB_DOCUMENTS_KEEP_H
#define CALIB_DOCUMENTS_KEEP_H

#include "base/memory.h"
#include "documents/splitting.h"

/** Zero-initialize, then set the first two fields. */
typedef struct calib_keeping {
    const calib_documents_settings *settings;
    calib_document_sink sink;
    calib_document_counts counts;
    calib_buffer parts; /* of calib_part: those of the document, to be stripped */
} calib_keeping;

/** Takes a document; its `record` is ignored. Returns 0, E_NOMEM or what the sink returned. */
int calib_keep(calib_keeping *keeping, const calib_document *document);

/** Takes a document of one part without flags. */
int calib_keep_text(calib_keeping *keeping, const char *text, size_t len, uint64_t at);

void calib_keep_malformed(calib_keeping *keeping);

void calib_keep_free(calib_keeping *keeping);

#endif
