/* SPDX-License-Identifier: MIT */
#include "sample/picks.h"

#include "base/error.h"

#include <stdlib.h>

/* ---- picking ---- */

uint64_t calib_limit(const calib_sampler_input *input)
{
    return input->n_samples > 0 ? (uint64_t)input->n_samples : UINT64_MAX;
}

int calib_pick_length(const calib_sampler_input *input, calib_span *document)
{
    const calib_view *view = input->view;
    int status = view->length(view->ctx, document->document, &document->n);
    return status ? status : calib_progress_tick(input->progress, CALIB_STAGE_SAMPLE, 0, 0);
}

calib_span *calib_picks_spans(const calib_picks *picks)
{
    return picks->spans.data;
}

int calib_picks_add(calib_picks *picks, const calib_span *document)
{
    int status = calib_buffer_append(&picks->spans, document, sizeof *document);
    if (status)
        return status;
    picks->n++;
    picks->n_tokens += document->n;
    return CALIB_OK;
}

int calib_pick(const calib_sampler_input *input, const calib_candidates *candidates,
               calib_picks *picks)
{
    int status = CALIB_OK;
    for (uint64_t i = 0; !status && i < candidates->n && picks->n_taken < candidates->most &&
                         picks->n_tokens < candidates->enough;
         i++) {
        calib_span document = {.document = candidates->order ? candidates->order[i] : i};
        bool taken = true;
        status = calib_pick_length(input, &document);
        if (!status && candidates->fits)
            status = candidates->fits(input, &document, candidates->ctx, &taken);
        if (status || !taken)
            continue;
        picks->n_taken++;
        if (document.n)
            status = calib_picks_add(picks, &document);
    }
    return status;
}

void calib_picks_free(calib_picks *picks)
{
    calib_buffer_free(&picks->spans);
}

/* ---- rows ---- */

static int begin(const calib_sampler_input *input, const calib_row_sink *sink,
                 const calib_picks *picks, const calib_row_counts *counts, uint64_t *first,
                 uint64_t *n)
{
    if (counts->n_rows == 0)
        return calib_fail(CALIB_E_TOO_SHORT,
                          "the %llu documents that fit have %llu tokens, which make no row of %zu",
                          (unsigned long long)picks->n_taken, (unsigned long long)picks->n_tokens,
                          input->seq_len);
    return sink->begin(sink->ctx, counts, first, n);
}

int calib_plan_cut(const calib_sampler_input *input, const calib_row_sink *sink,
                   const calib_picks *picks, uint64_t n_available)
{
    uint64_t first = 0, n = 0, seq_len = input->seq_len;
    const calib_span *documents = calib_picks_spans(picks);
    calib_row_counts counts = {.n_available = n_available, .n_rows = picks->n};
    for (size_t i = 0; i < picks->n; i++)
        if (documents[i].n > seq_len)
            counts.n_dropped += documents[i].n - seq_len;
    int status = begin(input, sink, picks, &counts, &first, &n);
    for (uint64_t i = first; !status && i < first + n; i++) {
        calib_span row = documents[i];
        if (row.n > seq_len)
            row.n = seq_len;
        status = sink->put(sink->ctx, &row, 1);
    }
    return status;
}

/* Puts `n` rows, from `skipped` tokens on. `spans` has room for all that a row can have. */
static int put_joined(const calib_sampler_input *input, const calib_row_sink *sink,
                      const calib_picks *picks, uint64_t skipped, uint64_t n, calib_span *spans)
{
    const calib_span *document = calib_picks_spans(picks);
    int status = CALIB_OK;
    while (skipped >= document->n)
        skipped -= (document++)->n;
    for (uint64_t row = 0; !status && row < n; row++) {
        size_t n_spans = 0;
        for (uint64_t left = input->seq_len; left > 0;) {
            uint64_t rest = document->n - skipped, taken = rest < left ? rest : left;
            spans[n_spans++] = (calib_span){document->document, skipped, taken};
            left -= taken;
            skipped += taken;
            if (skipped == document->n) {
                document++;
                skipped = 0;
            }
        }
        status = sink->put(sink->ctx, spans, n_spans);
    }
    return status;
}

int calib_plan_joined(const calib_sampler_input *input, const calib_row_sink *sink,
                      const calib_picks *picks, uint64_t n_available, uint64_t most)
{
    uint64_t first = 0, n = 0, n_rows = picks->n_tokens / input->seq_len;
    n_rows = n_rows < most ? n_rows : most;
    calib_row_counts counts = {.n_available = n_available,
                               .n_rows = n_rows,
                               .n_dropped = picks->n_tokens - n_rows * input->seq_len};
    int status = begin(input, sink, picks, &counts, &first, &n);
    if (status || n == 0)
        return status;
    size_t room = picks->n < input->seq_len ? picks->n : input->seq_len, bytes;
    if (!calib_size_mul(room, sizeof(calib_span), &bytes))
        return calib_fail_memory(SIZE_MAX);
    calib_span *spans = malloc(bytes);
    if (!spans)
        return calib_fail_memory(bytes);
    status = put_joined(input, sink, picks, first * input->seq_len, n, spans);
    free(spans);
    return status;
}
