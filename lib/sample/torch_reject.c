/* SPDX-License-Identifier: MIT */
/* The rows of QuIP#: documents that torch.randint draws, if they fill a row, cut to it. QuIP# draws
 * in batches of n, which changes nothing: the draws of all batches are one sequence. */
#include "base/error.h"
#include "random/torch.h"
#include "sample/draws.h"

enum { DOCUMENTS_END = 1 << 28 }; /* see calib_torch_below() */

typedef struct calib_rejection {
    const calib_sampler_input *input;
    calib_mt19937 generator;
} calib_rejection;

static uint64_t draw(calib_mt19937 *generator, uint64_t n)
{
    return calib_torch_below(generator, (uint32_t)n);
}

static int next(void *ctx, calib_span *row)
{
    calib_rejection *rejection = ctx;
    size_t seq_len = rejection->input->seq_len;
    int status = calib_draw_document(rejection->input, draw, &rejection->generator, seq_len, row);
    row->n = seq_len;
    return status;
}

static int plan(const calib_sampler_input *input, const calib_row_sink *sink)
{
    calib_rejection rejection = {.input = input};
    if (input->view->n_documents >= DOCUMENTS_END)
        return calib_fail(CALIB_E_ARGUMENT,
                          "%llu documents are more than the 2^28 - 1 that can be drawn from",
                          (unsigned long long)input->view->n_documents);
    calib_torch_seed(&rejection.generator, input->seed);
    return calib_plan_draws(input, sink, next, &rejection);
}

const calib_sampler *calib_sampler_torch_reject(void)
{
    static const calib_sampler torch_reject = {
        .name = "torch-reject",
        .line =
            "QuIP#: documents of at least seq_len that torch.randint draws, each cut to seq_len",
        .counts = CALIB_COUNTS_ROWS,
        .sees_documents = true,
        .plan = plan,
    };
    return &torch_reject;
}
