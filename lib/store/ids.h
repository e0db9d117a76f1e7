/* SPDX-License-Identifier: MIT */
/* A stream of ids: collected as it is tokenized, or found in a store; read in any stretch. */
#ifndef CALIB_STORE_IDS_H
#define CALIB_STORE_IDS_H

#include "base/sha256.h"
#include "base/spill.h"

#include <calib.h>

/** calib_ids_begin() makes it, calib_ids_free() takes it, as it takes all zero. */
typedef struct calib_ids {
    calib_spill bytes; /* the ids, little-endian */
    uint32_t id_bytes; /* 2 or 4 */
    uint32_t max_id;
    uint64_t n;
    bool hashed;        /* chunks are hashed: the ids are to be stored, or came from a store */
    calib_sha256 chunk; /* of the chunk being filled */
    size_t chunk_bytes;
    calib_buffer table;               /* SHA-256 of every chunk that is full */
    _Atomic unsigned char *unchecked; /* a flag a chunk: to be verified before use; NULL: none is */
} calib_ids;

/**
 * @param vocab_size  0: not known. Ids take 2 bytes when all of the vocabulary fits; when it is not
 *                    known, until the first id that does not.
 */
void calib_ids_begin(calib_ids *ids, uint32_t vocab_size, bool hashed, calib_spill_place place);

/** Ids are not negative: the tokenizing stage has checked them. 0, E_NOMEM, or what
 *  calib_spill_lose() returns. */
int calib_ids_push(calib_ids *ids, const int32_t *values, size_t n);

/** After the last push. Status as calib_ids_push(). */
int calib_ids_end(calib_ids *ids);

/** Begins again, in memory alone, if a file has lost what was collected. Whether it has. */
bool calib_ids_restart(calib_ids *ids);

/**
 * Reads the ids [first, first + n), which are there. A stored chunk is verified before it is used
 * for the first time. Safe from several threads at once.
 *
 * @return 0; E_NOMEM; E_CORRUPT when the file cannot be read or is not what it was
 */
int calib_ids_read(calib_ids *ids, uint64_t first, size_t n, int32_t *out);

/** Verifies every chunk that is not yet. Status as calib_ids_read(). */
int calib_ids_verify(calib_ids *ids);

/** Marks every chunk as to be verified before its first use. 0 or E_NOMEM. */
int calib_ids_distrust(calib_ids *ids);

void calib_ids_free(calib_ids *ids);

#endif
