/* SPDX-License-Identifier: MIT */
/* The bytes of a source after decompression, block by block, on top of the reader of its stored
 * bytes. */
#ifndef CALIB_INPUT_INPUT_H
#define CALIB_INPUT_INPUT_H

#include "input/reader.h"
#include "input/unpacker.h"
#include "shared/packing.h"

/** All zero is closed; calib_input_close() accepts it. The reader is opened before
 *  calib_input_begin(), and its functions that read nothing may be called at any time. */
typedef struct calib_input {
    calib_reader reader;
    const char *name;        /* for messages; borrowed */
    uint64_t max_text_bytes; /* largest number of bytes that one pass gives */
    calib_packing packing;   /* how the bytes are unpacked */
    bool ended;              /* this pass has ended */
    uint64_t n_text;         /* bytes given in this pass */
    /* The rest is set if the bytes are compressed. */
    const calib_unpacker *unpacker;
    void *state;    /* the unpacker's; NULL before a pass */
    char *text;     /* the block that is given */
    const char *in; /* bytes of the reader's block that are not unpacked */
    size_t n_in;
    bool full;             /* the last block was full, so there may be more without stored bytes */
    bool whole;            /* no member or frame is open */
    uint64_t checked_text; /* the ratio is checked from here on */
    uint64_t checked_stored;
} calib_input;

/**
 * Looks at the first stored bytes, of which no pass has read any, and chooses how to read them.
 * `name`, `max_text_bytes` and the reader must be set.
 * @param how  CALIB_READER_*
 * @return 0; E_UNSUPPORTED if this build lacks the library; E_COMPRESSED if they are not what `how`
 *   says; E_NOMEM, E_SYSTEM
 */
int calib_input_begin(calib_input *input, uint32_t how);

/** Begins a pass at the first byte; see calib_reader_rewinds(). Returns 0, E_SYSTEM, E_NOMEM. */
int calib_input_rewind(calib_input *input);

/**
 * Gives the next block, valid until the next call. It may be empty before the end; at the end it is
 * empty and `ended` is set.
 * @return 0; E_COMPRESSED with the offset in the stored bytes; E_EMPTY if nothing was compressed;
 *   E_SIZE beyond `max_text_bytes`; a status of calib_reader_next()
 */
int calib_input_next(calib_input *input, const char **block, size_t *len);

/** Closes the reader as well. */
void calib_input_close(calib_input *input);

#endif
