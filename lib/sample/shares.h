/* SPDX-License-Identifier: MIT */
/* Shares out what is asked for among sources by their weights. */
#ifndef CALIB_SAMPLE_SHARES_H
#define CALIB_SAMPLE_SHARES_H

#include <stddef.h>
#include <stdint.h>

/**
 * Gives each of `n` sources its share of `total` by the largest remainders; of equal remainders the
 * earlier source's counts as larger. Exact for every weight.
 *
 * @param weights      [n], none of them 0
 * @param[out] shares  [n], whose sum is `total`
 * @return 0; E_ARGUMENT if the sum of the weights is beyond 2^64 - 1; E_NOMEM
 */
int calib_shares(const uint64_t *weights, size_t n, uint64_t total, uint64_t *shares);

#endif
