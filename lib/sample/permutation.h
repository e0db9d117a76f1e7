/* SPDX-License-Identifier: MIT */
/* The beginning of mx.random.permutation(R) without the rest of it. */
#ifndef CALIB_SAMPLE_PERMUTATION_H
#define CALIB_SAMPLE_PERMUTATION_H

#include "base/progress.h"
#include "sample/threefry.h"

/** Most rows the 32-bit counters reach. */
#define CALIB_PERMUTATION_MAX 0x7fffffffu

/**
 * The first `n` indices of the permutation of [0, n_all) under `key`: the n smallest of
 * bits(key, n_all), in order, ties by index (a stable argsort). O(n_all) time, O(n) memory.
 *
 * @param[out] order  a malloc'd array of n, also when n is 0
 * @return 0, E_NOMEM or E_CANCELLED
 */
int calib_permutation(calib_key key, uint32_t n_all, uint32_t n, calib_progress *progress,
                      uint32_t **order);

#endif
