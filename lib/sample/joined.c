/* SPDX-License-Identifier: MIT */
/* Samplers that join documents in a shuffled order and cut the whole into rows. */
#include "base/error.h"
#include "sample/order.h"
#include "sample/picks.h"

#include <stdlib.h>

static int pick(const calib_sampler_input *input, calib_order_fn make_order,
                calib_candidates *candidates, calib_picks *picks)
{
    uint32_t *order = NULL;
    candidates->n = input->view->n_documents;
    int status = make_order(input, candidates->n, &order);
    candidates->order = order;
    if (!status)
        status = calib_pick(input, candidates, picks);
    free(order);
    return status;
}

/* AutoAWQ passes over documents that are longer than a row. */
static int fits_row(const calib_sampler_input *input, const calib_span *document, void *ctx,
                    bool *taken)
{
    (void)ctx;
    *taken = document->n > 0 && document->n <= input->seq_len;
    return CALIB_OK;
}

static int plan_awq(const calib_sampler_input *input, const calib_row_sink *sink)
{
    calib_picks picks = {0};
    calib_candidates candidates = {
        .fits = fits_row, .most = calib_limit(input), .enough = UINT64_MAX};
    int status = pick(input, calib_order_numpy, &candidates, &picks);
    if (!status)
        status = calib_plan_joined(input, sink, &picks, picks.n, UINT64_MAX);
    calib_picks_free(&picks);
    return status;
}

/* mlx-lm fails if there are fewer tokens than it was asked for. */
static int plan_perplexity(const calib_sampler_input *input, const calib_row_sink *sink)
{
    calib_picks picks = {0};
    uint64_t n = calib_limit(input);
    bool countable = n <= UINT64_MAX / input->seq_len;
    calib_candidates candidates = {.most = UINT64_MAX,
                                   .enough = countable ? n * input->seq_len : UINT64_MAX};
    int status = pick(input, calib_order_numpy_legacy, &candidates, &picks);
    if (!status && picks.n_tokens < candidates.enough)
        status = calib_fail(
            CALIB_E_TOO_SHORT, "the documents have %llu tokens, fewer than %llu rows of %zu",
            (unsigned long long)picks.n_tokens, (unsigned long long)n, input->seq_len);
    if (!status)
        status = calib_plan_joined(input, sink, &picks, n, n);
    calib_picks_free(&picks);
    return status;
}

const calib_sampler *calib_sampler_awq(void)
{
    static const calib_sampler awq = {
        .name = "awq",
        .line = "AutoAWQ: documents of at most seq_len in the order of datasets' shuffle, joined",
        .counts = CALIB_COUNTS_DOCUMENTS,
        .sees_documents = true,
        .takes_all = true,
        .plan = plan_awq,
    };
    return &awq;
}

const calib_sampler *calib_sampler_mlx_perplexity(void)
{
    static const calib_sampler mlx_perplexity = {
        .name = "mlx-perplexity",
        .line = "mlx-lm's perplexity: documents in the order of numpy.random.permutation, joined",
        .counts = CALIB_COUNTS_ROWS,
        .sees_documents = true,
        .check = calib_check_numpy_legacy,
        .plan = plan_perplexity,
    };
    return &mlx_perplexity;
}
