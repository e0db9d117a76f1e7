/* SPDX-License-Identifier: MIT */
/* Sequences of ids that are repeated, by 64-bit hashes: 8 bytes of memory for each sequence. Among
 * n different sequences a false repeat has a chance below n^2 / 2^65. */
#ifndef CALIB_PROGRAM_REPEATS_H
#define CALIB_PROGRAM_REPEATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Hashes of sequences. Zero is none; free `items`. */
typedef struct cli_repeats {
    uint64_t *items;
    size_t n, cap;
} cli_repeats;

/** The hash of no ids. */
#define CLI_NO_IDS UINT64_C(0x243f6a8885a308d3)

/** Returns the hash of a sequence whose beginning has the hash `hash`, with `n` ids more. */
uint64_t cli_repeats_hash(uint64_t hash, const int32_t *ids, size_t n);

/** Adds the hash of a sequence. Returns false if memory runs out. */
bool cli_repeats_add(cli_repeats *repeats, uint64_t hash);

/** Returns the number of sequences that equal an earlier one. Changes the order of the hashes. */
uint64_t cli_repeats_count(cli_repeats *repeats);

#endif
