/* SPDX-License-Identifier: MIT */
/* Runs a sampler over the views of a request and copies the planned spans into a block of rows. */
#include "sample/gather.h"

#include "base/error.h"
#include "base/memory.h"
#include "sample/shares.h"

#include <assert.h>
#include <stdlib.h>

/* ---- the order ---- */

/* What the sampler plans for one view: its part of the order of all rows. */
typedef struct calib_sampled_view {
    int64_t n_asked; /* 0 or less: all */
    bool left_out;   /* its share is none */
    calib_row_counts counts;
    uint64_t first; /* where its rows begin in the order of all */
} calib_sampled_view;

typedef struct calib_gathering {
    const calib_sample_request *request;
    size_t n_views;
    calib_sampled_view *views;
    calib_sampled_view *view; /* the one that is sampled */
    bool counts_only;         /* the first of two passes: plan no rows */
    uint64_t first, end;      /* of the order, the range of this rank */
    calib_samples *samples;
    /* The arrays of `samples`, which are const there: */
    int32_t *tokens, *lengths;
    int64_t *offsets, *documents, *sources;
    uint64_t *source_asked, *source_rows, *source_available;
    bool any_short;
    size_t at; /* rows so far */
} calib_gathering;

static int allocate_rows(calib_gathering *g)
{
    calib_samples *samples = g->samples;
    size_t n = samples->n_rows, bytes, small;
    if (!calib_size_mul(n, samples->seq_len * sizeof *g->tokens, &bytes) ||
        !calib_size_mul(n, sizeof *g->offsets, &small))
        return calib_fail_memory(SIZE_MAX);
    if (n == 0)
        return CALIB_OK;
    samples->tokens = g->tokens = calib_aligned_alloc(bytes);
    if (!g->tokens)
        return calib_fail_memory(bytes);
    samples->offsets = g->offsets = malloc(small);
    samples->documents = g->documents = malloc(small);
    samples->sources = g->sources = malloc(small);
    if (g->request->short_rows)
        samples->lengths = g->lengths = malloc(n * sizeof *g->lengths);
    bool all = g->offsets && g->documents && g->sources && (g->lengths || !g->request->short_rows);
    return all ? CALIB_OK : calib_fail_memory(small);
}

static int choose_range(calib_gathering *g, uint64_t n_rows)
{
    uint64_t n;
    int status = calib_sample_share(g->request, n_rows, &g->first, &n);
    if (status)
        return status;
    g->end = g->first + n;
    g->samples->n_rows = (size_t)n;
    return allocate_rows(g);
}

static void add_counts(calib_samples *samples, const calib_row_counts *counts)
{
    samples->n_sampled += counts->n_rows;
    samples->n_dropped += counts->n_dropped;
    if (counts->n_available == UINT64_MAX || samples->n_available == UINT64_MAX)
        samples->n_available = UINT64_MAX;
    else
        samples->n_available += counts->n_available;
}

/* Gives the sampler the part of this rank's range that lies in the view's rows. */
static int begin_view(void *ctx, const calib_row_counts *counts, uint64_t *first, uint64_t *n)
{
    calib_gathering *g = ctx;
    calib_sampled_view *view = g->view;
    bool alone = !g->request->weights;
    int status = CALIB_OK;
    *first = *n = 0;
    if (g->counts_only || alone) {
        view->counts = *counts;
        status = calib_sample_strict(g->request, view->n_asked, counts->n_available);
        add_counts(g->samples, counts);
    }
    if (!status && alone)
        status = choose_range(g, counts->n_rows);
    if (status || g->counts_only)
        return status;
    uint64_t view_end = view->first + counts->n_rows;
    uint64_t from = g->first > view->first ? g->first : view->first;
    uint64_t to = g->end < view_end ? g->end : view_end;
    *first = from - view->first;
    *n = to > from ? to - from : 0;
    return CALIB_OK;
}

/* ---- rows ---- */

static int finish_row(calib_gathering *g, int32_t *row, size_t len)
{
    const calib_sample_request *request = g->request;
    if (len < request->seq_len) {
        if (request->short_rows != CALIB_SHORT_PAD)
            return calib_fail(CALIB_E_ARGUMENT,
                              "row %zu has %zu tokens, fewer than seq_len %zu: set short_rows to "
                              "CALIB_SHORT_PAD and pad_id, or use a smaller seq_len",
                              g->at, len, request->seq_len);
        g->any_short = true;
        for (size_t i = len; i < request->seq_len; i++)
            row[i] = request->pad_id;
    }
    if (g->lengths)
        g->lengths[g->at] = (int32_t)len;
    if (request->bos != CALIB_BOS_AS_TOKENIZED)
        row[0] = request->bos_id;
    return CALIB_OK;
}

static int note_place(calib_gathering *g, const calib_view *view, const calib_span *span)
{
    calib_place place;
    int status = view->place(view->ctx, span->document, span->first, &place);
    if (status)
        return status;
    g->sources[g->at] = (int64_t)place.source;
    g->documents[g->at] = (int64_t)place.document;
    g->offsets[g->at] = (int64_t)place.offset;
    g->source_rows[place.source]++;
    return CALIB_OK;
}

static int gather_row(void *ctx, const calib_span *spans, size_t n_spans)
{
    calib_gathering *g = ctx;
    const calib_sample_request *request = g->request;
    const calib_view *view = &request->views[g->view - g->views];
    int32_t *row = g->tokens + g->at * request->seq_len;
    size_t len = request->bos == CALIB_BOS_PREPEND; /* leaves its place free */
    int status = CALIB_OK;
    assert(g->at < g->samples->n_rows);
    for (size_t i = 0; !status && i < n_spans; i++) {
        size_t n = (size_t)spans[i].n;
        assert(n <= request->seq_len - len);
        status = view->tokens(view->ctx, spans[i].document, spans[i].first, n, row + len);
        len += n;
    }
    if (!status)
        status = finish_row(g, row, len);
    if (!status)
        status = note_place(g, view, &spans[0]);
    if (!status)
        status =
            calib_progress_tick(request->progress, CALIB_STAGE_SAMPLE, g->at, g->samples->n_rows);
    g->at++;
    return status;
}

static int run_views(calib_gathering *g, bool counts_only)
{
    const calib_sample_request *request = g->request;
    int status = CALIB_OK;
    g->counts_only = counts_only;
    for (size_t i = 0; !status && i < g->n_views; i++) {
        g->view = &g->views[i];
        if (g->view->left_out)
            continue;
        calib_sampler_input input =
            calib_sample_input(request, &request->views[i], g->view->n_asked);
        status = request->sampler->plan(&input, &(calib_row_sink){g, begin_view, gather_row});
        /* Among several sources, one that is too short gives no row. */
        if (status == CALIB_E_TOO_SHORT && counts_only) {
            g->view->left_out = true;
            status = calib_sample_strict(request, g->view->n_asked, 0);
        }
    }
    return status;
}

/* ---- sources by weight ---- */

static int share_out(calib_gathering *g)
{
    const calib_sample_request *request = g->request;
    if (request->n_numbers)
        return calib_fail(CALIB_E_ARGUMENT,
                          "numbers are of the whole corpus, but its sources have weights");
    if (request->n_samples <= 0)
        return calib_fail(CALIB_E_ARGUMENT,
                          "n_samples is %lld, but the sources have weights: ask for at least 1",
                          (long long)request->n_samples);
    int status =
        calib_shares(request->weights, g->n_views, (uint64_t)request->n_samples, g->source_asked);
    for (size_t i = 0; !status && i < g->n_views; i++) {
        g->views[i].n_asked = (int64_t)g->source_asked[i];
        g->views[i].left_out = g->source_asked[i] == 0;
    }
    return status;
}

/* Counts the rows of every source first, since the range of a rank depends on all of them. */
static int gather_by_weight(calib_gathering *g)
{
    int status = share_out(g);
    if (!status)
        status = run_views(g, true);
    for (size_t i = 0; !status && i < g->n_views; i++) {
        g->views[i].first = i ? g->views[i - 1].first + g->views[i - 1].counts.n_rows : 0;
        g->source_available[i] = g->views[i].counts.n_available;
    }
    if (!status && g->samples->n_sampled == 0)
        status = calib_fail(CALIB_E_TOO_SHORT,
                            "no source has enough tokens for one row of %zu: use larger sources or "
                            "a smaller seq_len",
                            g->request->seq_len);
    if (!status)
        status = choose_range(g, g->samples->n_sampled);
    return status ? status : run_views(g, false);
}

/* ---- all ---- */

static int allocate_sources(calib_gathering *g)
{
    calib_samples *samples = g->samples;
    const calib_sample_request *request = g->request;
    size_t n = request->n_sources;
    samples->n_sources = n;
    g->n_views = request->weights ? n : 1;
    g->views = calloc(g->n_views, sizeof *g->views);
    samples->source_rows = g->source_rows = calloc(n, sizeof *g->source_rows);
    if (request->weights) {
        samples->source_asked = g->source_asked = calloc(n, sizeof *g->source_asked);
        samples->source_available = g->source_available = calloc(n, sizeof *g->source_available);
    }
    bool all = g->views && g->source_rows &&
               (!request->weights || (g->source_asked && g->source_available));
    if (!all)
        return calib_fail_memory(n * sizeof *g->views);
    g->views[0].n_asked = request->n_samples;
    return CALIB_OK;
}

static int gather(calib_gathering *g)
{
    calib_samples *samples = g->samples;
    int status = allocate_sources(g);
    if (!status)
        status = g->request->weights ? gather_by_weight(g) : run_views(g, false);
    free(g->views);
    if (!g->any_short) {
        free(g->lengths);
        samples->lengths = NULL;
    }
    if (!status && samples->n_rows)
        status = calib_progress_now(g->request->progress, CALIB_STAGE_SAMPLE, samples->n_rows,
                                    samples->n_rows);
    return status;
}

/* A tokenizer that adds BOS has put it in front of the first text that gave ids. */
static int choose_bos(calib_sample_request *request)
{
    uint64_t n_tokens = 0;
    int32_t id = -1;
    int status = CALIB_OK;
    if (!request->sampler->overwrites_bos || request->bos_id < 0)
        return CALIB_OK;
    size_t n_views = request->weights ? request->n_sources : 1;
    for (size_t i = 0; !status && n_tokens == 0 && i < n_views; i++) {
        const calib_view *view = &request->views[i];
        status = view->length(view->ctx, 0, &n_tokens);
        if (!status && n_tokens)
            status = view->tokens(view->ctx, 0, 0, 1, &id);
    }
    if (id == request->bos_id)
        request->bos = CALIB_BOS_OVERWRITE;
    return status;
}

int calib_sample_rows(const calib_sample_request *asked, calib_samples **out)
{
    calib_sample_request request = *asked;
    int status = choose_bos(&request);
    if (status)
        return status;
    calib_samples *samples = calloc(1, sizeof *samples);
    if (!samples)
        return calib_fail_memory(sizeof *samples);
    samples->struct_size = sizeof *samples;
    samples->seq_len = request.seq_len;
    samples->n_asked = request.n_samples;
    samples->n_tokens = request.n_tokens;
    status = gather(&(calib_gathering){.request = &request, .samples = samples});
    if (status) {
        calib_samples_free(samples);
        return status;
    }
    *out = samples;
    return CALIB_OK;
}

static void drop(const void *array)
{
    free((void *)(uintptr_t)array);
}

void calib_samples_free(calib_samples *samples)
{
    if (!samples)
        return;
    calib_aligned_free((void *)(uintptr_t)samples->tokens);
    drop(samples->offsets);
    drop(samples->documents);
    drop(samples->sources);
    drop(samples->lengths);
    drop(samples->source_asked);
    drop(samples->source_rows);
    drop(samples->source_available);
    free(samples);
}
