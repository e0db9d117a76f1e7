/* SPDX-License-Identifier: MIT */
/* Two tables: a young one that takes what is new, and the old one that it followed. When the young
 * one fills up it grows; when it may not grow any more it becomes the old one, an empty one takes
 * its place, and what is found in the old one is remembered anew. So what has not been met for long
 * is forgotten, a whole table at a time. */
#include "tokenize/memo.h"

#include "base/error.h"
#include "system/system.h"

#include <stdlib.h>
#include <string.h>

enum { LEAST_ENTRIES = 64, FIRST_ENTRIES = 1 << 14, LARGEST_BLOCK = 1 << 16, MOST_IDS = 0x7fff };

struct calib_memo {
    calib_monitor *monitor; /* guards all below, and the tables but for their entries */
    calib_memo_purse purse;
    size_t most_entries;
    size_t n_used; /* entries of `young` */
    calib_memo_table *young;
    calib_memo_table *old;
};

/* ---- growing and forgetting: inside the monitor ---- */

static void grow(calib_memo *memo)
{
    calib_memo_table *small = memo->young;
    calib_memo_table *table =
        calib_memo_table_new(&memo->purse, 2 * small->n_entries, small->generation);
    if (!table)
        return;
    memo->n_used = calib_memo_table_copy(small, table);
    memo->young = table;
    calib_memo_table_leave(&memo->purse, small);
}

/* There may be no memory for a third table until every view has let go of the oldest. */
static void forget(calib_memo *memo)
{
    calib_memo_table_leave(&memo->purse, memo->old);
    memo->old = NULL;
    calib_memo_table *table = calib_memo_table_new(&memo->purse, memo->young->n_entries, NULL);
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
        memo->young = calib_memo_table_new(&memo->purse, first, NULL);
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
    calib_memo_table_leave(&memo->purse, *held);
    *held = table;
    if (table)
        table->n_holders++;
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

static bool more_room(calib_memo_view *view)
{
    calib_memo *memo = view->memo;
    calib_monitor_enter(memo->monitor);
    bool more = calib_memo_table_room(&memo->purse, view->young, &view->room);
    calib_monitor_leave(memo->monitor);
    if (more)
        view->room_len = memo->purse.block_bytes;
    return more;
}

static char *put_aside(calib_memo_view *view, const void *data, size_t len)
{
    size_t size = (len + 7) & ~(size_t)7;
    if (size > view->memo->purse.block_bytes || (size > view->room_len && !more_room(view)))
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
    memcpy(entry->word, key->word, sizeof entry->word);
    if (key->len > CALIB_MEMO_WORDS) {
        const char *text = put_aside(view, key->text, key->len);
        memcpy(&entry->word[1], &text, sizeof text);
        if (!text)
            return false;
    }
    if (n <= CALIB_MEMO_FEW) {
        memcpy(entry->ids, ids, n * sizeof *ids);
        return true;
    }
    const char *many = put_aside(view, ids, n * sizeof *ids);
    memcpy(entry->ids, &many, sizeof many);
    return many != NULL;
}

void calib_memo_add(calib_memo_view *view, const calib_memo_key *key, const int32_t *ids, size_t n)
{
    bool may = view->young && n <= MOST_IDS;
    calib_memo_entry *entry = may ? calib_memo_table_claim(view->young, key->hash) : NULL;
    if (!entry)
        return;
    bool filled = fill(view, key, ids, n, entry);
    calib_memo_entry_publish(entry, filled ? (uint32_t)(key->len << 16 | n) : 0);
    view->n_added += filled;
}

/* What is met again stays for one generation more. */
const int32_t *calib_memo_find_old(calib_memo_view *view, const calib_memo_key *key, size_t *n)
{
    const int32_t *ids = calib_memo_table_find(view->old, key, n);
    if (ids)
        calib_memo_add(view, key, ids, *n);
    return ids;
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
    uint64_t block = max_bytes / 64;
    memo->purse.max_bytes = max_bytes;
    memo->purse.block_bytes = block < LARGEST_BLOCK ? (size_t)block & ~(size_t)7 : LARGEST_BLOCK;
    memo->most_entries = power_of_two_within(max_bytes / 4 / sizeof(calib_memo_entry));
    *out = memo;
    return CALIB_OK;
}

void calib_memo_free(calib_memo *memo)
{
    if (!memo)
        return;
    calib_memo_table_leave(&memo->purse, memo->old);
    calib_memo_table_leave(&memo->purse, memo->young);
    calib_monitor_free(memo->monitor);
    free(memo);
}
