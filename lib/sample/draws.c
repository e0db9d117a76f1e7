/* SPDX-License-Identifier: MIT */
#include "sample/draws.h"

#include "base/error.h"
#include "sample/picks.h"

#include <stdlib.h>

/* Fails if no document has `least` tokens: draws would never end. */
static int find_one(const calib_sampler_input *input, uint64_t least)
{
    calib_span document = {0};
    int status = CALIB_OK;
    for (; !status && document.document < input->view->n_documents; document.document++) {
        status = calib_pick_length(input, &document);
        if (!status && document.n >= least)
            return CALIB_OK;
    }
    if (status)
        return status;
    return calib_fail(CALIB_E_TOO_SHORT,
                      "no document has %llu tokens: use longer documents or a smaller seq_len",
                      (unsigned long long)least);
}

/* Lengths may cost tokenizing, so all of them are looked at only when draws seem hopeless. */
int calib_draw_document(const calib_sampler_input *input, calib_number_fn draw,
                        calib_mt19937 *generator, uint64_t least, calib_span *document)
{
    uint64_t n_documents = input->view->n_documents;
    int status = n_documents ? CALIB_OK : find_one(input, least);
    *document = (calib_span){0};
    for (uint64_t times = 0; !status; times++) {
        if (times == 16 * n_documents)
            status = find_one(input, least);
        if (status)
            break;
        document->document = draw(generator, n_documents);
        status = calib_pick_length(input, document);
        if (!status && document->n >= least)
            return CALIB_OK;
    }
    return status;
}

static int draw_all(const calib_sampler_input *input, calib_row_fn next, void *ctx,
                    calib_span *rows, uint64_t n)
{
    int status = CALIB_OK;
    for (uint64_t i = 0; !status && i < n; i++) {
        status = next(ctx, &rows[i]);
        if (!status)
            status = calib_progress_tick(input->progress, CALIB_STAGE_SAMPLE, 0, 0);
    }
    return status;
}

int calib_plan_draws(const calib_sampler_input *input, const calib_row_sink *sink,
                     calib_row_fn next, void *ctx)
{
    uint64_t first = 0, n = 0, n_rows = (uint64_t)input->n_samples;
    calib_row_counts counts = {.n_available = UINT64_MAX, .n_rows = n_rows};
    if (n_rows > SIZE_MAX / sizeof(calib_span))
        return calib_fail_memory(SIZE_MAX);
    size_t bytes = (size_t)n_rows * sizeof(calib_span);
    calib_span *rows = malloc(bytes);
    if (!rows)
        return calib_fail_memory(bytes);
    int status = draw_all(input, next, ctx, rows, n_rows);
    if (!status)
        status = sink->begin(sink->ctx, &counts, &first, &n);
    for (uint64_t i = first; !status && i < first + n; i++)
        status = sink->put(sink->ctx, &rows[i], 1);
    free(rows);
    return status;
}
