/* SPDX-License-Identifier: MIT */
/* Orders of all documents, as the generators of other programs shuffle them. */
#ifndef CALIB_SAMPLE_ORDER_H
#define CALIB_SAMPLE_ORDER_H

#include "sample/sampler.h"

/**
 * Computes the first `n` places of an order of all documents of the view.
 *
 * @param n           at most the number of documents
 * @param[out] order  a malloc'd array of n, also if n is 0
 * @return 0, E_ARGUMENT (too many documents), E_NOMEM, E_CANCELLED
 */
typedef int (*calib_order_fn)(const calib_sampler_input *input, uint64_t n, uint32_t **order);

/** numpy.random.default_rng(seed).permutation(N), as in datasets.Dataset.shuffle(seed). */
int calib_order_numpy(const calib_sampler_input *input, uint64_t n, uint32_t **order);

/** numpy.random.seed(seed), then numpy.random.permutation(N). The seed is below 2^32. */
int calib_order_numpy_legacy(const calib_sampler_input *input, uint64_t n, uint32_t **order);

/** random.Random(seed).shuffle(documents). */
int calib_order_python(const calib_sampler_input *input, uint64_t n, uint32_t **order);

/** torch.manual_seed(seed), `skip` passes over a DataLoader, and the next pass of its
 *  RandomSampler: each pass draws two int64, of which the second seeds randperm(N). */
int calib_order_torch(const calib_sampler_input *input, uint64_t n, uint32_t **order);

/** calib_sampler.check() of samplers whose order is calib_order_numpy_legacy(). */
int calib_check_numpy_legacy(const calib_sampler_input *input);

#endif
