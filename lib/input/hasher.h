/* SPDX-License-Identifier: MIT */
/* SHA-256 of blocks, if wanted by a thread of its own beside the thread that reads them. */
#ifndef CALIB_INPUT_HASHER_H
#define CALIB_INPUT_HASHER_H

#include "base/sha256.h"
#include "system/system.h"

/** All zero is closed; calib_hasher_free() accepts it. */
typedef struct calib_hasher {
    calib_sha256 hash;
    bool aside; /* a thread may hash */
    calib_monitor *monitor;
    calib_thread *thread; /* NULL: the caller's thread hashes */
    /* Read and written inside the monitor. */
    const void *block; /* to be hashed; NULL: none */
    size_t len;
    bool over;
    int status;
} calib_hasher;

/* Return 0 or E_NOMEM. begin and end pair; `aside` stays from one pair to the next. */
int calib_hasher_begin(calib_hasher *hasher);
/** The block must stay as it is until the next call of any function here returns. */
int calib_hasher_add(calib_hasher *hasher, const void *block, size_t len);
/** Returns the state after the blocks so far, valid until the next call. */
const calib_sha256 *calib_hasher_state(calib_hasher *hasher);
int calib_hasher_end(calib_hasher *hasher, uint8_t out[CALIB_SHA256_SIZE]);

void calib_hasher_free(calib_hasher *hasher);

#endif
