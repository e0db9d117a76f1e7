/* SPDX-License-Identifier: MIT */
#include "tokenize/lane.h"

#include "base/error.h"

#include <string.h>

enum { ENDS = CALIB_TEXT_BEGIN | CALIB_TEXT_END };

static size_t count(const calib_buffer *ids)
{
    return ids->len / sizeof(int32_t);
}

static int append_known(calib_buffer *ids, const int32_t *known, size_t n)
{
    size_t bytes = n * sizeof *known;
    if (ids->cap - ids->len < bytes)
        return calib_ids_append(ids, known, n);
    memcpy((char *)ids->data + ids->len, known, bytes);
    ids->len += bytes;
    return CALIB_OK;
}

static int too_long(const calib_lane *lane, const calib_piece *piece)
{
    return calib_fail(CALIB_E_WHOLE_LIMIT,
                      "the tokenizer names no exact cut in the %zu bytes of text at byte %llu, more "
                      "than max_whole_bytes (%llu); raise it if there is memory (45 to 130 times the "
                      "text), or use a smaller corpus",
                      piece->len, (unsigned long long)piece->at,
                      (unsigned long long)lane->max_whole_bytes);
}

/* What stands at the text's ends is encoded in its own way and so is never remembered. */
static int segment(calib_lane *lane, const calib_piece *piece, calib_buffer *ids)
{
    calib_id_sink sink = {calib_ids_append, ids};
    if (piece->len > lane->max_whole_bytes)
        return too_long(lane, piece);
    if (piece->flags & ENDS || piece->len > CALIB_MEMO_LONGEST)
        return calib_encode(lane->tok, piece, sink, lane->pulse);
    calib_memo_key key = calib_memo_key_of(piece->text, piece->len);
    size_t n;
    const int32_t *known = calib_memo_find(&lane->memo, &key, &n);
    if (known)
        return append_known(ids, known, n);
    size_t before = count(ids);
    int status = calib_encode(lane->tok, piece, sink, lane->pulse);
    if (!status)
        calib_memo_add(&lane->memo, &key, (const int32_t *)ids->data + before, count(ids) - before);
    return status;
}

/* The part of the stretch from `from` to `to`, with the flags of the stretch's ends it touches. */
static calib_piece part(const calib_piece *stretch, size_t from, size_t to)
{
    uint32_t flags = stretch->flags;
    if (from > 0)
        flags &= ~(uint32_t)CALIB_TEXT_BEGIN;
    if (to < stretch->len)
        flags &= ~(uint32_t)CALIB_TEXT_END;
    return (calib_piece){stretch->text + from, to - from, stretch->at + from, flags};
}

static int bad_cuts(const calib_piece *shown, size_t n)
{
    return calib_fail(CALIB_E_ENCODE,
                      "the tokenizer's cuts named %zu places in the %zu bytes of text at byte %llu "
                      "that are not ascending offsets inside it",
                      n, shown->len, (unsigned long long)shown->at);
}

int calib_lane_cuts(const calib_tokenizer_vtable *tok, const calib_piece *shown, size_t *cuts,
                    size_t cap, size_t *n)
{
    *n = 0;
    int result = tok->cuts(tok->ctx, shown->text, shown->len, shown->flags, cuts, cap, n);
    if (result)
        return calib_callback_failed(tok, "cuts", result, shown);
    if (*n > cap)
        return bad_cuts(shown, *n);
    size_t before = 0;
    for (size_t i = 0; i < *n; i++) {
        if (cuts[i] <= before || cuts[i] >= shown->len)
            return bad_cuts(shown, *n);
        before = cuts[i];
    }
    return CALIB_OK;
}

/* A group of cuts at a time: *from moves to where the next group begins. */
static int group(calib_lane *lane, const calib_piece *stretch, size_t *from, calib_buffer *ids)
{
    calib_piece shown = part(stretch, *from, stretch->len);
    size_t n, at = *from;
    int status = calib_lane_cuts(lane->tok, &shown, lane->cuts, CALIB_LANE_CUTS, &n);
    for (size_t i = 0; i < n && !status; i++) {
        calib_piece piece = part(stretch, at, *from + lane->cuts[i]);
        at += piece.len;
        status = segment(lane, &piece, ids);
    }
    if (!status && n < CALIB_LANE_CUTS) {
        calib_piece last = part(stretch, at, stretch->len);
        at += last.len;
        status = segment(lane, &last, ids);
    }
    *from = at;
    return status ? status : lane->pulse.beat(lane->pulse.ctx);
}

int calib_lane_run(calib_lane *lane, const calib_piece *stretch, calib_buffer *ids)
{
    int status = calib_buffer_reserve(ids, stretch->len);
    for (size_t at = 0; at < stretch->len && !status;)
        status = group(lane, stretch, &at, ids);
    return status;
}
