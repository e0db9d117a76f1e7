/* SPDX-License-Identifier: MIT */
#include "random/python.h"

#define NOT_CHOSEN 0xffffffffu

void calib_python_seed(calib_mt19937 *generator, uint64_t seed)
{
    const uint32_t words[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    calib_mt19937_seed_words(generator, words, words[1] ? 2 : 1);
}

static uint32_t bit_length(uint64_t number)
{
    uint32_t n_bits = 0;
    for (; number; number >>= 1)
        n_bits++;
    return n_bits;
}

/* getrandbits(): a number of more than 32 bits takes its low word first. */
static uint64_t draw_bits(calib_mt19937 *generator, uint32_t n_bits)
{
    if (n_bits <= 32)
        return calib_mt19937_next(generator) >> (32 - n_bits);
    uint64_t low = calib_mt19937_next(generator);
    return (uint64_t)(calib_mt19937_next(generator) >> (64 - n_bits)) << 32 | low;
}

uint64_t calib_python_below(calib_mt19937 *generator, uint64_t below)
{
    uint32_t n_bits = bit_length(below);
    uint64_t drawn;
    do
        drawn = draw_bits(generator, n_bits);
    while (drawn >= below);
    return drawn;
}

/* As calib_python_below(top - k + 1), without a branch for draws that are refused: the next one
 * overwrites them. */
int calib_python_draws(void *generator, uint32_t top, uint32_t n, uint32_t *draws)
{
    for (uint32_t k = 0; k < n;) {
        uint32_t n_bits = bit_length(top - k + 1);
        uint32_t n_same = top - k + 2 - ((uint32_t)1 << (n_bits - 1)); /* steps with these bits */
        uint32_t end = n - k < n_same ? n : k + n_same;
        while (k < end) {
            draws[k] = calib_mt19937_next(generator) >> (32 - n_bits);
            k += draws[k] <= top - k;
        }
    }
    return 0;
}

/* If n_all is at most this, sample() keeps a pool of all numbers, else a set of those chosen. A
 * table for the set fits into the same scratch. */
uint64_t calib_python_sample_scratch(uint32_t n)
{
    uint64_t size = 1;
    while (size < 3 * (uint64_t)n)
        size *= 4;
    return n > 5 ? 21 + size : 21;
}

static void sample_pool(calib_mt19937 *generator, uint32_t n_all, uint32_t n, uint32_t *order,
                        uint32_t *pool)
{
    for (uint32_t i = 0; i < n_all; i++)
        pool[i] = i;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t j = (uint32_t)calib_python_below(generator, n_all - i);
        order[i] = pool[j];
        pool[j] = pool[n_all - i - 1];
    }
}

/* Returns whether the table held no `number` yet. Its size is a power of two. */
static int insert(uint32_t *table, size_t size, uint32_t number)
{
    size_t at = number & (size - 1);
    while (table[at] != NOT_CHOSEN && table[at] != number)
        at = (at + 1) & (size - 1);
    int is_new = table[at] == NOT_CHOSEN;
    table[at] = number;
    return is_new;
}

static void sample_set(calib_mt19937 *generator, uint32_t n_all, uint32_t n, uint32_t *order,
                       uint32_t *table)
{
    size_t size = n > 5 ? (size_t)(calib_python_sample_scratch(n) - 21) : 16;
    for (size_t i = 0; i < size; i++)
        table[i] = NOT_CHOSEN;
    for (uint32_t i = 0; i < n; i++) {
        do
            order[i] = (uint32_t)calib_python_below(generator, n_all);
        while (!insert(table, size, order[i]));
    }
}

void calib_python_sample(calib_mt19937 *generator, uint32_t n_all, uint32_t n, uint32_t *order,
                         uint32_t *scratch)
{
    if (n_all <= calib_python_sample_scratch(n))
        sample_pool(generator, n_all, n, order, scratch);
    else
        sample_set(generator, n_all, n, order, scratch);
}
