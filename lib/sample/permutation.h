/* SPDX-License-Identifier: MIT */
/* A range of mx.random.permutation(R) without computing the rest. */
#ifndef CALIB_SAMPLE_PERMUTATION_H
#define CALIB_SAMPLE_PERMUTATION_H

#include "base/progress.h"
#include "random/threefry.h"

/** Largest permutation that MLX's 32-bit counters reach. */
#define CALIB_PERMUTATION_MAX 0x7fffffffu

/**
 * Computes places [first, first + n) of the permutation of [0, n_all) under `key`: the indices of
 * bits(key, n_all) in ascending order, ties by index (a stable argsort). Time and memory are those
 * of calib_select().
 *
 * @param[out] order  a malloc'd array of n, also if n is 0
 * @return 0, E_NOMEM or E_CANCELLED
 */
int calib_permutation(calib_threefry_key key, uint32_t n_all, uint32_t first, uint32_t n,
                      calib_progress *progress, uint32_t **order);

#endif
