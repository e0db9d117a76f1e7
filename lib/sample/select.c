/* SPDX-License-Identifier: MIT */
/* Random words are spread evenly, so it is known where the wanted ranks lie but for a margin that
 * grows with the root of their number. Words between two bounds are collected in one pass; should
 * they not hold all the wanted ones, the bounds move apart and the words come again.
 * A candidate is (word << 32 | index): 64-bit order is then the stable order, no two are equal. */
#include "sample/select.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 256, LEAST_MARGIN = 64 };

typedef struct calib_selection {
    uint64_t *items;
    uint64_t *spare; /* as many again, for sorting */
    size_t n;
    size_t room;
    bool full;           /* there were more between the bounds than there is room for */
    uint32_t from, last; /* bounds of the words that are collected, both included */
    uint32_t below;      /* words below `from`: the rank of the first candidate */
    calib_progress *progress;
} calib_selection;

/* How far it is cannot be told; that it goes on, and whether it may, can. */
static int tick(const calib_selection *set)
{
    return calib_progress_tick(set->progress, CALIB_STAGE_SAMPLE, 0, 0);
}

/* ---- sorting ---- */

static void count_digits(const uint64_t *items, size_t n, unsigned shift, size_t counts[DIGITS])
{
    memset(counts, 0, DIGITS * sizeof *counts);
    for (size_t i = 0; i < n; i++)
        counts[items[i] >> shift & (DIGITS - 1)]++;
}

/* One pass of a least-significant-digit radix sort; false when all share the digit. */
static bool sort_pass(const uint64_t *from, uint64_t *to, size_t n, unsigned shift)
{
    size_t counts[DIGITS];
    count_digits(from, n, shift, counts);
    if (counts[from[0] >> shift & (DIGITS - 1)] == n)
        return false;
    size_t start = 0;
    for (size_t digit = 0; digit < DIGITS; digit++) {
        size_t count = counts[digit];
        counts[digit] = start;
        start += count;
    }
    for (size_t i = 0; i < n; i++)
        to[counts[from[i] >> shift & (DIGITS - 1)]++] = from[i];
    return true;
}

static int sort(calib_selection *set)
{
    int status = CALIB_OK;
    for (unsigned shift = 0; !status && set->n > 1 && shift < 64; shift += 8) {
        status = tick(set);
        if (status || !sort_pass(set->items, set->spare, set->n, shift))
            continue;
        uint64_t *sorted = set->spare;
        set->spare = set->items;
        set->items = sorted;
    }
    return status;
}

/* ---- collecting ---- */

static int offer(void *ctx, const uint32_t *words, uint32_t first, uint32_t count)
{
    calib_selection *set = ctx;
    uint32_t from = set->from, width = set->last - from, below = 0;
    for (uint32_t i = 0; i < count; i++)
        below += words[i] < from;
    set->below += below;
    set->full = set->full || set->room - set->n < count;
    if (set->full)
        return tick(set);
    uint64_t *items = set->items;
    size_t n = set->n;
    for (uint32_t i = 0; i < count; i++) {
        items[n] = (uint64_t)words[i] << 32 | (first + i);
        n += words[i] - from <= width; /* no branch: it could not be predicted */
    }
    set->n = n;
    return tick(set);
}

/* How far from `rank` the word may lie that is expected there: eight standard deviations or more,
 * and four times as much for each time that was too little. */
static uint64_t margin(uint64_t rank, uint64_t n_all, unsigned times)
{
    uint64_t nearest = rank < n_all - rank ? rank : n_all - rank, root = 1;
    while (root * root < nearest)
        root *= 2;
    return (LEAST_MARGIN + 8 * root) << 2 * times;
}

/* One batch on top of what is expected is what offer() writes before it looks. */
static int make_room(calib_selection *set, uint64_t room)
{
    size_t bytes;
    free(set->items);
    free(set->spare);
    set->items = set->spare = NULL;
    room += CALIB_WORDS_AT_ONCE;
    if (room > SIZE_MAX || !calib_size_mul((size_t)room, sizeof *set->items, &bytes))
        return calib_fail_memory(SIZE_MAX);
    set->items = malloc(bytes);
    set->spare = malloc(bytes);
    if (!set->items || !set->spare)
        return calib_fail_memory(bytes);
    set->room = (size_t)room;
    return CALIB_OK;
}

static int set_bounds(calib_selection *set, uint64_t n_all, uint64_t first, uint64_t end,
                      unsigned times)
{
    uint64_t under = margin(first, n_all, times), over = margin(end, n_all, times);
    uint64_t bottom = first > under ? first - under : 0;
    uint64_t top = n_all - end > over ? end + over : n_all;
    uint64_t room = top - bottom + margin(top - bottom, n_all, times);
    set->from = (uint32_t)((bottom << 32) / n_all);
    set->last = top < n_all ? (uint32_t)((top << 32) / n_all) : UINT32_MAX;
    return make_room(set, room < n_all ? room : n_all);
}

static bool holds(const calib_selection *set, uint64_t first, uint64_t end)
{
    return !set->full && set->below <= first && end <= (uint64_t)set->below + set->n;
}

static int copy_order(const calib_selection *set, uint32_t first, uint32_t n, uint32_t **order)
{
    size_t bytes = (n ? n : 1) * sizeof **order;
    uint32_t *rows = malloc(bytes);
    if (!rows)
        return calib_fail_memory(bytes);
    for (uint32_t i = 0; i < n; i++)
        rows[i] = (uint32_t)set->items[first - set->below + i];
    *order = rows;
    return CALIB_OK;
}

/* The bounds have moved to the ends, and hold everything, before `times` gets large. */
int calib_select(const calib_words *words, uint32_t first, uint32_t n, calib_progress *progress,
                 uint32_t **order)
{
    calib_selection set = {.progress = progress};
    bool found = n == 0;
    int status = CALIB_OK;
    for (unsigned times = 0; !status && !found; times++) {
        set.n = set.below = 0;
        set.full = false;
        status = set_bounds(&set, words->n_all, first, (uint64_t)first + n, times);
        if (!status)
            status = words->each(words->ctx, offer, &set);
        found = holds(&set, first, (uint64_t)first + n);
    }
    if (!status)
        status = sort(&set);
    if (!status)
        status = copy_order(&set, first, n, order);
    free(set.items);
    free(set.spare);
    return status;
}
