/* SPDX-License-Identifier: MIT */
/* The shuffle of CPython and numpy: for i = n - 1 down to 1, places i and j are swapped, where j is
 * drawn from [0, i]. They differ in how j is drawn. */
#ifndef CALIB_RANDOM_SHUFFLE_H
#define CALIB_RANDOM_SHUFFLE_H

#include <stdint.h>

/** Most draws that are asked for at once. */
#define CALIB_DRAWS_AT_ONCE 1024

/**
 * Draws j of the steps i = top, top - 1, ..., top - n + 1: draws[k] lies in [0, top - k].
 *
 * @param top  below 2^32 - 1
 * @param n    1 to `top` and CALIB_DRAWS_AT_ONCE
 * @return 0; anything else ends the shuffle, which returns it
 */
typedef int (*calib_draws)(void *ctx, uint32_t top, uint32_t n, uint32_t *draws);

/**
 * Shuffles 0, 1, ..., n - 1.
 *
 * @param[out] order  n numbers: what stands at each place afterwards
 * @return 0, or what `draw` returned; `order` is unspecified then
 */
int calib_shuffle(calib_draws draw, void *ctx, uint32_t n, uint32_t *order);

/**
 * Computes the first `n` places of that shuffle of `n_all` numbers. All draws are made, but memory
 * is visited in order: while n is small against n_all this takes less time than the whole shuffle.
 *
 * @param n             at most n_all
 * @param[out] order    n numbers
 * @param[out] scratch  n_all numbers, unspecified afterwards
 * @return as calib_shuffle()
 */
int calib_shuffle_first(calib_draws draw, void *ctx, uint32_t n_all, uint32_t n, uint32_t *order,
                        uint32_t *scratch);

#endif
