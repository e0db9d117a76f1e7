/* SPDX-License-Identifier: MIT */
/* Open addressing over entries of half a cache line. Most segments have at most 16 bytes and 3 ids
 * and live in their entry; what does not fit lies in two side buffers. Probing ends after a few
 * entries: a segment that finds none free replaces one. */
#include "tokenize/memo.h"

#include <stdlib.h>
#include <string.h>

enum { WORDS = 16, PROBES = 8, FIRST_ENTRIES = 1 << 14, MOST_IDS = 0xffff };

struct calib_memo_entry {
    uint64_t word[2];            /* of a long segment: hash, offset in `texts` */
    int32_t ids[CALIB_MEMO_FEW]; /* or, when there are more, their index in `ids` */
    uint16_t len;                /* 0: free */
    uint16_t n;
};

static uint64_t mix(uint64_t x)
{
    x ^= x >> 29;
    x *= UINT64_C(0x9e3779b97f4a7c15);
    return x ^ x >> 32;
}

static uint64_t load(const char *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

static uint64_t hash_short(const uint64_t word[2], size_t len)
{
    return mix(word[0] * UINT64_C(0xa0761d6478bd642f) ^
               (word[1] + len) * UINT64_C(0xe7037ed1a0b428db));
}

static uint64_t hash_long(const char *text, size_t len)
{
    uint64_t hash = len * UINT64_C(0xd6e8feb86659fd93);
    for (size_t at = 0; at + 8 <= len; at += 8)
        hash = mix(hash ^ load(text + at));
    return mix(hash ^ load(text + len - 8));
}

calib_memo_key calib_memo_key_of(const char *text, size_t len)
{
    /* The bytes from [16 - len] on mask a word in memory order, on either endianness. */
    static const char mask[2 * WORDS] = {-1, -1, -1, -1, -1, -1, -1, -1,
                                         -1, -1, -1, -1, -1, -1, -1, -1};
    calib_memo_key key = {.text = text, .len = len};
    if (len <= WORDS) {
        key.word[0] = load(text) & load(mask + WORDS - len);
        key.word[1] = load(text + 8) & load(mask + WORDS - len + 8);
        key.hash = hash_short(key.word, len);
    } else {
        key.hash = hash_long(text, len);
        key.word[0] = key.hash;
    }
    return key;
}

#ifdef __GNUC__
#define PREFETCH(address) __builtin_prefetch(address)
#else
#define PREFETCH(address) ((void)(address))
#endif

void calib_memo_expect(const calib_memo *memo, const calib_memo_key *key)
{
    if (memo->n_entries)
        PREFETCH(&memo->entries[key->hash & (memo->n_entries - 1)]);
}

static bool is_key(const calib_memo *memo, const calib_memo_entry *entry, const calib_memo_key *key)
{
    if (entry->word[0] != key->word[0] || entry->len != key->len)
        return false;
    if (key->len <= WORDS)
        return entry->word[1] == key->word[1];
    const char *texts = memo->texts.data;
    return memcmp(texts + entry->word[1], key->text, key->len) == 0;
}

const int32_t *calib_memo_find(const calib_memo *memo, const calib_memo_key *key, size_t *n)
{
    size_t last = memo->n_entries - 1;
    for (size_t i = 0; i < PROBES && memo->n_entries; i++) {
        const calib_memo_entry *entry = &memo->entries[(key->hash + i) & last];
        if (entry->len == 0)
            return NULL;
        if (!is_key(memo, entry, key))
            continue;
        *n = entry->n;
        return entry->n <= CALIB_MEMO_FEW ? entry->ids
                                          : (const int32_t *)memo->ids.data + entry->ids[0];
    }
    return NULL;
}

/* The free entry on the key's way, or the one that it would replace. */
static calib_memo_entry *place(calib_memo_entry *entries, size_t n_entries, uint64_t hash)
{
    for (size_t i = 0; i < PROBES; i++) {
        calib_memo_entry *entry = &entries[(hash + i) & (n_entries - 1)];
        if (entry->len == 0)
            return entry;
    }
    return &entries[(hash + (hash >> 40) % PROBES) & (n_entries - 1)];
}

static uint64_t entry_hash(const calib_memo_entry *entry)
{
    return entry->len > WORDS ? entry->word[0] : hash_short(entry->word, entry->len);
}

/* Twice the entries, as long as they stay within half of the memory allowed. */
static void grow(calib_memo *memo)
{
    size_t n_entries = memo->n_entries ? 2 * memo->n_entries : FIRST_ENTRIES, bytes;
    if (!calib_size_mul(n_entries, sizeof *memo->entries, &bytes) || bytes > memo->max_bytes / 2)
        return;
    calib_memo_entry *entries = calloc(n_entries, sizeof *entries);
    if (!entries)
        return;
    for (size_t i = 0; i < memo->n_entries; i++)
        if (memo->entries[i].len)
            *place(entries, n_entries, entry_hash(&memo->entries[i])) = memo->entries[i];
    free(memo->entries);
    memo->entries = entries;
    memo->n_entries = n_entries;
}

/* The quarter of the memory that each side buffer may take, without calib_buffer's error: being
 * full is no failure here. */
static bool append(const calib_memo *memo, calib_buffer *buffer, const void *data, size_t len)
{
    if (buffer->cap - buffer->len < len) {
        size_t cap = buffer->cap ? 2 * buffer->cap : 4096;
        if (cap > memo->max_bytes / 4)
            return false;
        void *grown = realloc(buffer->data, cap);
        if (!grown)
            return false;
        buffer->data = grown;
        buffer->cap = cap;
    }
    if (len > buffer->cap - buffer->len)
        return false;
    memcpy((char *)buffer->data + buffer->len, data, len);
    buffer->len += len;
    return true;
}

static bool fill(calib_memo *memo, const calib_memo_key *key, const int32_t *ids, size_t n,
                 calib_memo_entry *entry)
{
    *entry = (calib_memo_entry){{key->word[0], key->word[1]}, {0}, (uint16_t)key->len, (uint16_t)n};
    if (key->len > WORDS) {
        entry->word[1] = memo->texts.len;
        if (!append(memo, &memo->texts, key->text, key->len))
            return false;
    }
    if (n <= CALIB_MEMO_FEW) {
        memcpy(entry->ids, ids, n * sizeof *ids);
        return true;
    }
    entry->ids[0] = (int32_t)(memo->ids.len / sizeof *ids);
    return memo->ids.len / sizeof *ids <= INT32_MAX &&
           append(memo, &memo->ids, ids, n * sizeof *ids);
}

void calib_memo_add(calib_memo *memo, const calib_memo_key *key, const int32_t *ids, size_t n)
{
    if (memo->n_used >= memo->n_entries / 2)
        grow(memo);
    calib_memo_entry entry;
    if (memo->n_entries == 0 || n > MOST_IDS || !fill(memo, key, ids, n, &entry))
        return;
    calib_memo_entry *at = place(memo->entries, memo->n_entries, key->hash);
    memo->n_used += at->len == 0;
    *at = entry;
}

void calib_memo_free(calib_memo *memo)
{
    free(memo->entries);
    calib_buffer_free(&memo->texts);
    calib_buffer_free(&memo->ids);
    *memo = (calib_memo){.max_bytes = memo->max_bytes};
}
