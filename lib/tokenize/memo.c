/* SPDX-License-Identifier: MIT */
/* Two tables: a young one that takes what is new, and the old one that it followed. When the young
 * one fills up it grows; when it may not grow any more it becomes the old one, an empty one takes
 * its place, and what is found in the old one is remembered anew. So what has not been met for long
 * is forgotten, a whole table at a time.
 *
 * A table is open addressing over entries of half a cache line. Most segments have at most 16 bytes
 * and 3 ids and live in their entry; the rest lies in blocks that tables of one generation share.
 * An entry is written once, by whoever claims it, and then published: readers take no lock.
 * Tables are counted by the views that hold them; all else is done inside the monitor. */
#include "tokenize/memo.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/system.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum {
    WORDS = 16,
    PROBES = 8,
    LEAST_ENTRIES = 64,
    FIRST_ENTRIES = 1 << 14,
    LARGEST_BLOCK = 1 << 16,
    MOST_IDS = 0x7fff
};

/* `shape` of an entry: 0 is free, else bytes of text << 16 | ids. */
#define BEING_WRITTEN UINT32_MAX

typedef struct calib_memo_entry {
    uint64_t word[2];            /* of a long segment: hash, address of its text */
    int32_t ids[CALIB_MEMO_FEW]; /* or, when there are more, their address */
    _Atomic uint32_t shape;
} calib_memo_entry;

typedef struct calib_memo_block {
    struct calib_memo_block *next;
    max_align_t bytes[];
} calib_memo_block;

/* What the entries of a table, and of those that it grew out of, point to. */
typedef struct calib_generation {
    size_t n_tables;
    size_t n_blocks;
    calib_memo_block *blocks;
} calib_generation;

struct calib_memo_table {
    size_t n_views; /* and the memo itself */
    calib_generation *generation;
    calib_memo_entry *entries;
    size_t n_entries; /* a power of two */
};

struct calib_memo {
    calib_monitor *monitor; /* guards all below */
    uint64_t max_bytes;
    uint64_t n_bytes; /* of all tables and blocks that there are */
    size_t block_bytes;
    size_t most_entries;
    size_t n_used; /* entries of `young` */
    calib_memo_table *young;
    calib_memo_table *old;
};

/* ---- keys ---- */

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

/* ---- look-up: without the monitor, in tables that the view holds ---- */

#ifdef __GNUC__
#define PREFETCH(address) __builtin_prefetch(address)
#else
#define PREFETCH(address) ((void)(address))
#endif

void calib_memo_expect(const calib_memo_view *view, const calib_memo_key *key)
{
    const calib_memo_table *table = view->young;
    if (table)
        PREFETCH(&table->entries[key->hash & (table->n_entries - 1)]);
}

static const void *address_in(const void *at)
{
    const void *address;
    memcpy(&address, at, sizeof address);
    return address;
}

static bool is_key(const calib_memo_entry *entry, const calib_memo_key *key)
{
    if (entry->word[0] != key->word[0])
        return false;
    if (key->len <= WORDS)
        return entry->word[1] == key->word[1];
    return memcmp(address_in(&entry->word[1]), key->text, key->len) == 0;
}

static const int32_t *find_in(const calib_memo_table *table, const calib_memo_key *key, size_t *n)
{
    for (size_t i = 0; i < PROBES; i++) {
        const calib_memo_entry *entry = &table->entries[(key->hash + i) & (table->n_entries - 1)];
        uint32_t shape = atomic_load_explicit(&entry->shape, memory_order_acquire);
        if (shape == 0)
            return NULL;
        if (shape >> 16 != key->len || !is_key(entry, key))
            continue;
        *n = shape & 0xffff;
        return *n <= CALIB_MEMO_FEW ? entry->ids : address_in(entry->ids);
    }
    return NULL;
}

const int32_t *calib_memo_find(calib_memo_view *view, const calib_memo_key *key, size_t *n)
{
    const int32_t *ids = view->young ? find_in(view->young, key, n) : NULL;
    if (ids || !view->old)
        return ids;
    ids = find_in(view->old, key, n);
    if (ids)
        calib_memo_add(view, key, ids, *n);
    return ids;
}

/* ---- memory, counted: inside the monitor ---- */

/* Zeroed, and aligned, so that two entries share a cache line and none lies in two. */
static void *take(calib_memo *memo, size_t n)
{
    void *taken = n <= memo->max_bytes - memo->n_bytes ? calib_aligned_alloc(n) : NULL;
    if (!taken)
        return NULL;
    memo->n_bytes += n;
    return memset(taken, 0, n);
}

static void give_back(calib_memo *memo, void *taken, size_t n)
{
    if (taken)
        memo->n_bytes -= n;
    calib_aligned_free(taken);
}

static size_t block_size(const calib_memo *memo)
{
    return sizeof(calib_memo_block) + memo->block_bytes;
}

static void leave_generation(calib_memo *memo, calib_generation *generation)
{
    if (--generation->n_tables > 0)
        return;
    while (generation->blocks) {
        calib_memo_block *block = generation->blocks;
        generation->blocks = block->next;
        give_back(memo, block, block_size(memo));
    }
    give_back(memo, generation, sizeof *generation);
}

static size_t entries_size(size_t n_entries)
{
    return n_entries * sizeof(calib_memo_entry);
}

static void leave_table(calib_memo *memo, calib_memo_table *table)
{
    if (!table || --table->n_views > 0)
        return;
    leave_generation(memo, table->generation);
    give_back(memo, table->entries, entries_size(table->n_entries));
    give_back(memo, table, sizeof *table);
}

/* An empty table, in a generation of its own unless one is given. NULL: no memory, or not now. */
static calib_memo_table *new_table(calib_memo *memo, size_t n_entries, calib_generation *generation)
{
    calib_memo_table *table = take(memo, sizeof *table);
    calib_memo_entry *entries = table ? take(memo, entries_size(n_entries)) : NULL;
    if (entries && !generation)
        generation = take(memo, sizeof *generation);
    if (!entries || !generation) {
        give_back(memo, entries, entries_size(n_entries));
        give_back(memo, table, sizeof *table);
        return NULL;
    }
    generation->n_tables++;
    *table = (calib_memo_table){1, generation, entries, n_entries};
    return table;
}

/* ---- growing and forgetting: inside the monitor ---- */

static uint64_t entry_hash(const calib_memo_entry *entry, uint32_t shape)
{
    return shape >> 16 > WORDS ? entry->word[0] : hash_short(entry->word, shape >> 16);
}

/* Others may be adding to `from` meanwhile; what they add behind our back is forgotten. */
static void copy_entries(const calib_memo_table *from, calib_memo_table *to)
{
    for (size_t i = 0; i < from->n_entries; i++) {
        const calib_memo_entry *entry = &from->entries[i];
        uint32_t shape = atomic_load_explicit(&entry->shape, memory_order_acquire);
        if (shape == 0 || shape == BEING_WRITTEN)
            continue;
        uint64_t hash = entry_hash(entry, shape);
        for (size_t k = 0; k < PROBES; k++) {
            calib_memo_entry *place = &to->entries[(hash + k) & (to->n_entries - 1)];
            if (atomic_load_explicit(&place->shape, memory_order_relaxed))
                continue;
            memcpy(place->word, entry->word, sizeof place->word);
            memcpy(place->ids, entry->ids, sizeof place->ids);
            atomic_store_explicit(&place->shape, shape, memory_order_relaxed);
            break;
        }
    }
}

static void grow(calib_memo *memo)
{
    calib_memo_table *small = memo->young;
    calib_memo_table *table = new_table(memo, 2 * small->n_entries, small->generation);
    if (!table)
        return;
    copy_entries(small, table);
    memo->young = table;
    leave_table(memo, small);
}

/* There may be no memory for a third table until every view has let go of the oldest. */
static void forget(calib_memo *memo)
{
    leave_table(memo, memo->old);
    memo->old = NULL;
    calib_memo_table *table = new_table(memo, memo->young->n_entries, NULL);
    if (!table)
        return;
    memo->old = memo->young;
    memo->young = table;
    memo->n_used = 0;
}

/* Half full is full: longer probing costs more than memory. At the end there is no more memory. */
static void adapt(calib_memo *memo)
{
    size_t first = memo->most_entries < FIRST_ENTRIES ? memo->most_entries : FIRST_ENTRIES;
    if (!memo->young && first >= LEAST_ENTRIES)
        memo->young = new_table(memo, first, NULL);
    size_t room = memo->young ? memo->young->n_entries : 0;
    if (room && room < memo->most_entries && memo->n_used >= room / 2)
        grow(memo);
    else if (room && room == memo->most_entries && memo->n_used >= room / 4 * 3)
        forget(memo);
}

/* ---- views ---- */

static void hold(calib_memo *memo, calib_memo_table **held, calib_memo_table *table)
{
    if (*held == table)
        return;
    leave_table(memo, *held);
    *held = table;
    if (table)
        table->n_views++;
}

void calib_memo_turn(calib_memo_view *view)
{
    calib_memo *memo = view->memo;
    calib_monitor_enter(memo->monitor);
    if (view->young == memo->young)
        memo->n_used += view->n_added;
    view->n_added = 0;
    adapt(memo);
    if (view->young && view->young->generation != memo->young->generation)
        view->room_len = 0;
    hold(memo, &view->old, memo->old);
    hold(memo, &view->young, memo->young);
    calib_monitor_leave(memo->monitor);
}

void calib_memo_leave(calib_memo_view *view)
{
    calib_memo *memo = view->memo;
    if (!memo)
        return;
    calib_monitor_enter(memo->monitor);
    hold(memo, &view->old, NULL);
    hold(memo, &view->young, NULL);
    calib_monitor_leave(memo->monitor);
    *view = (calib_memo_view){.memo = memo};
}

/* ---- adding ---- */

/* A block more for the view's generation, out of a half of the memory: tables get the other. */
static bool more_room(calib_memo_view *view)
{
    calib_memo *memo = view->memo;
    calib_generation *generation = view->young->generation;
    calib_monitor_enter(memo->monitor);
    bool allowed = (generation->n_blocks + 1) * (uint64_t)block_size(memo) <= memo->max_bytes / 4;
    calib_memo_block *block = allowed ? take(memo, block_size(memo)) : NULL;
    if (block) {
        block->next = generation->blocks;
        generation->blocks = block;
        generation->n_blocks++;
        view->room = (char *)block->bytes;
        view->room_len = memo->block_bytes;
    }
    calib_monitor_leave(memo->monitor);
    return block != NULL;
}

static char *put_aside(calib_memo_view *view, const void *data, size_t len)
{
    size_t size = (len + 7) & ~(size_t)7;
    if (size > view->memo->block_bytes || (size > view->room_len && !more_room(view)))
        return NULL;
    char *at = view->room;
    memcpy(at, data, len);
    view->room += size;
    view->room_len -= size;
    return at;
}

static bool fill(calib_memo_view *view, const calib_memo_key *key, const int32_t *ids, size_t n,
                 calib_memo_entry *entry)
{
    const char *aside = "";
    memcpy(entry->word, key->word, sizeof entry->word);
    if (key->len > WORDS) {
        aside = put_aside(view, key->text, key->len);
        memcpy(&entry->word[1], &aside, sizeof aside);
    }
    if (n <= CALIB_MEMO_FEW) {
        memcpy(entry->ids, ids, n * sizeof *ids);
    } else if (aside) {
        aside = put_aside(view, ids, n * sizeof *ids);
        memcpy(entry->ids, &aside, sizeof aside);
    }
    return aside != NULL;
}

static calib_memo_entry *claim(calib_memo_table *table, uint64_t hash)
{
    for (size_t i = 0; i < PROBES; i++) {
        calib_memo_entry *entry = &table->entries[(hash + i) & (table->n_entries - 1)];
        uint32_t is = atomic_load_explicit(&entry->shape, memory_order_relaxed);
        if (is == 0 &&
            atomic_compare_exchange_strong_explicit(&entry->shape, &is, BEING_WRITTEN,
                                                    memory_order_acquire, memory_order_relaxed))
            return entry;
    }
    return NULL;
}

void calib_memo_add(calib_memo_view *view, const calib_memo_key *key, const int32_t *ids, size_t n)
{
    calib_memo_entry *entry = view->young && n <= MOST_IDS ? claim(view->young, key->hash) : NULL;
    if (!entry)
        return;
    bool filled = fill(view, key, ids, n, entry);
    uint32_t shape = filled ? (uint32_t)(key->len << 16 | n) : 0;
    atomic_store_explicit(&entry->shape, shape, memory_order_release);
    view->n_added += filled;
}

/* ---- the memo ---- */

static size_t power_of_two_within(uint64_t most)
{
    size_t n = 1;
    while (2 * (uint64_t)n <= most && n <= SIZE_MAX / 64)
        n *= 2;
    return n;
}

int calib_memo_new(uint64_t max_bytes, calib_memo **out)
{
    calib_memo *memo = calloc(1, sizeof *memo);
    if (!memo)
        return calib_fail_memory(sizeof *memo);
    int error = calib_monitor_new(&memo->monitor);
    if (error) {
        free(memo);
        return calib_fail_system(error, "cannot make a lock");
    }
    memo->max_bytes = max_bytes;
    memo->most_entries = power_of_two_within(max_bytes / 4 / sizeof(calib_memo_entry));
    uint64_t block = max_bytes / 64;
    memo->block_bytes = block < LARGEST_BLOCK ? (size_t)block : LARGEST_BLOCK;
    *out = memo;
    return CALIB_OK;
}

void calib_memo_free(calib_memo *memo)
{
    if (!memo)
        return;
    leave_table(memo, memo->old);
    leave_table(memo, memo->young);
    calib_monitor_free(memo->monitor);
    free(memo);
}
