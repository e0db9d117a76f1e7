/* SPDX-License-Identifier: MIT */
/* Threefry-2x32 with 20 rounds, and the use that MLX makes of it. Pure functions.
 * Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC'11. */
#ifndef CALIB_SAMPLE_THREEFRY_H
#define CALIB_SAMPLE_THREEFRY_H

#include <stdint.h>

typedef struct calib_key {
    uint32_t word[2];
} calib_key;

/** One block: counter (a, b) under `key`. */
void calib_threefry(calib_key key, uint32_t a, uint32_t b, uint32_t out[2]);

/**
 * `count` blocks: counters (a + i, b + i) under `key`; first words into `first`, second words into
 * `second`. Written for the compiler to vectorize.
 */
void calib_threefry_blocks(calib_key key, uint32_t a, uint32_t b, uint32_t count, uint32_t *first,
                           uint32_t *second);

/** Key of a seed, as mx.random.seed() makes it. */
calib_key calib_key_of_seed(uint64_t seed);

/** Advances `state` by one use of the generator and returns the key to use (mx.random.split). */
calib_key calib_key_next(calib_key *state);

#endif
