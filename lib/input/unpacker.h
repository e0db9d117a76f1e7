/* SPDX-License-Identifier: MIT */
/* The interface of a decompressor. Each one stands in a file of its own, which alone
 * includes the header of its library; a build without that library has the *_none.c file. */
#ifndef CALIB_INPUT_UNPACKER_H
#define CALIB_INPUT_UNPACKER_H

#include <stdbool.h>
#include <stddef.h>

/** Stored bytes, and room for text. A step moves both past what it used. */
typedef struct calib_flow {
    const char *in;
    size_t n_in;
    char *out;
    size_t n_out;
    bool whole;        /* the bytes so far are whole members or frames */
    const char *fault; /* E_COMPRESSED: what is wrong, a few words; static */
} calib_flow;

typedef struct calib_unpacker {
    const char *name;    /* "gzip" */
    const char *unit;    /* what the stored bytes are a sequence of: "member" */
    const char *feature; /* option of the build that brings it */

    /** Begins at a first stored byte. Returns NULL if there is no memory. The function is NULL if
     *  this build lacks the library. */
    void *(*open)(void);

    /**
     * Goes on until all stored bytes are used or the room is full. A step that filled its room may
     * have more text: the next one gives it, with or without further stored bytes.
     * @return 0, E_NOMEM, or E_COMPRESSED with `fault` set and `in` at the place. Records no error:
     *   the caller knows the source and the offset.
     */
    int (*step)(void *state, calib_flow *flow);

    /** Ends at any time. */
    void (*close)(void *state);
} calib_unpacker;

const calib_unpacker *calib_gzip(void);
const calib_unpacker *calib_zstd(void);

#endif
