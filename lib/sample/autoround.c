/* SPDX-License-Identifier: MIT */
/* auto-round's rows: the beginnings of documents that fill a row and do not mostly repeat one
 * token, in the order of Hugging Face's shuffle for sets and of Python's for files. */
#include "base/error.h"
#include "base/memory.h"
#include "sample/order.h"
#include "sample/picks.h"

#include <stdlib.h>

/* `ctx` is an empty buffer with room for one row, if a document has filled one. */
static int is_good(const calib_sampler_input *input, const calib_span *document, void *ctx,
                   bool *taken)
{
    const calib_view *view = input->view;
    calib_buffer *room = ctx;
    size_t seq_len = input->seq_len, repeated = 0;
    *taken = document->n >= seq_len;
    if (!*taken || seq_len <= 2)
        return CALIB_OK;
    int status = calib_buffer_reserve(room, seq_len * sizeof(int32_t));
    if (!status)
        status = view->tokens(view->ctx, document->document, 0, seq_len, room->data);
    if (status)
        return status;
    const int32_t *row = room->data;
    for (size_t i = 0; i < seq_len; i++)
        repeated += row[i] == row[seq_len - 1];
    *taken = repeated <= seq_len / 2;
    return CALIB_OK;
}

static int plan(const calib_sampler_input *input, const calib_row_sink *sink,
                calib_order_fn make_order)
{
    calib_picks picks = {0};
    uint32_t *order = NULL;
    calib_buffer room = {0};
    int status = make_order(input, input->view->n_documents, &order);
    calib_candidates candidates = {.order = order,
                                   .n = input->view->n_documents,
                                   .fits = is_good,
                                   .ctx = &room,
                                   .most = calib_limit(input),
                                   .enough = UINT64_MAX};
    if (!status)
        status = calib_pick(input, &candidates, &picks);
    free(order);
    calib_buffer_free(&room);
    if (!status)
        status = calib_plan_cut(input, sink, &picks, picks.n);
    calib_picks_free(&picks);
    return status;
}

static int plan_set(const calib_sampler_input *input, const calib_row_sink *sink)
{
    return plan(input, sink, calib_order_numpy);
}

static int plan_file(const calib_sampler_input *input, const calib_row_sink *sink)
{
    return plan(input, sink, calib_order_python);
}

const calib_sampler *calib_sampler_autoround(void)
{
    static const calib_sampler autoround = {
        .name = "autoround",
        .line = "auto-round: documents of at least seq_len in the order of datasets' shuffle, cut",
        .counts = CALIB_COUNTS_ROWS,
        .sees_documents = true,
        .takes_all = true,
        .plan = plan_set,
    };
    return &autoround;
}

const calib_sampler *calib_sampler_autoround_file(void)
{
    static const calib_sampler autoround_file = {
        .name = "autoround-file",
        .line = "auto-round on a local file: as autoround, in the order of Python's shuffle",
        .counts = CALIB_COUNTS_ROWS,
        .sees_documents = true,
        .takes_all = true,
        .plan = plan_file,
    };
    return &autoround_file;
}
