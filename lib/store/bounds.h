/* SPDX-License-Identifier: MIT */
/* Where the documents of a stream end, and which records they were. A stream of one plain text has
 * none. */
#ifndef CALIB_STORE_BOUNDS_H
#define CALIB_STORE_BOUNDS_H

#include "base/sha256.h"
#include "base/spill.h"

#include <calib.h>

enum { CALIB_BOUND_BYTES = 16 };

/** Bounds that were read ahead, for one thread at a time. */
typedef struct calib_bounds_ahead {
    _Atomic bool in_use;
    uint64_t next;  /* the document after the one that was read last */
    uint64_t first; /* the window holds the bytes from here on */
    size_t len;
    void *bytes; /* NULL: there is none yet */
} calib_bounds_ahead;

/** All zero is empty. */
typedef struct calib_bounds {
    calib_spill bytes; /* for each document: end in the stream, record, 8 bytes each */
    uint64_t n;
    calib_bounds_ahead ahead; /* if they are in a file */
} calib_bounds;

typedef struct calib_bound {
    uint64_t first, end; /* tokens [first, end) of the stream */
    uint64_t record;     /* number of the record in its source */
} calib_bound;

/** Appends a document. Returns 0, E_NOMEM, or the status of calib_spill_lose(). */
int calib_bounds_push(calib_bounds *bounds, uint64_t end, uint64_t record);

/** Ends appending. Returns 0, E_NOMEM, or as calib_spill_lose(). */
int calib_bounds_end(calib_bounds *bounds);

/** Hashes all bytes. Returns 0, E_NOMEM, E_CORRUPT. */
int calib_bounds_hash(const calib_bounds *bounds, uint8_t sha256[CALIB_SHA256_SIZE]);

/** Reads document `i`, which must exist; one after the other costs least. Returns 0 or E_CORRUPT.
 *  Several threads may call it. */
int calib_bounds_read(calib_bounds *bounds, uint64_t i, calib_bound *out);

/** Finds the document that holds token `token`, which must exist. Status as calib_bounds_read(). */
int calib_bounds_find(calib_bounds *bounds, uint64_t token, uint64_t *document, calib_bound *out);

/** Copies all bytes to a file, from `to` on. Returns 0 or a system error. */
int calib_bounds_write(const calib_bounds *bounds, calib_file *file, uint64_t to);

void calib_bounds_free(calib_bounds *bounds);

#endif
