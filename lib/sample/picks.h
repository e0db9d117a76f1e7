/* SPDX-License-Identifier: MIT */
/* Documents that a sampler picked, in its order, and the rows that they make. */
#ifndef CALIB_SAMPLE_PICKS_H
#define CALIB_SAMPLE_PICKS_H

#include "base/memory.h"
#include "sample/sampler.h"

/** All zero holds none. */
typedef struct calib_picks {
    calib_buffer spans; /* whole documents that have tokens */
    size_t n;
    uint64_t n_tokens;
    uint64_t n_taken; /* documents, with those that have no tokens */
} calib_picks;

/** Says if a document is taken. Returns 0, or a status with its error set. */
typedef int (*calib_pick_fn)(const calib_sampler_input *input, const calib_span *document,
                             void *ctx, bool *taken);

/** Documents in the order in which a sampler looks at them. */
typedef struct calib_candidates {
    const uint32_t *order; /* [n], or NULL: 0, 1, ... */
    uint64_t n;
    calib_pick_fn fits; /* NULL: all do */
    void *ctx;
    uint64_t most;   /* documents to take */
    uint64_t enough; /* tokens, after which no more are taken */
} calib_candidates;

/** Returns `n_samples` as a limit: UINT64_MAX for all. */
uint64_t calib_limit(const calib_sampler_input *input);

/** Gets the length of a document, and the chance to cancel. */
int calib_pick_length(const calib_sampler_input *input, calib_span *document);

/** Returns the picked documents, an array of `n`. */
calib_span *calib_picks_spans(const calib_picks *picks);

/** Appends a document of at least one token. Returns 0 or E_NOMEM. */
int calib_picks_add(calib_picks *picks, const calib_span *document);

/** Looks at the candidates until enough are taken. Returns 0, E_NOMEM, E_CANCELLED or a status of
 *  the view. */
int calib_pick(const calib_sampler_input *input, const calib_candidates *candidates,
               calib_picks *picks);

/** Plans a row for each picked document, cut to seq_len. Returns as calib_sampler.plan(). */
int calib_plan_cut(const calib_sampler_input *input, const calib_row_sink *sink,
                   const calib_picks *picks, uint64_t n_available);

/** Plans rows of the picked documents joined, at most `most`. Returns as calib_sampler.plan(). */
int calib_plan_joined(const calib_sampler_input *input, const calib_row_sink *sink,
                      const calib_picks *picks, uint64_t n_available, uint64_t most);

void calib_picks_free(calib_picks *picks);

#endif
