/* SPDX-License-Identifier: MIT */
/* PCG64 is the PCG XSL-RR 128/64 of O'Neill, "PCG", Harvey Mudd College (2014). */
#include "random/numpy_generator.h"

#include "random/numpy_masked.h"

/* Returns the low half of a product and stores the high one. */
static inline uint64_t multiply(uint64_t a, uint64_t b, uint64_t *high)
{
#if defined __SIZEOF_INT128__ /* one instruction */
    __extension__ unsigned __int128 product = (unsigned __int128)a * b;
    *high = (uint64_t)(product >> 64);
    return (uint64_t)product;
#else
    uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
    uint64_t low = a0 * b0, cross = a1 * b0 + (low >> 32), middle = a0 * b1 + (uint32_t)cross;
    *high = a1 * b1 + (cross >> 32) + (middle >> 32);
    return middle << 32 | (uint32_t)low;
#endif
}

/* Adds to a number of 128 bits: high, low. */
static inline void add(uint64_t to[2], const uint64_t number[2])
{
    to[1] += number[1];
    to[0] += number[0] + (to[1] < number[1]);
}

static inline void step(calib_numpy_generator *g)
{
    const uint64_t by[2] = {0x2360ed051fc65da4u, 0x4385df649fccf645u};
    uint64_t high, low = multiply(g->state[1], by[1], &high);
    g->state[0] = high + g->state[0] * by[1] + g->state[1] * by[0];
    g->state[1] = low;
    add(g->state, g->increment);
}

static inline uint64_t next64(calib_numpy_generator *g)
{
    step(g);
    uint64_t folded = g->state[0] ^ g->state[1];
    unsigned turn = (unsigned)(g->state[0] >> 58);
    return folded >> turn | folded << (-turn & 63);
}

static inline uint32_t next32(void *generator)
{
    calib_numpy_generator *g = generator;
    g->has_kept = !g->has_kept;
    if (!g->has_kept)
        return g->kept;
    uint64_t both = next64(g);
    g->kept = (uint32_t)(both >> 32);
    return (uint32_t)both;
}

/* SeedSequence hashes words into a pool of four, then the pool into the words of a state. `by`
 * changes with each word. */
static uint32_t hash(uint32_t word, uint32_t *by, uint32_t factor)
{
    word ^= *by;
    *by *= factor;
    word *= *by;
    return word ^ word >> 16;
}

static uint32_t mix(uint32_t x, uint32_t y)
{
    uint32_t mixed = 0xca01f9ddu * x - 0x4973f715u * y;
    return mixed ^ mixed >> 16;
}

/* A seed of 64 bits fills two words of the pool; the others are those of 0. */
static void fill_pool(uint32_t pool[4], uint64_t seed)
{
    uint32_t by = 0x43b0d7e5u;
    const uint32_t words[4] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    for (int i = 0; i < 4; i++)
        pool[i] = hash(words[i], &by, 0x931e8875u);
    for (int from = 0; from < 4; from++)
        for (int to = 0; to < 4; to++)
            if (from != to)
                pool[to] = mix(pool[to], hash(pool[from], &by, 0x931e8875u));
}

void calib_numpy_generator_seed(calib_numpy_generator *g, uint64_t seed)
{
    uint32_t pool[4], by = 0x8b51f9ddu;
    uint64_t made[4]; /* the start, then the stream, each high, low */
    fill_pool(pool, seed);
    for (int i = 0; i < 4; i++) {
        uint32_t low = hash(pool[2 * i % 4], &by, 0x58f38dedu);
        made[i] = (uint64_t)hash(pool[2 * i % 4 + 1], &by, 0x58f38dedu) << 32 | low;
    }
    *g = (calib_numpy_generator){.increment = {made[2] << 1 | made[3] >> 63, made[3] << 1 | 1}};
    step(g);
    add(g->state, made);
    step(g);
}

/* Lemire: "Fast random integer generation in an interval", ACM TOMACS 29 (2019). */
static uint32_t below32(calib_numpy_generator *g, uint32_t below)
{
    uint64_t product = (uint64_t)next32(g) * below;
    if ((uint32_t)product < below)
        for (uint32_t least = (0u - below) % below; (uint32_t)product < least;)
            product = (uint64_t)next32(g) * below;
    return (uint32_t)(product >> 32);
}

static uint64_t below64(calib_numpy_generator *g, uint64_t below)
{
    uint64_t high, low = multiply(next64(g), below, &high);
    if (low < below)
        for (uint64_t least = (0 - below) % below; low < least;)
            low = multiply(next64(g), below, &high);
    return high;
}

uint64_t calib_numpy_generator_below(calib_numpy_generator *g, uint64_t below)
{
    if (below == 1)
        return 0;
    if (below == (uint64_t)1 << 32)
        return next32(g);
    return below >> 32 ? below64(g, below) : below32(g, (uint32_t)below);
}

int calib_numpy_generator_draws(void *generator, uint32_t top, uint32_t n, uint32_t *draws)
{
    calib_numpy_generator *kept = generator, g = *kept;
    calib_numpy_masked(next32, &g, top, n, draws);
    *kept = g;
    return 0;
}
