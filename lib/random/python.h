/* SPDX-License-Identifier: MIT */
/* random.Random of CPython. */
#ifndef CALIB_RANDOM_PYTHON_H
#define CALIB_RANDOM_PYTHON_H

#include "random/mt19937.h"

/** Seeds as random.seed(seed) does. */
void calib_python_seed(calib_mt19937 *generator, uint64_t seed);

/** Draws from [0, below) as _randbelow(below) does: randint(a, b) is a + (b - a + 1 drawn so).
 *  @param below  at least 1 */
uint64_t calib_python_below(calib_mt19937 *generator, uint64_t below);

/** Draws for shuffle(). A calib_draws; `generator` is a calib_mt19937. */
int calib_python_draws(void *generator, uint32_t top, uint32_t n, uint32_t *draws);

/** Returns how many numbers of scratch calib_python_sample() needs for `n`: about 3 n to 12 n. */
uint64_t calib_python_sample_scratch(uint32_t n);

/**
 * Draws as sample(range(n_all), n) does.
 *
 * @param n_all          below 2^32 - 1
 * @param n              at most n_all
 * @param[out] order     n numbers
 * @param[out] scratch   calib_python_sample_scratch(n) numbers, unspecified afterwards
 */
void calib_python_sample(calib_mt19937 *generator, uint32_t n_all, uint32_t n, uint32_t *order,
                         uint32_t *scratch);

#endif
