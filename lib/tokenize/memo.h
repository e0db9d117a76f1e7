/* SPDX-License-Identifier: MIT */
/* From a short segment of text to its ids: a bounded cache. It may forget anything at any time, so
 * running out of memory only costs speed, and no text can make it slow: a look-up touches at most
 * a few neighbouring entries. For one thread. */
#ifndef CALIB_TOKENIZE_MEMO_H
#define CALIB_TOKENIZE_MEMO_H

#include "base/memory.h"

enum {
    CALIB_MEMO_FEW = 3,       /* ids that most segments do not exceed */
    CALIB_MEMO_LONGEST = 255, /* bytes of a segment that is remembered */
    CALIB_MEMO_SLACK = 16     /* bytes that must be readable behind every segment */
};

typedef struct calib_memo_entry calib_memo_entry;

/** Zero-initialize, with `max_bytes` as the one setting. */
typedef struct calib_memo {
    uint64_t max_bytes;
    calib_memo_entry *entries;
    size_t n_entries; /* a power of two, or 0 */
    size_t n_used;
    calib_buffer texts; /* of segments too long for an entry */
    calib_buffer ids;   /* of segments with too many ids for an entry */
} calib_memo;

/** A segment with its hash: made once, used for look-up and insertion. */
typedef struct calib_memo_key {
    const char *text;
    size_t len;
    uint64_t word[2]; /* up to 16 bytes: the text, zero-filled; longer: hash and nothing */
    uint64_t hash;
} calib_memo_key;

/** `len` is 1 to CALIB_MEMO_LONGEST. */
calib_memo_key calib_memo_key_of(const char *text, size_t len);

/** Asks the processor to bring the key's entry near: most of a look-up's time is waiting for it. */
void calib_memo_expect(const calib_memo *memo, const calib_memo_key *key);

/** The ids, valid until the next calib_memo_add(), or NULL. CALIB_MEMO_FEW may be read, also when
 *  there are fewer. */
const int32_t *calib_memo_find(const calib_memo *memo, const calib_memo_key *key, size_t *n);

/** Remembers, when there is room. */
void calib_memo_add(calib_memo *memo, const calib_memo_key *key, const int32_t *ids, size_t n);

void calib_memo_free(calib_memo *memo);

#endif
