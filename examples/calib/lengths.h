/* SPDX-License-Identifier: MIT */
/* The lengths of documents: quartiles and a histogram. */
#ifndef CALIB_PROGRAM_LENGTHS_H
#define CALIB_PROGRAM_LENGTHS_H

#include <stddef.h>
#include <stdint.h>

enum { CLI_BINS = 65 };

/** Quartile q is the length number q * (n - 1) / 4, rounded down, in ascending order from 0: 0 is
 *  the shortest, 4 the longest. Bin 0 of the histogram has the length 0, bin b those from 2^(b - 1)
 *  to 2^b - 1. */
typedef struct cli_lengths {
    uint64_t quartiles[5];
    uint64_t bins[CLI_BINS];
    size_t first_bin, n_bins; /* those from the shortest to the longest length */
} cli_lengths;

/** Sorts `n` lengths, at least one, and describes them. */
void cli_lengths_describe(uint64_t *lengths, size_t n, cli_lengths *out);

/** Return the shortest and the longest length of a bin. */
uint64_t cli_bin_from(size_t bin);
uint64_t cli_bin_to(size_t bin);

#endif
