/* SPDX-License-Identifier: MIT */
/* The sampler of mlx-lm's load_data: the rows of the stream in the order of
 * mx.random.permutation(). */
#include "base/error.h"
#include "sample/permutation.h"
#include "sample/sampler.h"

#include <stdlib.h>

static int count_rows(const calib_sampler_input *input, calib_row_counts *counts)
{
    uint64_t n_tokens;
    int status = input->view->length(input->view->ctx, 0, &n_tokens);
    if (status)
        return status;
    uint64_t n_rows = n_tokens / input->seq_len;
    if (n_rows == 0)
        return calib_fail(CALIB_E_TOO_SHORT,
                          "the corpus has %llu tokens, fewer than one row of %zu: use a larger "
                          "corpus or a smaller seq_len",
                          (unsigned long long)n_tokens, input->seq_len);
    if (n_rows > CALIB_PERMUTATION_MAX)
        return calib_fail(CALIB_E_ARGUMENT,
                          "%llu rows are more than the 2^31 - 1 that sampler \"mlx\" can permute: "
                          "use a larger seq_len",
                          (unsigned long long)n_rows);
    bool all = input->n_samples <= 0 || (uint64_t)input->n_samples > n_rows;
    counts->n_available = n_rows;
    counts->n_rows = all ? n_rows : (uint64_t)input->n_samples;
    counts->n_dropped = n_tokens % input->seq_len;
    return CALIB_OK;
}

static int plan(const calib_sampler_input *input, const calib_row_sink *sink)
{
    calib_row_counts counts;
    uint64_t first = 0, n = 0;
    uint32_t *order = NULL;
    int status = count_rows(input, &counts);
    if (!status)
        status = sink->begin(sink->ctx, &counts, &first, &n);
    if (status || n == 0)
        return status;
    /* `skip` keys were used up before this one. */
    calib_threefry_key state = calib_threefry_seed(input->seed);
    for (uint64_t i = 0; !status && i < input->skip; i++) {
        calib_threefry_split(&state);
        if (i % 65536 == 0)
            status = calib_progress_tick(input->progress, CALIB_STAGE_SAMPLE, 0, 0);
    }
    calib_threefry_key key = calib_threefry_split(&state);
    if (!status)
        status = calib_permutation(key, (uint32_t)counts.n_available, (uint32_t)first, (uint32_t)n,
                                   input->progress, &order);
    for (uint64_t i = 0; !status && i < n; i++) {
        calib_span row = {.first = (uint64_t)order[i] * input->seq_len, .n = input->seq_len};
        status = sink->put(sink->ctx, &row, 1);
    }
    free(order);
    return status;
}

const calib_sampler *calib_sampler_mlx(void)
{
    static const calib_sampler mlx = {
        .name = "mlx",
        .line = "mlx-lm's load_data: rows of the stream in the order of mx.random.permutation",
        .counts = CALIB_COUNTS_ROWS,
        .has_numbers = true,
        .takes_all = true,
        .reads = CALIB_READS_SKIP,
        .plan = plan,
    };
    return &mlx;
}
