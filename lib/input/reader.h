/* SPDX-License-Identifier: MIT */
/* Reads the bytes of a source block by block and hashes them. A reader can be rewound; every pass
 * must give the same bytes. */
#ifndef CALIB_INPUT_READER_H
#define CALIB_INPUT_READER_H

#include "base/progress.h"
#include "base/sha256.h"
#include "base/spill.h"
#include "input/hasher.h"

/** All zero is closed; calib_reader_close() accepts it. */
typedef struct calib_reader {
    const char *name;   /* for messages; borrowed */
    const char *remedy; /* for messages: what to do if the bytes change; static */
    calib_file *file;   /* read if `memory` is NULL */
    bool is_input;      /* the file is standard input */
    const char *memory; /* borrowed */
    size_t memory_len;
    char *block;
    char *other;      /* the block before is hashed while the next one is read; NULL: it is not */
    size_t n_ahead;   /* bytes in it that the first pass begins with */
    uint64_t n_bytes; /* read in this pass */
    uint64_t total;   /* bytes in all, 0 = not known; of a file, its size when it was opened */
    calib_hasher hasher;
    bool keeps; /* stores a copy of a pipe's bytes, so that they can be read again */
    bool replays;
    calib_spill kept;
    bool passed;   /* a pass has ended */
    bool measured; /* the next two are known */
    uint64_t size;
    uint8_t sha256[CALIB_SHA256_SIZE];
} calib_reader;

/* Open a reader. Return 0, E_NOMEM; for a path also E_NOT_FOUND, E_ACCESS, E_ARGUMENT, E_SYSTEM.
 * The reader closes `file`, also after a failure. */
int calib_reader_open_path(calib_reader *reader, const char *path);
int calib_reader_open_file(calib_reader *reader, calib_file *file, const char *name);
int calib_reader_open_standard_input(calib_reader *reader, const char *name);
int calib_reader_open_memory(calib_reader *reader, const void *data, size_t len, const char *name);

/**
 * Gives the first bytes of the source, at least `least` of them or all; the first pass, which must
 * not have begun, begins with them all the same. Returns 0 or E_SYSTEM.
 */
int calib_reader_peek(calib_reader *reader, size_t least, const char **block, size_t *len);

/** Sets size and hash that were measured elsewhere: every pass must give these bytes. */
void calib_reader_expect(calib_reader *reader, uint64_t size,
                         const uint8_t sha256[CALIB_SHA256_SIZE]);

/** Keeps a copy of what the first pass reads if the source cannot be read twice. */
void calib_reader_keep(calib_reader *reader);

/** Lets another thread hash while the caller's reads on. No pass may have begun. Returns 0,
 * E_NOMEM. */
int calib_reader_hash_aside(calib_reader *reader);

/** Returns true if the source is a pipe or an inherited descriptor. */
bool calib_reader_is_once(const calib_reader *reader);

/** Returns true if calib_reader_rewind() works. */
bool calib_reader_rewinds(const calib_reader *reader);

/** Begins a pass at the first byte. Returns 0, E_SYSTEM, E_NOMEM. */
int calib_reader_rewind(calib_reader *reader);

/**
 * Reads the next block, valid until the next call; *len is 0 at the end. The end of the first pass
 * measures the source; the end of every later one compares with that. A file that grows or shrinks
 * during a pass is found in the same pass.
 * @return 0, E_SYSTEM, E_NOMEM, E_UNSTABLE (a pass gave other bytes, or the size changed)
 */
int calib_reader_next(calib_reader *reader, const char **block, size_t *len);

/**
 * Reads bytes of memory or of a file at any place, apart from passes.
 * @param[out] got  bytes read; fewer than `n` if the source ends before
 * @return 0 or E_SYSTEM
 */
int calib_reader_read_at(const calib_reader *reader, uint64_t at, void *out, size_t n, size_t *got);

void calib_reader_close(calib_reader *reader);

#endif
