/* SPDX-License-Identifier: MIT */
/* Checks a request, runs its sampler and copies the planned spans into a block of rows. */
#include "sample/gather.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/structs.h"

#include <assert.h>
#include <stdlib.h>

CALIB_NO_TAIL(calib_sampling, flags);

/* ---- arguments ---- */

int calib_sample_configure(const calib_sampling *sampling, calib_sample_request *request)
{
    calib_sampling given = {0};
    int status = CALIB_OK;
    if (sampling)
        status = calib_struct_read(&given, sizeof given, sampling,
                                   CALIB_SIZE_THROUGH(calib_sampling, flags), "calib_sampling");
    if (status)
        return status;
    request->skip = given.skip;
    request->rank = given.rank;
    request->world = given.world ? given.world : 1;
    request->bos = given.bos;
    request->flags = given.flags;
    return calib_sampler_find(given.sampler, &request->sampler);
}

static calib_sampler_input input_of(const calib_sample_request *request, const calib_view *view)
{
    return (calib_sampler_input){
        .view = view,
        .n_samples = request->n_samples,
        .seq_len = request->seq_len,
        .seed = request->seed,
        .skip = request->skip,
        .progress = request->progress,
    };
}

int calib_sample_check(const calib_sample_request *request)
{
    if (request->flags & ~(uint32_t)CALIB_SAMPLING_STRICT)
        return calib_fail(CALIB_E_ARGUMENT, "sampling flags 0x%lx are unknown",
                          (unsigned long)request->flags);
    if (request->rank >= request->world)
        return calib_fail(CALIB_E_ARGUMENT, "rank %lu is not below world %lu",
                          (unsigned long)request->rank, (unsigned long)request->world);
    if (request->seq_len == 0)
        return calib_fail(CALIB_E_ARGUMENT, "seq_len is 0: a row has at least one token");
    if (request->seq_len > SIZE_MAX / 2 / sizeof(int32_t))
        return calib_fail(CALIB_E_ARGUMENT, "seq_len %zu is beyond what memory can hold",
                          request->seq_len);
    /* A field without effect must be zero, so that a setting for another sampler is noticed. */
    const calib_sampler *sampler = request->sampler;
    if (request->skip && !(sampler->reads & CALIB_READS_SKIP))
        return calib_fail(CALIB_E_ARGUMENT, "skip is %llu, but sampler \"%s\" does not read it",
                          (unsigned long long)request->skip, sampler->name);
    if (request->n_samples <= 0 && !sampler->takes_all)
        return calib_fail(CALIB_E_ARGUMENT, "n_samples is %lld, sampler \"%s\" needs at least 1",
                          (long long)request->n_samples, sampler->name);
    calib_sampler_input input = input_of(request, NULL);
    int status = sampler->check ? sampler->check(&input) : CALIB_OK;
    if (status)
        return status;
    if (request->bos > CALIB_BOS_OVERWRITE)
        return calib_fail(CALIB_E_ARGUMENT, "bos is %lu, known policies are 0 and 1",
                          (unsigned long)request->bos);
    if (request->bos != CALIB_BOS_OVERWRITE)
        return CALIB_OK;
    if (request->bos_id < 0)
        return calib_fail(CALIB_E_ARGUMENT,
                          "bos is CALIB_BOS_OVERWRITE, but the tokenizer has no BOS");
    if (request->vocab_size && (uint32_t)request->bos_id >= request->vocab_size)
        return calib_fail(CALIB_E_ENCODE,
                          "the tokenizer gave the id %ld for BOS, but its vocab_size is %lu",
                          (long)request->bos_id, (unsigned long)request->vocab_size);
    return CALIB_OK;
}

/* ---- the wanted range ---- */

/* Applies strictness, then cuts the order into contiguous blocks, one for each rank. With a
 * remainder the first ranks take one row more. */
static int choose_range(const calib_sample_request *request, const calib_row_counts *counts,
                        uint64_t *first, uint64_t *n)
{
    bool strict = request->flags & CALIB_SAMPLING_STRICT;
    if (strict && request->n_samples > 0 && (uint64_t)request->n_samples > counts->n_available)
        return calib_fail(CALIB_E_SHORTFALL, "%lld %s were asked for, only %llu are available",
                          (long long)request->n_samples,
                          request->sampler->counts == CALIB_COUNTS_ROWS ? "rows" : "documents",
                          (unsigned long long)counts->n_available);
    uint64_t each = counts->n_rows / request->world, extra = counts->n_rows % request->world;
    *first = request->rank * each + (request->rank < extra ? request->rank : extra);
    *n = each + (request->rank < extra);
    return *n > SIZE_MAX ? calib_fail_memory(SIZE_MAX) : CALIB_OK;
}

static int run(const calib_sample_request *request, const calib_row_sink *sink)
{
    calib_sampler_input input = input_of(request, &request->view);
    return request->sampler->plan(&input, sink);
}

/* ---- rows of tokens ---- */

typedef struct calib_gathering {
    const calib_sample_request *request;
    calib_samples *samples;
    int32_t *tokens; /* the arrays of `samples`, which are const there */
    int64_t *offsets;
    size_t at; /* rows so far */
} calib_gathering;

static int begin_gathering(void *ctx, const calib_row_counts *counts, uint64_t *first, uint64_t *n)
{
    calib_gathering *g = ctx;
    calib_samples *samples = g->samples;
    int status = choose_range(g->request, counts, first, n);
    if (status)
        return status;
    samples->n_rows = (size_t)*n;
    samples->n_sampled = counts->n_rows;
    samples->n_available = counts->n_available;
    samples->n_dropped = counts->n_dropped;
    if (*n == 0)
        return CALIB_OK;
    size_t row_bytes = samples->seq_len * sizeof *g->tokens, bytes, offsets_bytes;
    if (!calib_size_mul(samples->n_rows, row_bytes, &bytes) ||
        !calib_size_mul(samples->n_rows, sizeof *g->offsets, &offsets_bytes))
        return calib_fail_memory(SIZE_MAX);
    samples->tokens = g->tokens = calib_aligned_alloc(bytes);
    if (!g->tokens)
        return calib_fail_memory(bytes);
    samples->offsets = g->offsets = malloc(offsets_bytes);
    return g->offsets ? CALIB_OK : calib_fail_memory(offsets_bytes);
}

static int gather_row(void *ctx, const calib_span *spans, size_t n_spans)
{
    calib_gathering *g = ctx;
    const calib_sample_request *request = g->request;
    const calib_view *view = &request->view;
    int32_t *row = g->tokens + g->at * request->seq_len;
    size_t len = 0;
    int status = CALIB_OK;
    assert(g->at < g->samples->n_rows);
    for (size_t i = 0; !status && i < n_spans; i++) {
        size_t n = (size_t)spans[i].n;
        assert(n <= request->seq_len - len);
        status = view->tokens(view->ctx, spans[i].document, spans[i].first, n, row + len);
        len += n;
    }
    if (!status && len < request->seq_len)
        status = calib_fail(CALIB_E_ARGUMENT, "row %zu has %zu tokens, fewer than seq_len %zu",
                            g->at, len, request->seq_len);
    if (!status)
        status =
            calib_progress_tick(request->progress, CALIB_STAGE_SAMPLE, g->at, g->samples->n_rows);
    if (status)
        return status;
    if (request->bos == CALIB_BOS_OVERWRITE)
        row[0] = request->bos_id;
    g->offsets[g->at++] = (int64_t)spans[0].first;
    return CALIB_OK;
}

int calib_sample_rows(const calib_sample_request *request, calib_samples **out)
{
    calib_samples *samples = calloc(1, sizeof *samples);
    if (!samples)
        return calib_fail_memory(sizeof *samples);
    samples->struct_size = sizeof *samples;
    samples->seq_len = request->seq_len;
    samples->n_asked = request->n_samples;
    samples->n_tokens = request->n_tokens;
    calib_gathering g = {.request = request, .samples = samples};
    int status = run(request, &(calib_row_sink){&g, begin_gathering, gather_row});
    if (!status && samples->n_rows)
        status = calib_progress_now(request->progress, CALIB_STAGE_SAMPLE, samples->n_rows,
                                    samples->n_rows);
    if (status) {
        calib_samples_free(samples);
        return status;
    }
    *out = samples;
    return CALIB_OK;
}

void calib_samples_free(calib_samples *samples)
{
    if (!samples)
        return;
    calib_aligned_free((void *)(uintptr_t)samples->tokens);
    free((void *)(uintptr_t)samples->offsets);
    free(samples);
}

/* ---- numbers of rows ---- */

typedef struct calib_numbering {
    const calib_sample_request *request;
    uint64_t *rows;
    size_t cap, at;
    size_t *n;
} calib_numbering;

static int begin_numbering(void *ctx, const calib_row_counts *counts, uint64_t *first, uint64_t *n)
{
    calib_numbering *numbering = ctx;
    int status = choose_range(numbering->request, counts, first, n);
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
    numbers.view = (calib_view){&n_available, 1, length_of_stream, NULL};
    numbers.progress = &silent;
    if (!request->sampler->has_numbers)
        return calib_fail(CALIB_E_ARGUMENT, "the rows of sampler \"%s\" have no numbers",
                          request->sampler->name);
    if (n_available == 0)
        return calib_fail(CALIB_E_TOO_SHORT, "n_available is 0: there is no row to pick");
    calib_numbering numbering = {&numbers, rows, cap, 0, n};
    return run(&numbers, &(calib_row_sink){&numbering, begin_numbering, put_number});
}
