/* SPDX-License-Identifier: MIT */
/* A stream of ids: collected from the tokenizer or found in a store, and read in any range. */
#ifndef CALIB_STORE_IDS_H
#define CALIB_STORE_IDS_H

#include "base/sha256.h"
#include "base/spill.h"

#include <calib.h>

/** Made by calib_ids_begin(), freed by calib_ids_free(). All zero is empty. */
typedef struct calib_ids {
    calib_spill bytes; /* the ids, little-endian */
    uint32_t id_bytes; /* 2 or 4 */
    uint32_t max_id;
    uint64_t n;
    bool hashed;        /* chunks are hashed: the ids will be stored, or came from a store */
    calib_sha256 chunk; /* of the chunk that is being filled */
    size_t chunk_bytes;
    calib_buffer table;               /* SHA-256 of every full chunk */
    _Atomic unsigned char *unchecked; /* a flag for each chunk: verify it before use; NULL: none */
} calib_ids;

/**
 * Begins an empty stream.
 * @param vocab_size  Ids take 2 bytes if the whole vocabulary fits. 0, unknown: they take 2 bytes
 *                    until the first id that does not fit.
 */
void calib_ids_begin(calib_ids *ids, uint32_t vocab_size, bool hashed, calib_spill_place place);

/** Appends ids, which the tokenizing stage has checked to be non-negative. Returns 0, E_NOMEM, or
 *  the status of calib_spill_lose(). */
int calib_ids_push(calib_ids *ids, const int32_t *values, size_t n);

/** Ends the stream. Returns a status of calib_ids_push(). */
int calib_ids_end(calib_ids *ids);

/** Restarts the stream, empty and in memory, if a file lost ids that were collected. Returns true
 *  if it did. */
bool calib_ids_restart(calib_ids *ids);

/**
 * Reads the ids [first, first + n), which must exist. A stored chunk is verified before it is first
 * used. Several threads may call it.
 *
 * @return 0; E_NOMEM; E_CORRUPT if the file cannot be read or has changed
 */
int calib_ids_read(calib_ids *ids, uint64_t first, size_t n, int32_t *out);

/** Verifies every chunk that is not verified yet. Returns a status of calib_ids_read(). */
int calib_ids_verify(calib_ids *ids);

/** Makes every chunk unverified. Returns 0 or E_NOMEM. */
int calib_ids_distrust(calib_ids *ids);

void calib_ids_free(calib_ids *ids);

#endif
