/* SPDX-License-Identifier: MIT */
/* How two corpora differ in the shares of their tokens. */
#ifndef CALIB_PROGRAM_COMPARE_H
#define CALIB_PROGRAM_COMPARE_H

#include "tally.h"

/** A token that is more frequent in one corpus. The shares of the divergence of all tokens add up
 *  to 1. */
typedef struct cli_difference {
    size_t id;
    uint64_t here, there; /* its counts */
    double share;         /* of the divergence */
} cli_difference;

enum { CLI_DIFFERENCES = 50 };

typedef struct cli_comparison {
    double divergence; /* Jensen-Shannon, to base 2: 0 (equal shares) to 1 (no token in common) */
    double distance;   /* its square root, which is a metric */
    cli_difference differences[CLI_DIFFERENCES]; /* that make up most of it, largest first */
    size_t n_differences;
} cli_comparison;

/** Compares the counts of `n` ids. Returns false if memory runs out. */
bool cli_compare(const cli_tally *here, const cli_tally *there, size_t n, cli_comparison *out);

#endif
