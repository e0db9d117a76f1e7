/* SPDX-License-Identifier: MIT */
/* Numbers of rows instead of rows, for programs that hold the tokens themselves. */
#include "base/error.h"
#include "sample/gather.h"

typedef struct calib_numbering {
    const calib_sample_request *request;
    uint64_t *rows;
    size_t cap, at;
    size_t *n;
} calib_numbering;

static int begin_numbering(void *ctx, const calib_row_counts *counts, uint64_t *first, uint64_t *n)
{
    calib_numbering *numbering = ctx;
    const calib_sample_request *request = numbering->request;
    int status = calib_sample_strict(request, request->n_samples, counts->n_available);
    if (!status)
        status = calib_sample_share(request, counts->n_rows, first, n);
    if (status)
        return status;
    *numbering->n = (size_t)*n;
    if (*n <= numbering->cap)
        return CALIB_OK;
    return calib_fail(CALIB_E_ARGUMENT, "cap is %zu, but there are %zu rows", numbering->cap,
                      *numbering->n);
}

static int put_number(void *ctx, const calib_span *spans, size_t n_spans)
{
    calib_numbering *numbering = ctx;
    (void)n_spans;
    numbering->rows[numbering->at++] = spans[0].first;
    return CALIB_OK;
}

static int length_of_stream(void *ctx, uint64_t document, uint64_t *n_tokens)
{
    (void)document;
    *n_tokens = *(const uint64_t *)ctx;
    return CALIB_OK;
}

/* In a stream cut into rows of one token, a row's number is where it starts. Samplers that count
 * such rows read no ids, so the view has none. */
int calib_sample_numbers(const calib_sample_request *request, uint64_t n_available, uint64_t *rows,
                         size_t cap, size_t *n)
{
    calib_progress silent = {0};
    calib_sample_request numbers = *request;
    numbers.seq_len = 1;
    numbers.bos = CALIB_BOS_AS_TOKENIZED;
    calib_view view = {.ctx = &n_available, .n_documents = 1, .length = length_of_stream};
    numbers.progress = &silent;
    if (!request->sampler->has_numbers)
        return calib_fail(CALIB_E_ARGUMENT, "the rows of sampler \"%s\" have no numbers",
                          request->sampler->name);
    if (n_available == 0)
        return calib_fail(CALIB_E_TOO_SHORT, "n_available is 0: there is no row to pick");
    calib_numbering numbering = {&numbers, rows, cap, 0, n};
    calib_sampler_input input = calib_sample_input(&numbers, &view, numbers.n_samples);
    return request->sampler->plan(&input,
                                  &(calib_row_sink){&numbering, begin_numbering, put_number});
}
