/* SPDX-License-Identifier: MIT */
/* The global generator of numpy.random, a RandomState. numpy has frozen its draws. */
#ifndef CALIB_RANDOM_NUMPY_LEGACY_H
#define CALIB_RANDOM_NUMPY_LEGACY_H

#include "random/mt19937.h"

/** Seeds as numpy.random.seed(seed) does. It knows no seeds from 2^32 on. */
void calib_numpy_legacy_seed(calib_mt19937 *generator, uint32_t seed);

/** Draws for permutation(n) and shuffle(). A calib_draws; `generator` is a calib_mt19937. */
int calib_numpy_legacy_draws(void *generator, uint32_t top, uint32_t n, uint32_t *draws);

#endif
