/* SPDX-License-Identifier: MIT */
/* torch's generator for the CPU. */
#ifndef CALIB_RANDOM_TORCH_H
#define CALIB_RANDOM_TORCH_H

#include "random/mt19937.h"

/** From so many numbers on randperm() draws otherwise, which is not served here. */
#define CALIB_TORCH_RANDPERM_END 214748364u

/** Seeds as manual_seed(seed) does: it keeps the low 32 bits. */
void calib_torch_seed(calib_mt19937 *generator, uint64_t seed);

/** Draws what empty((), dtype=int64).random_() holds: 63 bits. DataLoader and RandomSampler make
 *  their seeds so. */
uint64_t calib_torch_int64(calib_mt19937 *generator);

/** Draws one of randint(0, below, size). Releases of torch differ from 2^28 on.
 *  @param below  1 to 2^28 - 1 */
uint32_t calib_torch_below(calib_mt19937 *generator, uint32_t below);

/**
 * Draws places [first, first + n) of randperm(n_all) after places [0, first). The rest costs
 * nothing unless it is asked for.
 *
 * @param n_all          below CALIB_TORCH_RANDPERM_END
 * @param[in,out] order  n_all numbers: 0, 1, ..., n_all - 1 when `first` is 0, then as the last
 * call left them
 */
void calib_torch_randperm(calib_mt19937 *generator, uint32_t n_all, uint32_t first, uint32_t n,
                          uint32_t *order);

#endif
