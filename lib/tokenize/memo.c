/* SPDX-License-Identifier: MIT */
#include "tokenize/memo.h"

#include "base/memory.h"

/* A writer sets both lengths to a value that no segment has. */
#define BEING_WRITTEN UINT64_C(0x03f003f0)

enum { LEAST_LOG2 = 6, UNKNOWN_TEXT = 64 << 20 /* bytes of a memo for one */ };

void calib_memo_init(calib_memo *memo, uint64_t max_bytes, uint64_t text_bytes)
{
    /* Measured: with twice the text's bytes hardly any segment is replaced. Clearing more would
     * cost a short text more than it gains. */
    uint64_t useful = UNKNOWN_TEXT;
    if (text_bytes)
        useful = text_bytes <= UINT64_MAX / 2 ? 2 * text_bytes : UINT64_MAX;
    uint64_t bytes = useful < max_bytes ? useful : max_bytes;
    size_t n = (size_t)1 << LEAST_LOG2, line = sizeof(calib_memo_line);
    *memo = (calib_memo){.shift = 64 - LEAST_LOG2};
    for (; n <= bytes / 2 / line && n <= SIZE_MAX / 4 / line; n *= 2)
        memo->shift--;
    if (n <= max_bytes / line)
        memo->lines = calib_aligned_alloc(n * line);
    if (memo->lines)
        memset(memo->lines, 0, n * line);
}

void calib_memo_free(calib_memo *memo)
{
    calib_aligned_free(memo->lines);
    *memo = (calib_memo){0};
}

static void store(calib_memo_line *line, size_t i, uint64_t word)
{
    atomic_store_explicit(&line->word[i], word, memory_order_release);
}

static void store_ids(calib_memo_line *line, size_t i, const int32_t *ids, size_t n)
{
    int32_t two[2] = {0};
    uint64_t word;
    memcpy(two, ids, (n < 2 ? n : 2) * sizeof *ids);
    memcpy(&word, two, sizeof word);
    store(line, i, word);
}

static bool is_large(uint64_t shape)
{
    return (shape >> 4 & 0x3f) > CALIB_MEMO_SMALL_BYTES || (shape & 0xf) > CALIB_MEMO_SMALL_IDS;
}

void calib_memo_add(const calib_memo_key *key, const int32_t *ids, size_t n)
{
    size_t len = calib_memo_len(key), n_text = calib_memo_text_words(len);
    if (n > CALIB_MEMO_MOST_IDS || n_text + (n + 1) / 2 > CALIB_MEMO_LINE_WORDS)
        return;
    calib_memo_line *line = key->line;
    uint64_t head = atomic_load_explicit(&line->head, memory_order_relaxed);
    if ((head & BEING_WRITTEN) == BEING_WRITTEN ||
        !atomic_compare_exchange_strong_explicit(&line->head, &head, head | BEING_WRITTEN,
                                                 memory_order_acquire, memory_order_relaxed))
        return;
    uint64_t n_writes = head >> 32, shape = (uint64_t)key->kind << 4 | n;
    bool large = is_large(shape);
    size_t which = large ? 0 : (size_t)(n_writes & 1); /* the older of two */
    for (size_t i = 0; i < n_text; i++)
        store(line, 2 * which + i, calib_memo_word(key->text, len, i));
    if (large) {
        for (size_t i = 0; i < n; i += 2)
            store_ids(line, n_text + i / 2, ids + i, n - i);
    } else {
        uint64_t third = n > 2 ? (uint32_t)ids[2] : 0;
        uint64_t others = calib_memo_load(line, 6) & UINT64_C(0xffffffff) << 32 * (1 - which);
        store_ids(line, 4 + which, ids, n);
        store(line, 6, others | third << 32 * which);
        uint64_t other = is_large(head) ? 0 : head >> 16 * (1 - which) & 0xffff;
        shape = shape << 16 * which | other << 16 * (1 - which);
    }
    atomic_store_explicit(&line->head, (n_writes + 1) << 32 | shape, memory_order_release);
}
