/* SPDX-License-Identifier: MIT */
/* A candidate is (bits << 32 | index): 64-bit order is then the stable order, and no two are equal.
 * Candidates below a bound are collected; when the room is full the n smallest are kept and the
 * bound falls to the largest of them. Random bits make that happen O(log(R / n)) times. */
#include "sample/permutation.h"

#include "base/error.h"
#include "base/memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 1024, LEAST_ROOM = 4096, DIGITS = 256 };

typedef struct calib_candidates {
    uint64_t *items;
    uint64_t *spare; /* as many again, for sorting */
    size_t n;
    size_t room;
    size_t wanted;
    uint64_t bound; /* only what is below may be among the wanted */
    calib_progress *progress;
} calib_candidates;

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

/* How far it is cannot be told; that it goes on, and whether it may, can. */
static int tick(const calib_candidates *set)
{
    return calib_progress_tick(set->progress, CALIB_STAGE_SAMPLE, 0, 0);
}

static int sort(calib_candidates *set)
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

static int keep_wanted(calib_candidates *set)
{
    int status = sort(set);
    if (set->n > set->wanted)
        set->n = set->wanted;
    if (set->n == set->wanted)
        set->bound = set->items[set->n - 1];
    return status;
}

static int offer(calib_candidates *set, const uint32_t *bits, uint32_t first, uint32_t count)
{
    int status = set->room - set->n < count ? keep_wanted(set) : tick(set);
    if (status)
        return status;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t item = (uint64_t)bits[i] << 32 | (first + i);
        set->items[set->n] = item;
        set->n += item < set->bound; /* no branch: it could not be predicted */
    }
    return CALIB_OK;
}

/* Word i of bits(key, n_all) and word i + half + odd come from one block, counter
 * (i, i + half + odd); the middle word of an odd count from the first word of (half, 0). */
static int offer_all(calib_candidates *set, calib_key key, uint32_t n_all)
{
    uint32_t first[BATCH], second[BATCH];
    uint32_t half = n_all / 2, upper = half + (n_all & 1);
    int status = CALIB_OK;
    for (uint32_t at = 0; !status && at < half; at += BATCH) {
        uint32_t count = half - at < BATCH ? half - at : BATCH;
        calib_threefry_blocks(key, at, upper + at, count, first, second);
        status = offer(set, first, at, count);
        if (!status)
            status = offer(set, second, upper + at, count);
    }
    if (status || !(n_all & 1))
        return status;
    calib_threefry(key, half, 0, first);
    return offer(set, first, half, 1);
}

/* Room for the wanted and as many again, so that a clean-up pays for itself; never more than all.
 * One batch on top is what offer() writes before it looks. */
static int make_room(calib_candidates *set, uint32_t n_all)
{
    size_t room = set->wanted < LEAST_ROOM ? LEAST_ROOM : set->wanted;
    size_t bytes;
    room = (room < n_all - room && room < n_all ? 2 * room : n_all) + (size_t)BATCH;
    if (!calib_size_mul(room, sizeof *set->items, &bytes))
        return calib_fail_memory(SIZE_MAX);
    set->items = malloc(bytes);
    set->spare = malloc(bytes);
    if (!set->items || !set->spare)
        return calib_fail_memory(bytes);
    set->room = room;
    return CALIB_OK;
}

static int copy_order(const calib_candidates *set, uint32_t **order)
{
    size_t bytes = (set->wanted ? set->wanted : 1) * sizeof **order;
    uint32_t *rows = malloc(bytes);
    if (!rows)
        return calib_fail_memory(bytes);
    for (size_t i = 0; i < set->wanted; i++)
        rows[i] = (uint32_t)set->items[i];
    *order = rows;
    return CALIB_OK;
}

int calib_permutation(calib_key key, uint32_t n_all, uint32_t n, calib_progress *progress,
                      uint32_t **order)
{
    calib_candidates set = {.wanted = n, .bound = UINT64_MAX, .progress = progress};
    int status = make_room(&set, n_all);
    if (!status && n)
        status = offer_all(&set, key, n_all);
    if (!status)
        status = sort(&set);
    if (!status)
        status = copy_order(&set, order);
    free(set.items);
    free(set.spare);
    return status;
}
