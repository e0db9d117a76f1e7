/* SPDX-License-Identifier: MIT */
/* One worker's way through a stretch of text: cut it, look each segment up, encode the unseen. */
#ifndef CALIB_TOKENIZE_LANE_H
#define CALIB_TOKENIZE_LANE_H

#include "tokenize/encode.h"
#include "tokenize/memo.h"

enum { CALIB_LANE_CUTS = 4096 };

/** For one thread at a time. The owner sets all but `cuts`, of `seen` only the memo. */
typedef struct calib_lane {
    const calib_tokenizer_vtable *tok;
    uint64_t max_whole_bytes; /* a segment may not be larger */
    calib_pulse pulse;        /* beaten between groups of segments, too */
    calib_memo_view seen;
    size_t cuts[CALIB_LANE_CUTS];
} calib_lane;

/**
 * Appends the ids of a stretch that begins and ends at exact cuts (or at the text's ends).
 * CALIB_MEMO_SLACK bytes behind it must be readable.
 *
 * @param ids  a calib_buffer of int32
 * @return 0, E_ENCODE, E_WHOLE_LIMIT, E_NOMEM, or what the pulse gave
 */
int calib_lane_run(calib_lane *lane, const calib_piece *stretch, calib_buffer *ids);

/** The tokenizer's cuts of a stretch, checked: ascending and inside. 0, E_ENCODE. */
int calib_lane_cuts(const calib_tokenizer_vtable *tok, const calib_piece *shown, size_t *cuts,
                    size_t cap, size_t *n);

#endif
