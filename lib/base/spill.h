/* SPDX-License-Identifier: MIT */
/* Bytes that are appended and read again: in memory while they are few, in a file when they are
 * many, and back in memory when no disk takes them. Only a file that cannot be read back loses what
 * was appended. */
#ifndef CALIB_BASE_SPILL_H
#define CALIB_BASE_SPILL_H

#include "base/memory.h"

/** Where the file comes from. Returns 0 or an errno; *fd is then open for reading and writing. */
typedef struct calib_spill_place {
    int (*open)(void *ctx, int *fd); /* NULL: an unnamed temporary file */
    void *ctx;
} calib_spill_place;

/** All zero but for `fd`, which is -1, is the empty spill. */
typedef struct calib_spill {
    calib_spill_place place;
    size_t limit;  /* bytes kept in memory; 0 = CALIB_SPILL_LIMIT */
    uint64_t base; /* where in the file the bytes begin */
    int fd;
    bool in_place;       /* fd came from `place` */
    bool no_disk;        /* every file has failed: memory takes all from now on */
    bool lost;           /* what was in a file could not be read back */
    uint64_t file_bytes; /* the first so many bytes are in the file, */
    calib_buffer memory; /* the others here */
} calib_spill;

enum { CALIB_SPILL_LIMIT = 16 << 20 };

/** 0; E_NOMEM; or as calib_spill_lose() when the disk is full and the file unreadable as well. */
int calib_spill_append(calib_spill *spill, const void *data, size_t len);

/** After the last append: what is in a file is there as a whole, and its memory is given back.
 *  Status as calib_spill_append(). */
int calib_spill_end(calib_spill *spill);

/** Moves all to a file of `place`, however little it is. false: no such file takes it. */
bool calib_spill_settle(calib_spill *spill);

/** Copies the bytes [first, first + n). 0 or an errno; EIO also when the file has got shorter.
 *  Safe from several threads at once. */
int calib_spill_read(const calib_spill *spill, uint64_t first, size_t n, void *out);

/** Reading gave `error` before all was appended: says so, and marks it as lost. E_SYSTEM and the
 *  like. */
int calib_spill_lose(calib_spill *spill, int error);

uint64_t calib_spill_len(const calib_spill *spill);

void calib_spill_free(calib_spill *spill);

#endif
