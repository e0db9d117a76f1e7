/* SPDX-License-Identifier: MIT */
/* Samplers that take the first documents of a shuffled order, each cut to one row. A document
 * without tokens counts, and gives no row. */
#include "sample/order.h"
#include "sample/picks.h"

#include <stdlib.h>

static int plan(const calib_sampler_input *input, const calib_row_sink *sink,
                calib_order_fn make_order)
{
    calib_picks picks = {0};
    uint32_t *order = NULL;
    uint64_t n_documents = input->view->n_documents, n = calib_limit(input);
    n = n < n_documents ? n : n_documents;
    int status = make_order(input, n, &order);
    calib_candidates candidates = {
        .order = order, .n = n, .most = UINT64_MAX, .enough = UINT64_MAX};
    if (!status)
        status = calib_pick(input, &candidates, &picks);
    free(order);
    if (!status)
        status = calib_plan_cut(input, sink, &picks, n_documents);
    calib_picks_free(&picks);
    return status;
}

static int plan_hf(const calib_sampler_input *input, const calib_row_sink *sink)
{
    return plan(input, sink, calib_order_numpy);
}

static int plan_dwq(const calib_sampler_input *input, const calib_row_sink *sink)
{
    return plan(input, sink, calib_order_numpy_legacy);
}

static int plan_torch(const calib_sampler_input *input, const calib_row_sink *sink)
{
    return plan(input, sink, calib_order_torch);
}

const calib_sampler *calib_sampler_hf_shuffle(void)
{
    static const calib_sampler hf_shuffle = {
        .name = "hf-shuffle",
        .line = "the first documents of datasets.Dataset.shuffle(seed), each cut to seq_len",
        .counts = CALIB_COUNTS_DOCUMENTS,
        .sees_documents = true,
        .takes_all = true,
        .reads = CALIB_READS_SHORT,
        .plan = plan_hf,
    };
    return &hf_shuffle;
}

const calib_sampler *calib_sampler_mlx_dwq(void)
{
    static const calib_sampler mlx_dwq = {
        .name = "mlx-dwq",
        .line =
            "mlx-lm's dwq: the first documents of numpy.random.permutation, each cut to seq_len",
        .counts = CALIB_COUNTS_DOCUMENTS,
        .sees_documents = true,
        .takes_all = true,
        .reads = CALIB_READS_SHORT,
        .check = calib_check_numpy_legacy,
        .plan = plan_dwq,
    };
    return &mlx_dwq;
}

const calib_sampler *calib_sampler_torch_random(void)
{
    static const calib_sampler torch_random = {
        .name = "torch-random",
        .line = "llm-compressor: the first documents of torch's RandomSampler, each cut to seq_len",
        .counts = CALIB_COUNTS_DOCUMENTS,
        .sees_documents = true,
        .takes_all = true,
        .reads = CALIB_READS_SHORT | CALIB_READS_SKIP,
        .plan = plan_torch,
    };
    return &torch_random;
}
