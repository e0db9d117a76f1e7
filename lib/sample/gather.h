/* SPDX-License-Identifier: MIT */
/* Runs a sampler and gathers its rows. BOS, lengths, padding, ranks, weights and strictness are
 * handled in this room and in no sampler. */
#ifndef CALIB_SAMPLE_GATHER_H
#define CALIB_SAMPLE_GATHER_H

#include "sample/request.h"

/** Makes the rows; the corpus's hash is left to the caller. Status as calib_corpus_sample(). */
int calib_sample_rows(const calib_sample_request *request, calib_samples **out);

/**
 * Writes the numbers of the rows that a sampler with `has_numbers` picks from `n_available`. Of the
 * request it reads what configure() sets, `n_samples` and `seed`.
 *
 * @param[out] n  number of rows, also set if `cap` is too small for them
 * @return 0, E_ARGUMENT, E_TOO_SHORT, E_SHORTFALL, E_NOMEM
 */
int calib_sample_numbers(const calib_sample_request *request, uint64_t n_available, uint64_t *rows,
                         size_t cap, size_t *n);

#endif
