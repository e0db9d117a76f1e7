/* SPDX-License-Identifier: MIT */
/* Bytes that are appended and read again: in memory while they are few, in a file if they are many,
 * and in memory again if no disk takes them. Bytes are lost only if a file cannot be read back. */
#ifndef CALIB_BASE_SPILL_H
#define CALIB_BASE_SPILL_H

#include "base/memory.h"
#include "system/system.h"

/** Opens the file that bytes go to, for reading and writing. Returns 0 or a system error. */
typedef struct calib_spill_place {
    int (*open)(void *ctx, calib_file **file); /* NULL: an unnamed temporary file */
    void *ctx;
} calib_spill_place;

/** All zero is the empty spill. */
typedef struct calib_spill {
    calib_spill_place place;
    size_t limit;  /* bytes kept in memory; 0: CALIB_SPILL_LIMIT */
    uint64_t base; /* offset in the file where the bytes begin */
    calib_file *file;
    bool in_place;       /* the file came from `place` */
    bool no_disk;        /* every file has failed: all bytes stay in memory from now on */
    bool lost;           /* bytes in a file could not be read back */
    uint64_t file_bytes; /* the first bytes, in the file */
    calib_buffer memory; /* the others */
} calib_spill;

enum { CALIB_SPILL_LIMIT = 16 << 20 };

/** Appends a copy. Returns 0; E_NOMEM; or as calib_spill_lose() if the disk is full and the file
 *  unreadable as well. */
int calib_spill_append(calib_spill *spill, const void *data, size_t len);

/** Ends appending: writes the rest if there is a file, and frees its memory. Returns a status of
 *  calib_spill_append(). */
int calib_spill_end(calib_spill *spill);

/** Moves all bytes to a file of `place`, however few they are. Returns false if that fails. */
bool calib_spill_settle(calib_spill *spill);

/** Copies the bytes [first, first + n). Returns 0 or a system error, IO also if the file is shorter
 *  than it was. Several threads may call it. */
int calib_spill_read(const calib_spill *spill, uint64_t first, size_t n, void *out);

/** Records that reading gave the system error `error`, and marks the bytes as lost. Returns the
 *  status. */
int calib_spill_lose(calib_spill *spill, int error);

uint64_t calib_spill_len(const calib_spill *spill);

/** Frees all and makes it empty. */
void calib_spill_free(calib_spill *spill);

#endif
