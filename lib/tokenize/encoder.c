/* SPDX-License-Identifier: MIT */
#include "tokenize/encoder.h"

enum { AT_ONCE = 64 };

static size_t count(const calib_buffer *ids)
{
    return ids->len / sizeof(int32_t);
}

/* Only a segment at an end of the batch keeps the batch's flag for that end. */
static calib_segment segment_of(const calib_segment *batch, size_t from, size_t to)
{
    uint32_t flags = batch->flags;
    if (from > 0)
        flags &= ~(uint32_t)CALIB_TEXT_BEGIN;
    if (to < batch->len)
        flags &= ~(uint32_t)CALIB_TEXT_END;
    return (calib_segment){batch->text + from, to - from, batch->at + from, flags};
}

/* Encodes the `n` segments that end at `ends` (offsets in the batch), the first beginning at
 * `from`. All keys are set before the first look-up, so that their memo lines are fetched side by
 * side. */
static int run_few(calib_encoder *encoder, const calib_segment *batch, size_t from,
                   const size_t *ends, size_t n, calib_buffer *ids)
{
    calib_memo *memo = encoder->memo;
    calib_memo_key keys[AT_ONCE];
    const size_t room = CALIB_MEMO_MOST_IDS * sizeof(int32_t);
    size_t at = from;
    for (size_t i = 0; i < n; at = ends[i++]) {
        calib_segment segment = segment_of(batch, at, ends[i]);
        /* Length 0: not to be remembered. Segments at the ends of the text are encoded in another
         * way. */
        keys[i].len = 0;
        if (memo->lines && segment.len <= CALIB_MEMO_MOST_BYTES &&
            !(segment.flags & (CALIB_TEXT_BEGIN | CALIB_TEXT_END)))
            calib_memo_key_set(memo, &keys[i], segment.text, segment.len);
    }
    int status = CALIB_OK;
    for (size_t i = 0; i < n && !status; from = ends[i++]) {
        size_t n_found, before = count(ids);
        if (ids->cap - ids->len < room && (status = calib_buffer_reserve(ids, room)) != CALIB_OK)
            break;
        if (keys[i].len &&
            calib_memo_find(memo, &keys[i], (int32_t *)ids->data + before, &n_found)) {
            ids->len += n_found * sizeof(int32_t);
            continue;
        }
        calib_segment segment = segment_of(batch, from, ends[i]);
        if (segment.len > encoder->max_whole_bytes)
            return calib_fail_whole(encoder->tok, encoder->max_whole_bytes, segment.at,
                                    "use a smaller corpus");
        if (segment.len > encoder->longest)
            encoder->longest = segment.len;
        status = calib_encode(encoder->tok, &segment, (calib_id_sink){calib_ids_append, ids},
                              encoder->poll);
        if (!status && keys[i].len)
            calib_memo_add(memo, &keys[i], (const int32_t *)ids->data + before,
                           count(ids) - before);
    }
    return status;
}

int calib_encoder_run(calib_encoder *encoder, const calib_segment *batch, calib_buffer *ids)
{
    int status = calib_buffer_reserve(ids, batch->len);
    for (size_t from = 0; from < batch->len && !status;) {
        calib_segment shown = segment_of(batch, from, batch->len);
        size_t n, *ends = encoder->cuts;
        status = calib_cuts_find(encoder->tok, &shown, ends, CALIB_ENCODER_CUTS, &n);
        if (status)
            return status;
        for (size_t i = 0; i < n; i++)
            ends[i] += from;
        if (n < CALIB_ENCODER_CUTS)
            ends[n++] = batch->len;
        for (size_t i = 0; i < n && !status; i += AT_ONCE) {
            size_t few = n - i < AT_ONCE ? n - i : AT_ONCE;
            status = run_few(encoder, batch, from, ends + i, few, ids);
            from = ends[i + few - 1];
        }
        if (!status)
            status = calib_poll_call(encoder->poll);
    }
    return status;
}
