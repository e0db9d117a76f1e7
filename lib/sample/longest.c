/* SPDX-License-Identifier: MIT */
/* The sampler "longest": one row for each document, the longest first. */
#include "sample/picks.h"

#include <stdlib.h>

static int longer_first(const void *a, const void *b)
{
    const calib_span *x = a, *y = b;
    if (x->n != y->n)
        return x->n > y->n ? -1 : 1;
    return x->document < y->document ? -1 : x->document > y->document;
}

static int plan(const calib_sampler_input *input, const calib_row_sink *sink)
{
    calib_picks picks = {0};
    calib_candidates all = {
        .n = input->view->n_documents, .most = UINT64_MAX, .enough = UINT64_MAX};
    int status = calib_pick(input, &all, &picks);
    uint64_t n_available = picks.n;
    if (!status && picks.n)
        qsort(calib_picks_spans(&picks), picks.n, sizeof(calib_span), longer_first);
    if (calib_limit(input) < picks.n)
        picks.n = (size_t)calib_limit(input);
    if (!status)
        status = calib_plan_cut(input, sink, &picks, n_available);
    calib_picks_free(&picks);
    return status;
}

const calib_sampler *calib_sampler_longest(void)
{
    static const calib_sampler longest = {
        .name = "longest",
        .line = "one row for each document, the longest first, cut to seq_len",
        .counts = CALIB_COUNTS_ROWS,
        .sees_documents = true,
        .takes_all = true,
        .all_lengths = true,
        .reads = CALIB_READS_SHORT,
        .plan = plan,
    };
    return &longest;
}
