/* SPDX-License-Identifier: MIT */
/* What the memo knows a segment by. Inline: it runs for every segment. */
#ifndef CALIB_TOKENIZE_MEMO_KEY_H
#define CALIB_TOKENIZE_MEMO_KEY_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
    CALIB_MEMO_WORDS = 16,    /* bytes of a segment that a key holds */
    CALIB_MEMO_LONGEST = 255, /* bytes of a segment that is remembered */
    CALIB_MEMO_SLACK = 16     /* bytes that must be readable behind every segment */
};

/** A segment with its hash: made once, used for look-up and insertion. */
typedef struct calib_memo_key {
    const char *text;
    size_t len;
    uint64_t word[2]; /* up to 16 bytes: the text, zero-filled; longer: hash and nothing */
    uint64_t hash;
} calib_memo_key;

static inline uint64_t calib_memo_load(const void *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

static inline uint64_t calib_memo_mix(uint64_t x)
{
    x ^= x >> 29;
    x *= UINT64_C(0x9e3779b97f4a7c15);
    return x ^ x >> 32;
}

static inline uint64_t calib_memo_hash(const uint64_t word[2], size_t len)
{
    return calib_memo_mix(word[0] * UINT64_C(0xa0761d6478bd642f) ^
                          (word[1] + len) * UINT64_C(0xe7037ed1a0b428db));
}

static inline uint64_t calib_memo_hash_long(const char *text, size_t len)
{
    uint64_t word[2] = {len, 0};
    for (size_t at = 0; at + 8 <= len; at += 8) {
        word[0] ^= calib_memo_load(text + at);
        word[0] = calib_memo_hash(word, 0);
    }
    word[1] = calib_memo_load(text + len - 8);
    return calib_memo_hash(word, len);
}

/** `len` is 1 to CALIB_MEMO_LONGEST. Made where it stays: to copy a key that was just written costs
 *  more than to make it. */
static inline void calib_memo_key_set(calib_memo_key *key, const char *text, size_t len)
{
    /* The bytes from [16 - len] on mask a word in memory order, on either endianness. */
    static const unsigned char mask[2 * CALIB_MEMO_WORDS] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                                             0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                                             0xff, 0xff, 0xff, 0xff};
    key->text = text;
    key->len = len;
    if (len <= CALIB_MEMO_WORDS) {
        key->word[0] = calib_memo_load(text) & calib_memo_load(mask + CALIB_MEMO_WORDS - len);
        key->word[1] =
            calib_memo_load(text + 8) & calib_memo_load(mask + CALIB_MEMO_WORDS - len + 8);
        key->hash = calib_memo_hash(key->word, len);
    } else {
        key->hash = calib_memo_hash_long(text, len);
        key->word[0] = key->hash;
        key->word[1] = 0;
    }
}

#endif
