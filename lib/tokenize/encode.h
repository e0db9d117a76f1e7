/* SPDX-License-Identifier: MIT */
/* One call of the caller's `encode`, with everything it may do wrong caught. */
#ifndef CALIB_TOKENIZE_ENCODE_H
#define CALIB_TOKENIZE_ENCODE_H

#include "base/memory.h"
#include "base/progress.h"

/** Where ids go. 0, or a status with its error set. */
typedef struct calib_id_sink {
    int (*put)(void *ctx, const int32_t *ids, size_t n);
    void *ctx;
} calib_id_sink;

/** A piece of the text, and where it lies in it. */
typedef struct calib_piece {
    const char *text;
    size_t len;
    uint64_t at;
    uint32_t flags; /* CALIB_TEXT_* */
} calib_piece;

/** Called at every emit; anything but 0 stops the call and is its status, the error set. */
typedef struct calib_pulse {
    int (*beat)(void *ctx);
    void *ctx;
} calib_pulse;

/**
 * Encodes a piece. Negative ids and ids beyond the vocabulary never reach the sink.
 * @return 0, E_ENCODE, or what sink or pulse gave
 */
int calib_encode(const calib_tokenizer_vtable *tok, const calib_piece *piece, calib_id_sink sink,
                 calib_pulse pulse);

/** The failure of a callback other than emit's own: E_ENCODE with the tokenizer's own words. */
int calib_callback_failed(const calib_tokenizer_vtable *tok, const char *callback, int result,
                          const calib_piece *piece);

/** A sink's put for a calib_buffer of int32. */
int calib_ids_append(void *buffer, const int32_t *ids, size_t n);

#endif
