/* SPDX-License-Identifier: MIT */
/* The 32-bit Mersenne Twister that CPython, numpy's RandomState and torch draw from.
 * Matsumoto, Nishimura: "Mersenne Twister", ACM TOMACS 8 (1998). */
#ifndef CALIB_RANDOM_MT19937_H
#define CALIB_RANDOM_MT19937_H

#include <stddef.h>
#include <stdint.h>

#define CALIB_MT19937_WORDS 624

/** Copied by assignment: the copy draws the same words. Threads do not share one. */
typedef struct calib_mt19937 {
    uint32_t state[CALIB_MT19937_WORDS];
    uint32_t drawn[CALIB_MT19937_WORDS]; /* the words of this state */
    uint32_t at;                         /* the next of them */
} calib_mt19937;

/** Seeds with one number, as init_genrand() of the authors does. */
void calib_mt19937_seed(calib_mt19937 *generator, uint32_t seed);

/** Seeds with `n_words` >= 1 words, as init_by_array() of the authors does. */
void calib_mt19937_seed_words(calib_mt19937 *generator, const uint32_t *words, size_t n_words);

/** Makes the next words of `drawn`. For calib_mt19937_next() alone. */
void calib_mt19937_refill(calib_mt19937 *generator);

/** Draws 32 bits. */
static inline uint32_t calib_mt19937_next(calib_mt19937 *generator)
{
    if (generator->at == CALIB_MT19937_WORDS)
        calib_mt19937_refill(generator);
    return generator->drawn[generator->at++];
}

#endif
