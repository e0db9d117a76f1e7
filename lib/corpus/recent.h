/* SPDX-License-Identifier: MIT */
/* The ids of lazy documents that were made lately: samplers ask for the lengths of many documents
 * first, and for the ids of those that they take later. */
#ifndef CALIB_CORPUS_RECENT_H
#define CALIB_CORPUS_RECENT_H

#include "store/ids.h"

typedef struct calib_recent_document {
    uint64_t document;
    size_t first, n; /* of the ids */
} calib_recent_document;

/** Zero is empty. It has at most 2^22 ids of 4096 documents, or one document of any length. For one
 *  thread at a time. */
typedef struct calib_recent {
    calib_buffer ids;       /* int32 */
    calib_buffer documents; /* calib_recent_document */
} calib_recent;

/** Finds a document. It stays until the next call of another function. NULL: it is not there. */
const calib_recent_document *calib_recent_find(const calib_recent *recent, uint64_t document);

/** Adds a document with all of `ids`; if there is no room, all others are dropped first. Returns 0,
 *  E_NOMEM, or a status of calib_ids_read(). */
int calib_recent_add(calib_recent *recent, uint64_t document, calib_ids *ids);

void calib_recent_free(calib_recent *recent);

#endif
