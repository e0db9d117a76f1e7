/* SPDX-License-Identifier: MIT */
/* Runs a sampler and gathers its rows. BOS, lengths, ranks and strictness are handled here and
 * nowhere else. */
#ifndef CALIB_SAMPLE_GATHER_H
#define CALIB_SAMPLE_GATHER_H

#include "sample/sampler.h"

typedef struct calib_sample_request {
    /* Set by calib_sample_configure(): */
    const calib_sampler *sampler;
    uint64_t skip;
    uint32_t rank, world;
    uint32_t bos;   /* CALIB_BOS_* */
    uint32_t flags; /* CALIB_SAMPLING_* */
    /* Set by the caller: */
    int64_t n_samples;
    size_t seq_len;
    uint64_t seed;
    int32_t bos_id;      /* for CALIB_BOS_OVERWRITE; -1: the tokenizer has none */
    uint32_t vocab_size; /* BOS is below it; 0: unknown */
    uint64_t n_tokens;   /* of the whole corpus */
    calib_view view;
    calib_progress *progress;
} calib_sample_request;

/** Copies the caller's struct, with its defaults resolved, into the request; NULL: all defaults.
 *  Returns 0, E_ARGUMENT, E_STRUCT_NEWER. */
int calib_sample_configure(const calib_sampling *sampling, calib_sample_request *request);

/** Checks everything that does not depend on the corpus, which need not be open yet. Returns 0,
 *  E_ARGUMENT, or E_ENCODE for a BOS beyond vocab_size. */
int calib_sample_check(const calib_sample_request *request);

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
