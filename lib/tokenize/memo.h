/* SPDX-License-Identifier: MIT */
/* Maps short segments of text and their flags to ids: a bounded cache that all threads of a run
 * share. It is one array of cache lines, and a segment can stand in one of them only, so no text
 * can make a look-up slow. A new segment replaces an old one. Running out of memory only costs
 * speed. */
#ifndef CALIB_TOKENIZE_MEMO_H
#define CALIB_TOKENIZE_MEMO_H

#include "shared/masked.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CALIB_MEMO_LINE_WORDS = 7,
    CALIB_MEMO_SMALL_BYTES = 16, /* a line holds two segments of at most this length ... */
    CALIB_MEMO_SMALL_IDS = 3,    /* ... and so many ids, or one larger segment */
    CALIB_MEMO_MOST_BYTES = 48,
    CALIB_MEMO_MOST_IDS = 10,
    CALIB_MEMO_SLACK = 16 /* readable bytes required behind every segment */
};

/**
 * Readers take no lock: what they read counts only if `head` is the same before and after.
 * `head`: bits 32 to 63 number of writes; 16 to 31 shape of the second segment; 0 to 15 shape of
 * the first. A shape is CALIB_TEXT_* flags << 10 | bytes << 4 | ids, 0 if there is none.
 * Two small segments: text in words 0 and 1, 2 and 3; two ids in word 4, 5; third ids in the lower
 * and upper half of word 6.
 * One large segment: text from word 0 on, at least two words, then its ids.
 */
typedef struct calib_memo_line {
    _Atomic uint64_t head;
    _Atomic uint64_t word[CALIB_MEMO_LINE_WORDS];
} calib_memo_line;

typedef struct calib_memo {
    calib_memo_line *lines; /* NULL: no segment is remembered */
    unsigned shift;         /* of a hash of 64 bits that leaves the number of a line */
} calib_memo;

/** A segment and its line, found once for look-up and insertion. */
typedef struct calib_memo_key {
    const char *text;
    calib_memo_line *line;
    uint64_t word[2]; /* the first 16 bytes of the text, zero-filled */
    uint32_t kind;    /* flags << 6 | length in bytes, never 0 */
} calib_memo_key;

/** Allocates a memo of at most `max_bytes`, and of no more than a text of `text_bytes` needs (0:
 *  unknown). If there is no memory, the memo has no lines. */
void calib_memo_init(calib_memo *memo, uint64_t max_bytes, uint64_t text_bytes);

void calib_memo_free(calib_memo *memo);

/** Remembers the ids of a segment, unless they are too many. */
void calib_memo_add(const calib_memo_key *key, const int32_t *ids, size_t n);

/* The rest is inline because it runs for every segment. */

#ifdef __GNUC__
#define CALIB_PREFETCH(address) __builtin_prefetch(address)
#else
#define CALIB_PREFETCH(address) ((void)(address))
#endif

/** Returns bytes [8 * i, 8 * i + 8) of a text, zero behind its end. `len` is more than 8 * i, or i
 *  is 1. */
static inline uint64_t calib_memo_word(const char *text, size_t len, size_t i)
{
    size_t at = 8 * (i & ~(size_t)1), left = len - at;
    return calib_masked_word(text + at, left < 16 ? left : 16, i & 1);
}

/* The highest bits, which choose the line, depend on all bits of both words. Without the second
 * step, numbers in digits would share lines more often than by chance. */
static inline uint64_t calib_memo_hash(uint64_t first, uint64_t second)
{
    uint64_t x = first * UINT64_C(0xa0761d6478bd642f) ^ second * UINT64_C(0xe7037ed1a0b428db);
    return (x ^ x >> 32) * UINT64_C(0x9e3779b97f4a7c15);
}

/** Sets the key of a segment of 1 to CALIB_MEMO_MOST_BYTES bytes, and prefetches its line: most of
 *  a look-up's time is waiting for it. The memo must have lines. */
static inline void calib_memo_key_set(const calib_memo *memo, calib_memo_key *key, const char *text,
                                      size_t len, uint32_t flags)
{
    key->text = text;
    key->kind = flags << 6 | (uint32_t)len;
    key->word[0] = calib_memo_word(text, len, 0);
    key->word[1] = calib_memo_word(text, len, 1);
    uint64_t hash = calib_memo_hash(key->word[0], key->word[1] + key->kind);
    for (size_t i = 2; 8 * i < len; i++)
        hash = calib_memo_hash(hash, calib_memo_word(text, len, i));
    key->line = &memo->lines[hash >> memo->shift];
    CALIB_PREFETCH(key->line);
}

/** Length in bytes of the segment. */
static inline size_t calib_memo_len(const calib_memo_key *key)
{
    return key->kind & 0x3f;
}

/** Number of words that the text of a large segment takes: its ids follow. */
static inline size_t calib_memo_text_words(size_t len)
{
    return len <= CALIB_MEMO_SMALL_BYTES ? 2 : (len + 7) / 8;
}

/* Data words are loaded with acquire and stored with release: a reader that sees a new word also
 * sees that `head` has changed. A fence would do the same, but ThreadSanitizer knows none. */
static inline uint64_t calib_memo_load(const calib_memo_line *line, size_t i)
{
    return atomic_load_explicit(&line->word[i], memory_order_acquire);
}

static inline void calib_memo_load_ids(const calib_memo_line *line, size_t i, int32_t two[2])
{
    uint64_t word = calib_memo_load(line, i);
    memcpy(two, &word, sizeof word);
}

/** Copies the ids of a segment to `ids`, any of which may be overwritten. Returns false if they are
 *  not known. */
static inline bool calib_memo_find(const calib_memo_key *key, int32_t ids[CALIB_MEMO_MOST_IDS],
                                   size_t *n)
{
    const calib_memo_line *line = key->line;
    uint64_t head = atomic_load_explicit(&line->head, memory_order_acquire);
    uint64_t first = (calib_memo_load(line, 0) ^ key->word[0]) |
                     (calib_memo_load(line, 1) ^ key->word[1]) | ((head >> 4 & 0xfff) ^ key->kind);
    uint64_t second = (calib_memo_load(line, 2) ^ key->word[0]) |
                      (calib_memo_load(line, 3) ^ key->word[1]) |
                      ((head >> 20 & 0xfff) ^ key->kind);
    /* No branch chooses the segment: it would be mispredicted half of the time. */
    if ((first != 0) & (second != 0))
        return false;
    size_t len = calib_memo_len(key), which = first != 0;
    for (size_t i = 2; 8 * i < len; i++)
        if (calib_memo_load(line, i) != calib_memo_word(key->text, len, i))
            return false;
    *n = head >> 16 * which & 0xf;
    if (len <= CALIB_MEMO_SMALL_BYTES && *n <= CALIB_MEMO_SMALL_IDS) {
        calib_memo_load_ids(line, 4 + which, ids);
        ids[2] = (int32_t)(calib_memo_load(line, 6) >> 32 * which);
    } else {
        size_t at = calib_memo_text_words(len);
        for (size_t i = 0; i < *n; i += 2)
            calib_memo_load_ids(line, at + i / 2, ids + i);
    }
    return atomic_load_explicit(&line->head, memory_order_relaxed) == head;
}

#endif
