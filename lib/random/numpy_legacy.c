/* SPDX-License-Identifier: MIT */
#include "random/numpy_legacy.h"

#include "random/numpy_masked.h"

void calib_numpy_legacy_seed(calib_mt19937 *generator, uint32_t seed)
{
    calib_mt19937_seed(generator, seed);
}

static inline uint32_t next(void *generator)
{
    return calib_mt19937_next(generator);
}

int calib_numpy_legacy_draws(void *generator, uint32_t top, uint32_t n, uint32_t *draws)
{
    calib_numpy_masked(next, generator, top, n, draws);
    return 0;
}
