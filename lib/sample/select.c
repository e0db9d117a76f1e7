/* SPDX-License-Identifier: MIT */
/* Selects ranks from random words in one pass. Random words are spread evenly, so the word of a
 * given rank is known within a margin that grows with the square root of the count. One pass
 * collects the words between two bounds. If they do not contain all the wanted ranks, the bounds
 * move apart and the words are generated again.
 * A candidate is (word << 32 | index): 64-bit order is then the stable order, and no two are
 * equal. */
#include "sample/select.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 256, LEAST_MARGIN = 64 };

typedef struct calib_selection {
    uint64_t *items;
    uint64_t *spare; /* same size, for sorting */
    size_t n;
    size_t room;
    bool full;           /* more words lie between the bounds than there is room for */
    uint32_t from, last; /* bounds of the collected words, both inclusive */
    uint32_t below;      /* words below `from`: the rank of the first candidate */
    calib_progress *progress;
} calib_selection;

/* The fraction done is unknown, so done and total are 0. */
static int tick(const calib_selection *set)
{
    return calib_progress_tick(set->progress, CALIB_STAGE_SAMPLE, 0, 0);
}

/* ---- sorting ---- */

/* One pass of a least-significant-digit radix sort. Returns false, and moves nothing, if all items
 * share the digit. */
static bool sort_pass(const uint64_t *from, uint64_t *to, size_t n, unsigned shift)
{
    size_t counts[DIGITS] = {0};
    for (size_t i = 0; i < n; i++)
        counts[from[i] >> shift & (DIGITS - 1)]++;
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
        n += words[i] - from <= width; /* branch-free: a branch would be mispredicted */
    }
    set->n = n;
    return tick(set);
}

/* Returns how far the word of `rank` may lie from its expected place: at least eight standard
 * deviations, and four times as much for each pass that failed. */
static uint64_t margin(uint64_t rank, uint64_t n_all, unsigned times)
{
    uint64_t nearest = rank < n_all - rank ? rank : n_all - rank, root = 1;
    while (root * root < nearest)
        root *= 2;
    return (LEAST_MARGIN + 8 * root) << 2 * times;
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
    /* offer() writes a whole block before it checks the room. */
    room = (room < n_all ? room : n_all) + CALIB_WORDS_AT_ONCE;
    free(set->items);
    free(set->spare);
    set->items = set->spare = NULL;
    size_t bytes;
    if (room > SIZE_MAX || !calib_size_mul((size_t)room, sizeof *set->items, &bytes))
        return calib_fail_memory(SIZE_MAX);
    set->items = malloc(bytes);
    set->spare = malloc(bytes);
    if (!set->items || !set->spare)
        return calib_fail_memory(bytes);
    set->room = (size_t)room;
    return CALIB_OK;
}

/* The bounds reach both ends, and so contain every word, long before `times` gets large. */
int calib_select(const calib_words *words, uint32_t first, uint32_t n, calib_progress *progress,
                 uint32_t **order)
{
    calib_selection set = {.progress = progress};
    uint64_t end = (uint64_t)first + n;
    bool found = n == 0;
    int status = CALIB_OK;
    for (unsigned times = 0; !status && !found; times++) {
        set.n = set.below = 0;
        set.full = false;
        status = set_bounds(&set, words->n_all, first, end, times);
        if (!status)
            status = words->each(words->ctx, offer, &set);
        found = !set.full && set.below <= first && end <= (uint64_t)set.below + set.n;
    }
    if (!status)
        status = sort(&set);
    size_t bytes = (n ? n : 1) * sizeof **order;
    uint32_t *indices = status ? NULL : malloc(bytes);
    if (!status && !indices)
        status = calib_fail_memory(bytes);
    if (!status) {
        for (uint32_t i = 0; i < n; i++)
            indices[i] = (uint32_t)set.items[first - set.below + i];
        *order = indices;
    }
    free(set.items);
    free(set.spare);
    return status;
}
