/* SPDX-License-Identifier: MIT */
#include "tokenize/memo_table.h"

#include "base/memory.h"

typedef struct calib_memo_block {
    struct calib_memo_block *next;
    max_align_t bytes[];
} calib_memo_block;

/* ---- memory, counted ---- */

/* Zeroed, and aligned, so that two entries share a cache line and none lies in two. */
static void *take(calib_memo_purse *purse, size_t n)
{
    void *taken = n <= purse->max_bytes - purse->n_bytes ? calib_aligned_alloc(n) : NULL;
    if (!taken)
        return NULL;
    purse->n_bytes += n;
    return memset(taken, 0, n);
}

static void give_back(calib_memo_purse *purse, void *taken, size_t n)
{
    if (taken)
        purse->n_bytes -= n;
    calib_aligned_free(taken);
}

static size_t block_size(const calib_memo_purse *purse)
{
    return sizeof(calib_memo_block) + purse->block_bytes;
}

static size_t entries_size(size_t n_entries)
{
    return n_entries * sizeof(calib_memo_entry);
}

/* ---- making and freeing ---- */

static void leave_generation(calib_memo_purse *purse, calib_memo_generation *generation)
{
    if (--generation->n_tables > 0)
        return;
    while (generation->blocks) {
        calib_memo_block *block = generation->blocks;
        generation->blocks = block->next;
        give_back(purse, block, block_size(purse));
    }
    give_back(purse, generation, sizeof *generation);
}

void calib_memo_table_leave(calib_memo_purse *purse, calib_memo_table *table)
{
    if (!table || --table->n_holders > 0)
        return;
    leave_generation(purse, table->generation);
    give_back(purse, table->entries, entries_size(table->n_entries));
    give_back(purse, table, sizeof *table);
}

calib_memo_table *calib_memo_table_new(calib_memo_purse *purse, size_t n_entries,
                                       calib_memo_generation *generation)
{
    calib_memo_table *table = take(purse, sizeof *table);
    calib_memo_entry *entries = table ? take(purse, entries_size(n_entries)) : NULL;
    if (entries && !generation)
        generation = take(purse, sizeof *generation);
    if (!entries || !generation) {
        give_back(purse, entries, entries_size(n_entries));
        give_back(purse, table, sizeof *table);
        return NULL;
    }
    generation->n_tables++;
    *table = (calib_memo_table){1, generation, entries, n_entries};
    return table;
}

/* A generation's blocks take a quarter of the memory, so that there is room for two. */
bool calib_memo_table_room(calib_memo_purse *purse, calib_memo_table *table, char **room)
{
    calib_memo_generation *generation = table->generation;
    uint64_t bytes = (generation->n_blocks + 1) * (uint64_t)block_size(purse);
    calib_memo_block *block = bytes <= purse->max_bytes / 4 ? take(purse, block_size(purse)) : NULL;
    if (!block)
        return false;
    block->next = generation->blocks;
    generation->blocks = block;
    generation->n_blocks++;
    *room = (char *)block->bytes;
    return true;
}

/* ---- entries ---- */

static uint64_t entry_hash(const calib_memo_entry *entry, uint32_t shape)
{
    return shape >> 16 > CALIB_MEMO_WORDS ? entry->word[0]
                                          : calib_memo_hash(entry->word, shape >> 16);
}

size_t calib_memo_table_copy(const calib_memo_table *from, calib_memo_table *to)
{
    size_t n = 0;
    for (size_t i = 0; i < from->n_entries; i++) {
        const calib_memo_entry *entry = &from->entries[i];
        uint32_t shape = atomic_load_explicit(&entry->shape, memory_order_acquire);
        if (shape == 0 || shape == CALIB_MEMO_BEING_WRITTEN)
            continue;
        calib_memo_entry *copy = calib_memo_table_claim(to, entry_hash(entry, shape));
        if (!copy)
            continue;
        memcpy(copy->word, entry->word, sizeof copy->word);
        memcpy(copy->ids, entry->ids, sizeof copy->ids);
        calib_memo_entry_publish(copy, shape);
        n++;
    }
    return n;
}

calib_memo_entry *calib_memo_table_claim(calib_memo_table *table, uint64_t hash)
{
    for (size_t i = 0; i < CALIB_MEMO_PROBES; i++) {
        calib_memo_entry *entry = calib_memo_entry_at(table, hash + i);
        uint32_t is = atomic_load_explicit(&entry->shape, memory_order_relaxed);
        if (is == 0 &&
            atomic_compare_exchange_strong_explicit(&entry->shape, &is, CALIB_MEMO_BEING_WRITTEN,
                                                    memory_order_acquire, memory_order_relaxed))
            return entry;
    }
    return NULL;
}

void calib_memo_entry_publish(calib_memo_entry *entry, uint32_t shape)
{
    atomic_store_explicit(&entry->shape, shape, memory_order_release);
}
