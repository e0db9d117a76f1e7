/* SPDX-License-Identifier: MIT */
#include "random/mt19937.h"

enum { N = CALIB_MT19937_WORDS, M = 397 };

/* Seeds of one number and of many start from here; the first state is made by the first draw. */
static void start(calib_mt19937 *generator, uint32_t seed)
{
    uint32_t *state = generator->state;
    state[0] = seed;
    for (uint32_t i = 1; i < N; i++)
        state[i] = 1812433253u * (state[i - 1] ^ state[i - 1] >> 30) + i;
    generator->at = N;
}

void calib_mt19937_seed(calib_mt19937 *generator, uint32_t seed)
{
    start(generator, seed);
}

/* Returns the word that follows word `i` of the state, as both loops of init_by_array() go round.
 */
static uint32_t next_place(uint32_t *state, uint32_t i)
{
    if (++i < N)
        return i;
    state[0] = state[N - 1];
    return 1;
}

void calib_mt19937_seed_words(calib_mt19937 *generator, const uint32_t *words, size_t n_words)
{
    uint32_t *state = generator->state, i = 1;
    size_t n = n_words > N ? n_words : N;
    start(generator, 19650218);
    for (size_t k = 0; k < n; k++, i = next_place(state, i)) {
        uint32_t mixed = (state[i - 1] ^ state[i - 1] >> 30) * 1664525u;
        size_t j = k % n_words;
        state[i] = (state[i] ^ mixed) + words[j] + (uint32_t)j;
    }
    for (uint32_t k = 1; k < N; k++, i = next_place(state, i)) {
        uint32_t mixed = (state[i - 1] ^ state[i - 1] >> 30) * 1566083941u;
        state[i] = (state[i] ^ mixed) - i;
    }
    state[0] = 0x80000000u;
}

static inline uint32_t twist(uint32_t high, uint32_t low, uint32_t far)
{
    uint32_t y = (high & 0x80000000u) | (low & 0x7fffffffu);
    return far ^ y >> 1 ^ ((0u - (y & 1)) & 0x9908b0dfu);
}

static inline uint32_t temper(uint32_t y)
{
    y ^= y >> 11;
    y ^= y << 7 & 0x9d2c5680u;
    y ^= y << 15 & 0xefc60000u;
    return y ^ y >> 18;
}

/* Loops without branches, which compilers vectorize. */
void calib_mt19937_refill(calib_mt19937 *generator)
{
    uint32_t *state = generator->state;
    for (uint32_t i = 0; i < N - M; i++)
        state[i] = twist(state[i], state[i + 1], state[i + M]);
    for (uint32_t i = N - M; i < N - 1; i++)
        state[i] = twist(state[i], state[i + 1], state[i + M - N]);
    state[N - 1] = twist(state[N - 1], state[0], state[M - 1]);
    for (uint32_t i = 0; i < N; i++)
        generator->drawn[i] = temper(state[i]);
    generator->at = 0;
}
