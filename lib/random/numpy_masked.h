/* SPDX-License-Identifier: MIT */
/* How both generators of numpy draw for a shuffle: 32 bits under the smallest mask that holds i,
 * again until the number is at most i. */
#ifndef CALIB_RANDOM_NUMPY_MASKED_H
#define CALIB_RANDOM_NUMPY_MASKED_H

#include <stdint.h>

static inline uint32_t calib_numpy_mask(uint32_t i)
{
    for (uint32_t shift = 1; shift < 32; shift *= 2)
        i |= i >> shift;
    return i;
}

/** A calib_draws over the words of `next`. Inlined, so that `next` is no call; a draw that is
 * refused is overwritten by the next one, so that there is no branch either. */
static inline void calib_numpy_masked(uint32_t (*next)(void *generator), void *generator,
                                      uint32_t top, uint32_t n, uint32_t *draws)
{
    for (uint32_t k = 0; k < n;) {
        uint32_t mask = calib_numpy_mask(top - k);
        uint32_t n_same = top - k - (mask >> 1); /* steps with this mask */
        uint32_t end = n - k < n_same ? n : k + n_same;
        while (k < end) {
            draws[k] = next(generator) & mask;
            k += draws[k] <= top - k;
        }
    }
}

#endif
