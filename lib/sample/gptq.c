/* SPDX-License-Identifier: MIT */
/* The loops of GPTQ's datautils.py and its descendants: windows at places that Python's
 * random.randint draws, in a joined text or in drawn documents. The last window of a text is never
 * drawn. */
#include "base/error.h"
#include "random/python.h"
#include "sample/draws.h"

typedef struct calib_windows {
    const calib_sampler_input *input;
    calib_mt19937 generator;
    uint64_t n_tokens; /* of the stream */
    uint64_t least;    /* tokens of a document that is accepted */
} calib_windows;

static void draw_window(calib_windows *windows, calib_span *row)
{
    uint64_t seq_len = windows->input->seq_len;
    row->first = calib_python_below(&windows->generator, row->n - seq_len);
    row->n = seq_len;
}

/* ---- a joined text ---- */

static int next_of_stream(void *ctx, calib_span *row)
{
    calib_windows *windows = ctx;
    *row = (calib_span){.n = windows->n_tokens};
    draw_window(windows, row);
    return CALIB_OK;
}

static int plan_stream(const calib_sampler_input *input, const calib_row_sink *sink)
{
    calib_windows windows = {.input = input};
    int status = input->view->length(input->view->ctx, 0, &windows.n_tokens);
    if (!status && windows.n_tokens <= input->seq_len)
        status =
            calib_fail(CALIB_E_TOO_SHORT,
                       "the corpus has %llu tokens, and windows of %zu need one more than that",
                       (unsigned long long)windows.n_tokens, input->seq_len);
    if (status)
        return status;
    calib_python_seed(&windows.generator, input->seed);
    return calib_plan_draws(input, sink, next_of_stream, &windows);
}

/* ---- documents ---- */

static int next_of_documents(void *ctx, calib_span *row)
{
    calib_windows *windows = ctx;
    size_t seq_len = windows->input->seq_len;
    int status = calib_draw_document(windows->input, calib_python_below, &windows->generator,
                                     windows->least, row);
    if (!status && row->n == seq_len)
        return calib_fail(
            CALIB_E_ARGUMENT,
            "document %llu was drawn and has exactly %zu tokens, at which GPTQ's code "
            "crashes (empty range for randrange): use another seed or seq_len, or "
            "sampler \"wanda-document\"",
            (unsigned long long)row->document, seq_len);
    if (!status)
        draw_window(windows, row);
    return status;
}

static int plan_documents(const calib_sampler_input *input, const calib_row_sink *sink,
                          uint64_t least)
{
    calib_windows windows = {.input = input, .least = least};
    calib_python_seed(&windows.generator, input->seed);
    return calib_plan_draws(input, sink, next_of_documents, &windows);
}

static int plan_gptq(const calib_sampler_input *input, const calib_row_sink *sink)
{
    return plan_documents(input, sink, input->seq_len);
}

static int plan_wanda(const calib_sampler_input *input, const calib_row_sink *sink)
{
    return plan_documents(input, sink, (uint64_t)input->seq_len + 1);
}

const calib_sampler *calib_sampler_gptq_window(void)
{
    static const calib_sampler gptq_window = {
        .name = "gptq-window",
        .line = "GPTQ, wanda, sparsegpt, SpQR, optimum on a joined text: windows drawn anywhere",
        .counts = CALIB_COUNTS_ROWS,
        .plan = plan_stream,
    };
    return &gptq_window;
}

const calib_sampler *calib_sampler_gptq_document(void)
{
    static const calib_sampler gptq_document = {
        .name = "gptq-document",
        .line = "GPTQ, SpQR, optimum on c4: a window of a drawn document of at least seq_len",
        .counts = CALIB_COUNTS_ROWS,
        .sees_documents = true,
        .plan = plan_gptq,
    };
    return &gptq_document;
}

const calib_sampler *calib_sampler_wanda_document(void)
{
    static const calib_sampler wanda_document = {
        .name = "wanda-document",
        .line = "wanda, sparsegpt on c4: a window of a drawn document longer than seq_len",
        .counts = CALIB_COUNTS_ROWS,
        .sees_documents = true,
        .plan = plan_wanda,
    };
    return &wanda_document;
}
