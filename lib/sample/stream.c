/* SPDX-License-Identifier: MIT */
/* Samplers that cut the stream into rows and read no seed: "sequential" and "imatrix" take them in
 * order, "rows" takes those that are listed. */
#include "base/error.h"
#include "sample/sampler.h"

/* The stream and the rows that it is cut into; the last one may be short if short rows are padded.
 */
typedef struct calib_cut {
    uint64_t n_tokens, n_rows, tail;
} calib_cut;

static int cut(const calib_sampler_input *input, calib_cut *out)
{
    int status = input->view->length(input->view->ctx, 0, &out->n_tokens);
    out->n_rows = out->n_tokens / input->seq_len;
    out->tail = out->n_tokens % input->seq_len;
    if (input->pads && out->tail) {
        out->n_rows++;
        out->tail = 0;
    }
    return status;
}

static int put_row(const calib_sampler_input *input, const calib_row_sink *sink,
                   const calib_cut *stream, uint64_t number)
{
    uint64_t first = number * input->seq_len, left = stream->n_tokens - first;
    calib_span row = {.first = first, .n = left < input->seq_len ? left : input->seq_len};
    return sink->put(sink->ctx, &row, 1);
}

static int plan_in_order(const calib_sampler_input *input, const calib_row_sink *sink,
                         const calib_cut *stream)
{
    uint64_t first = 0, n = 0, available = stream->n_rows - input->first_row;
    bool all = input->n_samples <= 0 || (uint64_t)input->n_samples > available;
    calib_row_counts counts = {.n_available = available,
                               .n_rows = all ? available : (uint64_t)input->n_samples,
                               .n_dropped = stream->tail};
    int status = sink->begin(sink->ctx, &counts, &first, &n);
    for (uint64_t i = 0; !status && i < n; i++)
        status = put_row(input, sink, stream, input->first_row + first + i);
    return status;
}

static int plan_sequential(const calib_sampler_input *input, const calib_row_sink *sink)
{
    calib_cut stream;
    int status = cut(input, &stream);
    if (!status && stream.n_rows <= input->first_row)
        status =
            calib_fail(CALIB_E_TOO_SHORT,
                       "the corpus has %llu tokens, which make %llu rows of %zu, but the first "
                       "row is %llu",
                       (unsigned long long)stream.n_tokens, (unsigned long long)stream.n_rows,
                       input->seq_len, (unsigned long long)input->first_row);
    return status ? status : plan_in_order(input, sink, &stream);
}

/* llama.cpp asks for two rows, and for a token more if it leaves rows out. */
static int plan_imatrix(const calib_sampler_input *input, const calib_row_sink *sink)
{
    calib_cut stream;
    int status = cut(input, &stream);
    if (status)
        return status;
    uint64_t first_row = input->first_row;
    bool enough = stream.n_rows >= 2 && first_row <= stream.n_rows - 2 &&
                  (first_row == 0 || first_row < stream.n_rows - 2 || stream.tail > 0);
    if (!enough)
        return calib_fail(
            CALIB_E_TOO_SHORT,
            "llama.cpp wants two full rows behind first_row %llu, and a token more unless that is "
            "0: the corpus has %llu full rows and a tail of %llu tokens",
            (unsigned long long)first_row, (unsigned long long)stream.n_rows,
            (unsigned long long)stream.tail);
    return plan_in_order(input, sink, &stream);
}

static int check_number(const calib_sampler_input *input, const calib_cut *stream, uint64_t number)
{
    if (number < stream->n_rows)
        return CALIB_OK;
    if (number == stream->n_rows && stream->tail > 0)
        return calib_fail(CALIB_E_ARGUMENT,
                          "row %llu is the tail of the stream, %llu tokens: set short_rows to "
                          "CALIB_SHORT_PAD and pad_id to take it",
                          (unsigned long long)number, (unsigned long long)stream->tail);
    return calib_fail(CALIB_E_ARGUMENT, "row %llu of %zu tokens is not there, only %llu are",
                      (unsigned long long)number, input->seq_len,
                      (unsigned long long)stream->n_rows);
}

static int plan_listed(const calib_sampler_input *input, const calib_row_sink *sink)
{
    calib_cut stream;
    uint64_t first = 0, n = 0;
    int status = cut(input, &stream);
    for (size_t i = 0; !status && i < input->n_numbers; i++)
        status = check_number(input, &stream, input->numbers[i]);
    calib_row_counts counts = {
        .n_available = input->n_numbers, .n_rows = input->n_numbers, .n_dropped = stream.tail};
    if (!status)
        status = sink->begin(sink->ctx, &counts, &first, &n);
    for (uint64_t i = 0; !status && i < n; i++)
        status = put_row(input, sink, &stream, input->numbers[first + i]);
    return status;
}

const calib_sampler *calib_sampler_sequential(void)
{
    static const calib_sampler sequential = {
        .name = "sequential",
        .line = "rows of the stream in order, from first_row",
        .counts = CALIB_COUNTS_ROWS,
        .has_numbers = true,
        .takes_all = true,
        .reads = CALIB_READS_FIRST_ROW | CALIB_READS_SHORT,
        .plan = plan_sequential,
    };
    return &sequential;
}

const calib_sampler *calib_sampler_imatrix(void)
{
    static const calib_sampler imatrix = {
        .name = "imatrix",
        .line = "llama.cpp's imatrix: rows in order, BOS over the first token of each",
        .counts = CALIB_COUNTS_ROWS,
        .has_numbers = true,
        .takes_all = true,
        .overwrites_bos = true,
        .reads = CALIB_READS_FIRST_ROW,
        .plan = plan_imatrix,
    };
    return &imatrix;
}

const calib_sampler *calib_sampler_rows_listed(void)
{
    static const calib_sampler listed = {
        .name = "rows",
        .line = "exactly the rows of the stream that numbers lists",
        .counts = CALIB_COUNTS_ROWS,
        .has_numbers = true,
        .takes_all = true,
        .reads = CALIB_READS_NUMBERS | CALIB_READS_SHORT,
        .plan = plan_listed,
    };
    return &listed;
}
