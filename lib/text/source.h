/* SPDX-License-Identifier: MIT */
/* The corpus's bytes from wherever they are, block by block, hashed on the way. */
#ifndef CALIB_TEXT_SOURCE_H
#define CALIB_TEXT_SOURCE_H

#include "base/progress.h"
#include "base/sha256.h"
#include "base/spill.h"

/** Zero is no source; calib_source_close() takes it. */
typedef struct calib_source {
    const char *name; /* for messages; borrowed */
    int fd;           /* read when `memory` is NULL */
    bool owns_fd;
    const char *memory; /* borrowed */
    size_t memory_len;
    char *block;
    uint64_t n_bytes; /* read until now */
    uint64_t total;   /* bytes in all, 0 = not known */
    calib_sha256 hash;
    bool keeps;   /* what is read is kept in `kept`, since it cannot be read again */
    bool rereads; /* it is read from there now */
    calib_spill kept;
} calib_source;

/** 0, E_NOMEM, and for a path E_NOT_FOUND, E_ACCESS, E_ARGUMENT, E_SYSTEM. `fd` is taken over
 *  when `owns_fd`, also on failure. */
int calib_source_open_path(calib_source *source, const char *path);
int calib_source_open_fd(calib_source *source, int fd, bool owns_fd, const char *name);
int calib_source_open_memory(calib_source *source, const void *data, size_t len, const char *name);

/** The next block, valid until the next call; *len 0 at the end. 0, E_SYSTEM, E_NOMEM. */
int calib_source_read(calib_source *source, const char **block, size_t *len);

/** After the last block: the hash of all bytes. 0, E_NOMEM. */
int calib_source_end(calib_source *source, uint8_t sha256[CALIB_SHA256_SIZE]);

/** An open source that can be read only once unless what it gives is kept. */
bool calib_source_is_once(const calib_source *source);

/** It can be read again: from its file or from memory, or since it is kept. */
bool calib_source_rewinds(const calib_source *source);

/** Before the first block: the source will be read twice, whatever it is. */
void calib_source_keep(calib_source *source);

/** All of it once more, from any block; what can be read only once must be kept and have been read
 *  to its end. 0, E_SYSTEM, E_NOMEM. */
int calib_source_rewind(calib_source *source);

void calib_source_close(calib_source *source);

#endif
