/* SPDX-License-Identifier: MIT */
/* Encodes a piece of text: cuts it, looks each segment up, encodes the unknown ones. */
#ifndef CALIB_TOKENIZE_ENCODER_H
#define CALIB_TOKENIZE_ENCODER_H

#include "tokenize/encode.h"
#include "tokenize/memo.h"

enum { CALIB_ENCODER_CUTS = 4096 };

/** A worker's state, for one thread at a time. The owner sets the first four fields. */
typedef struct calib_encoder {
    const calib_tokenizer_vtable *tok;
    uint64_t max_whole_bytes; /* limit of a segment */
    calib_poll poll;          /* also called between groups of segments */
    const calib_memo *memo;   /* shared with other encoders; without lines if there are no cuts */
    size_t longest;           /* bytes of the longest segment that was encoded */
    size_t cuts[CALIB_ENCODER_CUTS];
} calib_encoder;

/**
 * Appends the ids of a piece that begins and ends at exact cuts or where a text or a part does; of
 * an empty one, too. Without cuts it is encoded in one call. CALIB_MEMO_SLACK bytes behind it must
 * be readable.
 *
 * @param ids  a calib_buffer of int32
 * @return 0, E_ENCODE, E_WHOLE_LIMIT, E_NOMEM, or what the poll returned
 */
int calib_encoder_run(calib_encoder *encoder, const calib_segment *piece, calib_buffer *ids);

#endif
