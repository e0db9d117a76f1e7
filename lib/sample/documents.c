/* SPDX-License-Identifier: MIT */
/* The samplers "documents" and "documents-split": the documents in order, those without tokens left
 * out, each cut to one row or split into as many as it fills. */
#include "base/error.h"
#include "sample/sampler.h"

typedef struct calib_document_rows {
    const calib_sampler_input *input;
    bool split;
} calib_document_rows;

/* Returns the rows that a document of `n_tokens` gives. */
static uint64_t rows_of(const calib_document_rows *rows, uint64_t n_tokens)
{
    uint64_t seq_len = rows->input->seq_len;
    if (!rows->split)
        return n_tokens != 0;
    return n_tokens / seq_len + (n_tokens % seq_len != 0);
}

static int length_of(const calib_document_rows *rows, uint64_t document, uint64_t *n_tokens)
{
    const calib_view *view = rows->input->view;
    int status = view->length(view->ctx, document, n_tokens);
    if (!status && document % 4096 == 0)
        status = calib_progress_tick(rows->input->progress, CALIB_STAGE_SAMPLE, 0, 0);
    return status;
}

static int count(calib_document_rows *rows, calib_row_counts *counts)
{
    const calib_sampler_input *input = rows->input;
    bool all = input->n_samples <= 0;
    int status = CALIB_OK;
    *counts = (calib_row_counts){0};
    for (uint64_t i = 0; !status && i < input->view->n_documents; i++) {
        uint64_t n_tokens = 0;
        status = length_of(rows, i, &n_tokens);
        uint64_t n = rows_of(rows, n_tokens);
        bool taken = all || counts->n_available < (uint64_t)input->n_samples;
        if (taken && !rows->split && n_tokens > input->seq_len)
            counts->n_dropped += n_tokens - input->seq_len;
        counts->n_available += n;
    }
    if (!status && counts->n_available == 0)
        status = calib_fail(CALIB_E_TOO_SHORT, "no document has a token");
    counts->n_rows = counts->n_available;
    if (!all && (uint64_t)input->n_samples < counts->n_rows)
        counts->n_rows = (uint64_t)input->n_samples;
    return status;
}

/* Puts the rows of one document that lie in [first, end) of the order; `at` is its first row. */
static int put_rows(const calib_document_rows *rows, const calib_row_sink *sink,
                    calib_span document, uint64_t at, uint64_t first, uint64_t end)
{
    uint64_t seq_len = rows->input->seq_len, n = rows_of(rows, document.n);
    int status = CALIB_OK;
    for (uint64_t i = first > at ? first - at : 0; !status && i < n && at + i < end; i++) {
        uint64_t left = document.n - i * seq_len;
        calib_span row = {document.document, i * seq_len, left < seq_len ? left : seq_len};
        status = sink->put(sink->ctx, &row, 1);
    }
    return status;
}

static int plan(const calib_sampler_input *input, const calib_row_sink *sink, bool split)
{
    calib_document_rows rows = {.input = input, .split = split};
    calib_row_counts counts;
    uint64_t first = 0, n = 0, at = 0;
    int status = count(&rows, &counts);
    if (!status)
        status = sink->begin(sink->ctx, &counts, &first, &n);
    uint64_t end = first + n;
    for (uint64_t i = 0; !status && n > 0 && at < end; i++) {
        calib_span document = {.document = i};
        status = length_of(&rows, i, &document.n);
        if (!status)
            status = put_rows(&rows, sink, document, at, first, end);
        at += rows_of(&rows, document.n);
    }
    return status;
}

static int plan_cut(const calib_sampler_input *input, const calib_row_sink *sink)
{
    return plan(input, sink, false);
}

static int plan_split(const calib_sampler_input *input, const calib_row_sink *sink)
{
    return plan(input, sink, true);
}

const calib_sampler *calib_sampler_documents(void)
{
    static const calib_sampler documents = {
        .name = "documents",
        .line = "one row for each document, in order, cut to seq_len",
        .counts = CALIB_COUNTS_DOCUMENTS,
        .sees_documents = true,
        .takes_all = true,
        .all_lengths = true,
        .reads = CALIB_READS_SHORT,
        .plan = plan_cut,
    };
    return &documents;
}

const calib_sampler *calib_sampler_documents_split(void)
{
    static const calib_sampler split = {
        .name = "documents-split",
        .line = "documents in order, each split into rows of seq_len",
        .counts = CALIB_COUNTS_ROWS,
        .sees_documents = true,
        .takes_all = true,
        .all_lengths = true,
        .reads = CALIB_READS_SHORT,
        .plan = plan_split,
    };
    return &split;
}
