/* SPDX-License-Identifier: MIT */
/* The memo's tables: open addressing over entries of half a cache line. Most segments have at most
 * 16 bytes and 3 ids and live in their entry; the rest lies in blocks that tables of one generation
 * share. An entry is written once, by whoever claims it, and then published: readers take no lock.
 * Making and freeing is for one thread at a time, inside the memo's monitor. */
#ifndef CALIB_TOKENIZE_MEMO_TABLE_H
#define CALIB_TOKENIZE_MEMO_TABLE_H

#include "tokenize/memo_key.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

enum {
    CALIB_MEMO_FEW = 3,   /* ids that most segments do not exceed */
    CALIB_MEMO_PROBES = 8 /* entries that are looked at */
};

/** `shape` of an entry: 0 is free, else bytes of text << 16 | ids. Memory that is all zero holds
 *  atomics of value 0, as on every system that has threads. */
#define CALIB_MEMO_BEING_WRITTEN UINT32_MAX

typedef struct calib_memo_entry {
    uint64_t word[2];            /* of a long segment: hash, address of its text */
    int32_t ids[CALIB_MEMO_FEW]; /* or, when there are more, their address */
    _Atomic uint32_t shape;
} calib_memo_entry;

/** Memory allowed, and taken. */
typedef struct calib_memo_purse {
    uint64_t max_bytes;
    uint64_t n_bytes;
    size_t block_bytes; /* of a block's use */
} calib_memo_purse;

/** What the entries of a table, and of those that it grew out of, point to. */
typedef struct calib_memo_generation {
    size_t n_tables;
    size_t n_blocks;
    struct calib_memo_block *blocks;
} calib_memo_generation;

typedef struct calib_memo_table {
    size_t n_holders; /* views, and the memo itself */
    calib_memo_generation *generation;
    calib_memo_entry *entries;
    size_t n_entries; /* a power of two */
} calib_memo_table;

/** An empty table with one holder, in a generation of its own unless one is given. NULL: there is
 *  no memory, or not now. */
calib_memo_table *calib_memo_table_new(calib_memo_purse *purse, size_t n_entries,
                                       calib_memo_generation *generation);

/** One holder less; the last one frees it. NULL is fine. */
void calib_memo_table_leave(calib_memo_purse *purse, calib_memo_table *table);

/** How many entries `to` has then. Others may be adding to `from` meanwhile; what they add behind
 * our back is not copied. */
size_t calib_memo_table_copy(const calib_memo_table *from, calib_memo_table *to);

/** A block more for the table's generation: purse->block_bytes at *room, aligned to 8. */
bool calib_memo_table_room(calib_memo_purse *purse, calib_memo_table *table, char **room);

/* From here on in any thread that holds the table. */

/** A free entry on the key's way, now the caller's, or NULL. */
calib_memo_entry *calib_memo_table_claim(calib_memo_table *table, uint64_t hash);

/** Shows the entry to all; a shape of 0 gives it back. */
void calib_memo_entry_publish(calib_memo_entry *entry, uint32_t shape);

/* Inline: it runs for every segment. */

static inline calib_memo_entry *calib_memo_entry_at(const calib_memo_table *table, uint64_t place)
{
    return &table->entries[place & (table->n_entries - 1)];
}

static inline const void *calib_memo_address(const void *at)
{
    const void *address;
    memcpy(&address, at, sizeof address);
    return address;
}

static inline bool calib_memo_is_key(const calib_memo_entry *entry, const calib_memo_key *key)
{
    if (entry->word[0] != key->word[0])
        return false;
    if (key->len <= CALIB_MEMO_WORDS)
        return entry->word[1] == key->word[1];
    return memcmp(calib_memo_address(&entry->word[1]), key->text, key->len) == 0;
}

/** The ids of a key, or NULL. */
static inline const int32_t *calib_memo_table_find(const calib_memo_table *table,
                                                   const calib_memo_key *key, size_t *n)
{
    for (size_t i = 0; i < CALIB_MEMO_PROBES; i++) {
        const calib_memo_entry *entry = calib_memo_entry_at(table, key->hash + i);
        uint32_t shape = atomic_load_explicit(&entry->shape, memory_order_acquire);
        if (shape == 0)
            return NULL;
        if (shape >> 16 != key->len || !calib_memo_is_key(entry, key))
            continue;
        *n = shape & 0xffff;
        return *n <= CALIB_MEMO_FEW ? entry->ids : calib_memo_address(entry->ids);
    }
    return NULL;
}

#endif
