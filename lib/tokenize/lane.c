/* SPDX-License-Identifier: MIT */
#include "tokenize/lane.h"

#include "base/error.h"

#include <string.h>

enum { ENDS = CALIB_TEXT_BEGIN | CALIB_TEXT_END, AT_ONCE = 64 };

static size_t count(const calib_buffer *ids)
{
    return ids->len / sizeof(int32_t);
}

/* Nearly always a few: copying a fixed number needs no call. */
static int append_known(calib_buffer *ids, const int32_t *known, size_t n)
{
    if (n > CALIB_MEMO_FEW || ids->cap - ids->len < CALIB_MEMO_FEW * sizeof *known)
        return calib_ids_append(ids, known, n);
    memcpy((char *)ids->data + ids->len, known, CALIB_MEMO_FEW * sizeof *known);
    ids->len += n * sizeof *known;
    return CALIB_OK;
}

static int too_long(const calib_lane *lane, const calib_piece *piece)
{
    return calib_fail(
        CALIB_E_WHOLE_LIMIT,
        "the tokenizer names no exact cut in the %zu bytes of text at byte %llu, more "
        "than max_whole_bytes (%llu); raise it if there is memory (45 to 130 times the "
        "text), or use a smaller corpus",
        piece->len, (unsigned long long)piece->at, (unsigned long long)lane->max_whole_bytes);
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

/* The key of a segment; of length 0 when its ids may not be remembered: what stands at the text's
 * ends is encoded in its own way. */
static void prepare(const calib_lane *lane, const calib_piece *piece, calib_memo_key *key)
{
    key->len = 0;
    if (piece->flags & ENDS || piece->len > CALIB_MEMO_LONGEST)
        return;
    calib_memo_key_set(key, piece->text, piece->len);
    calib_memo_expect(&lane->seen, key);
}

static int encode(calib_lane *lane, const calib_piece *piece, const calib_memo_key *key,
                  calib_buffer *ids)
{
    if (piece->len > lane->max_whole_bytes)
        return too_long(lane, piece);
    size_t before = count(ids);
    int status =
        calib_encode(lane->tok, piece, (calib_id_sink){calib_ids_append, ids}, lane->pulse);
    if (!status && key->len)
        calib_memo_add(&lane->seen, key, (const int32_t *)ids->data + before, count(ids) - before);
    return status;
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

/* The `n` segments that end at `ends` (offsets in the stretch), the first beginning at `from`. All
 * are prepared before the first is finished, so that their entries are fetched side by side. */
static int few_segments(calib_lane *lane, const calib_piece *stretch, size_t from,
                        const size_t *ends, size_t n, calib_buffer *ids)
{
    calib_memo_key keys[AT_ONCE];
    size_t at = from;
    for (size_t i = 0; i < n; at = ends[i++]) {
        calib_piece piece = part(stretch, at, ends[i]);
        prepare(lane, &piece, &keys[i]);
    }
    int status = CALIB_OK;
    for (size_t i = 0; i < n && !status; from = ends[i++]) {
        size_t n_known;
        const int32_t *known =
            keys[i].len ? calib_memo_find(&lane->seen, &keys[i], &n_known) : NULL;
        if (known) {
            status = append_known(ids, known, n_known);
        } else {
            calib_piece piece = part(stretch, from, ends[i]);
            status = encode(lane, &piece, &keys[i], ids);
        }
    }
    return status;
}

/* A group of cuts at a time: *from moves to where the next group begins. */
static int group(calib_lane *lane, const calib_piece *stretch, size_t *from, calib_buffer *ids)
{
    calib_piece shown = part(stretch, *from, stretch->len);
    size_t n, *ends = lane->cuts;
    int status = calib_lane_cuts(lane->tok, &shown, ends, CALIB_LANE_CUTS, &n);
    if (status)
        return status;
    for (size_t i = 0; i < n; i++)
        ends[i] += *from;
    if (n < CALIB_LANE_CUTS)
        ends[n++] = stretch->len;
    for (size_t i = 0; i < n && !status; i += AT_ONCE) {
        size_t few = n - i < AT_ONCE ? n - i : AT_ONCE;
        status = few_segments(lane, stretch, *from, ends + i, few, ids);
        *from = ends[i + few - 1];
    }
    return status ? status : lane->pulse.beat(lane->pulse.ctx);
}

int calib_lane_run(calib_lane *lane, const calib_piece *stretch, calib_buffer *ids)
{
    int status = calib_buffer_reserve(ids, stretch->len);
    calib_memo_turn(&lane->seen);
    for (size_t at = 0; at < stretch->len && !status;)
        status = group(lane, stretch, &at, ids);
    return status;
}
