/* SPDX-License-Identifier: MIT */
/* Where the records of a source stand, so that each of its documents can be made when it is asked
 * for. */
#ifndef CALIB_DOCUMENTS_INDEX_H
#define CALIB_DOCUMENTS_INDEX_H

#include "base/spill.h"

typedef struct calib_index_entry {
    uint64_t at, size; /* bytes of the record, wherever they are kept */
    uint64_t hash;     /* of these bytes: calib_index_hash() */
    uint64_t record;   /* its number among all records of the source */
} calib_index_entry;

/** All zero is empty. */
typedef struct calib_index {
    calib_spill entries;
    uint64_t n;
} calib_index;

/** Hashes bytes. A change within eight bytes that begin at a multiple of 8 always gives another
 *  hash. It tells accidents, not attacks. */
uint64_t calib_index_hash(const char *bytes, size_t len);

/** Appends a document. Returns 0 or a status of calib_spill_append(). */
int calib_index_push(calib_index *index, const calib_index_entry *entry);

/** Ends appending. Returns 0 or a status of calib_spill_end(). */
int calib_index_end(calib_index *index);

/** Reads document `i`, which must exist. Returns 0 or E_SYSTEM. Several threads may call it. */
int calib_index_read(const calib_index *index, uint64_t i, calib_index_entry *out);

void calib_index_free(calib_index *index);

#endif
