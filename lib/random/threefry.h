/* SPDX-License-Identifier: MIT */
/* Threefry-2x32 with 20 rounds, as MLX uses it. Pure functions.
 * Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC'11. */
#ifndef CALIB_RANDOM_THREEFRY_H
#define CALIB_RANDOM_THREEFRY_H

#include <stdint.h>

typedef struct calib_threefry_key {
    uint32_t word[2];
} calib_threefry_key;

/** Computes one block: counter (a, b) under `key`. */
void calib_threefry_block(calib_threefry_key key, uint32_t a, uint32_t b, uint32_t out[2]);

/**
 * Computes `count` blocks: counters (a + i, b + i) under `key`. First words go to `first`, second
 * words to `second`. Written so that compilers vectorize it.
 */
void calib_threefry_blocks(calib_threefry_key key, uint32_t a, uint32_t b, uint32_t count,
                           uint32_t *first, uint32_t *second);

/** Returns the key of a seed, as mx.random.seed() makes it. */
calib_threefry_key calib_threefry_seed(uint64_t seed);

/** Advances `state` by one use of the generator and returns the key to use, as
 *  mx.random.split() does. */
calib_threefry_key calib_threefry_split(calib_threefry_key *state);

#endif
