/* SPDX-License-Identifier: MIT */
/* The SHA-256 of a file that is still being written, made in a thread beside the one that writes,
 * of bytes that it reads back from the file. */
#ifndef CALIB_FETCH_HASHING_H
#define CALIB_FETCH_HASHING_H

#include "base/sha256.h"
#include "system/system.h"

typedef struct calib_hashing calib_hashing;

/**
 * Goes on with `hash`, which covers the file's first `size` bytes; it belongs to the thread until
 * the end. The file is borrowed, for reads and writes at places of their own.
 * @return NULL when there is no thread to be had: nothing is changed then, and no error is set
 */
calib_hashing *calib_hashing_start(const calib_file *file, calib_sha256 *hash, uint64_t size);

/** The file has `size` bytes by now. Waits when the hash is far behind, so that the end is near
 * when the last byte has come. 0, or the system error that ended the hashing. */
int calib_hashing_grow(calib_hashing *hashing, uint64_t size);

/** Waits for all bytes that were told of. 0 or a system error: the hash is of no use then. */
int calib_hashing_end(calib_hashing *hashing);

/** Ends it where it is; the hash is of no use. NULL is fine. */
void calib_hashing_stop(calib_hashing *hashing);

#endif
