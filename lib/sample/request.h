/* SPDX-License-Identifier: MIT */
/* What rows are asked for: the caller's struct calib_sampling, checked. */
#ifndef CALIB_SAMPLE_REQUEST_H
#define CALIB_SAMPLE_REQUEST_H

#include "sample/sampler.h"

typedef struct calib_sample_request {
    /* Set by calib_sample_configure(): */
    const calib_sampler *sampler;
    const uint64_t *numbers; /* borrowed */
    size_t n_numbers;
    uint64_t first_row, skip;
    uint32_t rank, world;
    uint32_t bos;        /* CALIB_BOS_* */
    uint32_t short_rows; /* CALIB_SHORT_* */
    int32_t pad_id;
    uint32_t flags; /* CALIB_SAMPLING_* */
    /* Set by the caller: */
    int64_t n_samples;
    size_t seq_len;
    uint64_t seed;
    int32_t bos_id;      /* for the policies that set it; -1: the tokenizer has none */
    uint32_t vocab_size; /* BOS and pad are below it; 0: unknown */
    uint64_t n_tokens;   /* of the whole corpus */
    size_t n_sources;
    /* One view of all; or one for each source, to be sampled apart by their weights. */
    const calib_view *views;
    const uint64_t *weights; /* [n_sources], or NULL */
    calib_progress *progress;
} calib_sample_request;

/** Copies the caller's struct, with its defaults resolved, into the request; NULL: all defaults.
 *  Returns 0, E_ARGUMENT, E_STRUCT_NEWER. */
int calib_sample_configure(const calib_sampling *sampling, calib_sample_request *request);

/** Checks everything that does not depend on the corpus, which need not be open yet. Returns 0,
 *  E_ARGUMENT, or E_ENCODE for a BOS beyond vocab_size. */
int calib_sample_check(const calib_sample_request *request);

/** Returns what the sampler gets to plan rows of `view`, which may be NULL. Where BOS is put in
 * front of every row, its rows are one token shorter. */
calib_sampler_input calib_sample_input(const calib_sample_request *request, const calib_view *view,
                                       int64_t n_samples);

/** Fails with E_SHORTFALL if the request is strict and more than `n_available` were asked for. */
int calib_sample_strict(const calib_sample_request *request, int64_t n_asked, uint64_t n_available);

/** Cuts an order of `n_rows` into contiguous blocks, one for each rank: with a remainder the first
 *  ranks get one row more. Gets this rank's. Returns 0 or E_NOMEM. */
int calib_sample_share(const calib_sample_request *request, uint64_t n_rows, uint64_t *first,
                       uint64_t *n);

#endif
