/* SPDX-License-Identifier: MIT */
#include "tokenize/encoder.h"

enum { AT_ONCE = 64 };

static size_t count(const calib_buffer *ids)
{
    return ids->len / sizeof(int32_t);
}

/* Sets the keys of the `n` segments that end at `ends` (offsets in the piece), the first beginning
 * at `from`. */
static void set_keys(const calib_memo *memo, const calib_segment *piece, size_t from,
                     const size_t *ends, size_t n, calib_memo_key *keys)
{
    for (size_t i = 0; i < n; from = ends[i++]) {
        calib_segment segment = calib_segment_between(piece, from, ends[i]);
        keys[i].kind = 0; /* not to be remembered */
        if (memo->lines && segment.len - 1 < CALIB_MEMO_MOST_BYTES)
            calib_memo_key_set(memo, &keys[i], segment.text, segment.len, segment.flags);
    }
}

/* Appends the ids of segments up to the first one that the memo does not know, and returns the
 * number of these segments. There must be room for CALIB_MEMO_MOST_IDS ids for each of the `n`. */
static size_t append_known(const calib_memo_key *keys, size_t n, calib_buffer *ids)
{
    int32_t *begin = ids->data, *end = begin + count(ids);
    size_t i = 0, n_ids;
    while (i < n && keys[i].kind && calib_memo_find(&keys[i], end, &n_ids)) {
        end += n_ids;
        i++;
    }
    ids->len = (size_t)(end - begin) * sizeof *end;
    return i;
}

/* Encodes a segment that the memo does not know, and adds it. */
static int encode_new(calib_encoder *encoder, const calib_segment *segment,
                      const calib_memo_key *key, calib_buffer *ids)
{
    if (segment->len > encoder->max_whole_bytes)
        return calib_fail_whole(encoder->tok, encoder->max_whole_bytes, segment, NULL);
    if (segment->len > encoder->longest)
        encoder->longest = segment->len;
    size_t before = count(ids);
    calib_id_sink sink = {.put = calib_ids_append, .ctx = ids};
    int status = calib_encode(encoder->tok, segment, &sink, encoder->poll);
    if (!status && key->kind)
        calib_memo_add(key, (const int32_t *)ids->data + before, count(ids) - before);
    return status;
}

/* Encodes the `n` segments that end at `ends`, the first beginning at `from`, and adds the new ones
 * to the memo. All keys are set before the first look-up, so that their memo lines are fetched side
 * by side. */
static int run_few(calib_encoder *encoder, const calib_segment *piece, size_t from,
                   const size_t *ends, size_t n, calib_buffer *ids)
{
    calib_memo_key keys[AT_ONCE];
    set_keys(encoder->memo, piece, from, ends, n, keys);
    for (size_t i = 0; i < n; i++) {
        int status = calib_buffer_reserve(ids, (n - i) * CALIB_MEMO_MOST_IDS * sizeof(int32_t));
        if (status)
            return status;
        i += append_known(&keys[i], n - i, ids);
        if (i == n)
            break;
        calib_segment segment = calib_segment_between(piece, i ? ends[i - 1] : from, ends[i]);
        status = encode_new(encoder, &segment, &keys[i], ids);
        if (status)
            return status;
    }
    return CALIB_OK;
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
