/* SPDX-License-Identifier: MIT */
/* numpy.random.default_rng(seed): a Generator over PCG64 that SeedSequence seeds. */
#ifndef CALIB_RANDOM_NUMPY_GENERATOR_H
#define CALIB_RANDOM_NUMPY_GENERATOR_H

#include <stdint.h>

/** Copied by assignment: the copy draws the same numbers. Threads do not share one. */
typedef struct calib_numpy_generator {
    uint64_t state[2], increment[2]; /* of 128 bits: high, low */
    uint32_t kept;                   /* the second half of a draw of 64 bits */
    uint32_t has_kept;
} calib_numpy_generator;

/** Seeds as default_rng(seed) does. */
void calib_numpy_generator_seed(calib_numpy_generator *generator, uint64_t seed);

/** Draws one of integers(0, below, n), dtype int64.
 *  @param below  1 to 2^63 */
uint64_t calib_numpy_generator_below(calib_numpy_generator *generator, uint64_t below);

/** Draws for permutation(n) and shuffle(). A calib_draws; `generator` is a calib_numpy_generator.
 */
int calib_numpy_generator_draws(void *generator, uint32_t top, uint32_t n, uint32_t *draws);

#endif
