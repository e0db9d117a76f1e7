/* SPDX-License-Identifier: MIT */
/* The SHA-256 of a file that is still being written. A second thread reads the bytes back from
 * the file and hashes them. */
#ifndef CALIB_FETCH_HASHING_H
#define CALIB_FETCH_HASHING_H

#include "base/progress.h"
#include "base/sha256.h"
#include "system/system.h"

typedef struct calib_hashing calib_hashing;

/**
 * Continues `hash`, which covers the file's first `size` bytes and is moved into the result.
 * @param name  for messages; borrowed
 * @return NULL, with no error set and `hash` unchanged, if there is no thread or memory for it
 */
calib_hashing *calib_hashing_start(const calib_file *file, calib_sha256 *hash, uint64_t size,
                                   const char *name);

/** Reports that the file now has `size` bytes. Waits if the hash is far behind, so that little is
 *  left to do after the last byte. Returns 0, a failure to read, or the status of `poll`. */
int calib_hashing_grow(calib_hashing *hashing, uint64_t size, const calib_poll *poll);

/** Returns the number of bytes hashed so far. */
uint64_t calib_hashing_done(const calib_hashing *hashing);

/** Waits until all bytes are hashed, and moves the hash to *hash. Frees `hashing` in any case. If
 *  `poll` ends the wait, stops as calib_hashing_stop(). Returns a status of calib_hashing_grow().
 */
int calib_hashing_end(calib_hashing *hashing, calib_sha256 *hash, const calib_poll *poll);

/** Ends without a result and frees `hashing`. Waits up to 250 ms for the thread. If its read hangs
 *  for longer, the thread ends, and frees everything, when the read returns. NULL is allowed. */
void calib_hashing_stop(calib_hashing *hashing);

#endif
