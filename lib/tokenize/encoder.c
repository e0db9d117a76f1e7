/* SPDX-License-Identifier: MIT */
#include "tokenize/encoder.h"

enum { AT_ONCE = 64 };

static size_t count(const calib_buffer *ids)
{
    return ids->len / sizeof(int32_t);
}

/* Encodes the `n` segments that end at `ends` (offsets in the piece), the first beginning at
 * `from`. All keys are set before the first look-up, so that their memo lines are fetched side by
 * side. */
static int run_few(calib_encoder *encoder, const calib_segment *piece, size_t from,
                   const size_t *ends, size_t n, calib_buffer *ids)
{
    calib_memo *memo = encoder->memo;
    calib_memo_key keys[AT_ONCE];
    const size_t room = CALIB_MEMO_MOST_IDS * sizeof(int32_t);
    size_t at = from;
    for (size_t i = 0; i < n; at = ends[i++]) {
        calib_segment segment = calib_segment_between(piece, at, ends[i]);
        keys[i].len = 0; /* not to be remembered */
        if (memo->lines && segment.len - 1 < CALIB_MEMO_MOST_BYTES)
            calib_memo_key_set(memo, &keys[i], segment.text, segment.len, segment.flags);
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
        calib_segment segment = calib_segment_between(piece, from, ends[i]);
        if (segment.len > encoder->max_whole_bytes)
            return calib_fail_whole(encoder->tok, encoder->max_whole_bytes, &segment, NULL);
        if (segment.len > encoder->longest)
            encoder->longest = segment.len;
        calib_id_sink sink = {.put = calib_ids_append, .ctx = ids};
        status = calib_encode(encoder->tok, &segment, sink, encoder->poll);
        if (!status && keys[i].len)
            calib_memo_add(memo, &keys[i], (const int32_t *)ids->data + before,
                           count(ids) - before);
    }
    return status;
}

int calib_encoder_run(calib_encoder *encoder, const calib_segment *piece, calib_buffer *ids)
{
    int status = calib_buffer_reserve(ids, piece->len);
    size_t from = 0;
    do {
        calib_segment shown = calib_segment_between(piece, from, piece->len);
        size_t n = 0, *ends = encoder->cuts;
        if (!status && encoder->tok->cuts && shown.len > 0)
            status = calib_cuts_find(encoder->tok, &shown, ends, CALIB_ENCODER_CUTS, &n);
        for (size_t i = 0; i < n; i++)
            ends[i] += from;
        if (n < CALIB_ENCODER_CUTS)
            ends[n++] = piece->len;
        for (size_t i = 0; i < n && !status; i += AT_ONCE) {
            size_t few = n - i < AT_ONCE ? n - i : AT_ONCE;
            status = run_few(encoder, piece, from, ends + i, few, ids);
            from = ends[i + few - 1];
        }
        if (!status)
            status = calib_poll_call(encoder->poll);
    } while (from < piece->len && !status);
    return status;
}
