/* SPDX-License-Identifier: MIT */
/* Arrow arrays with numbers that are not true: lengths, offsets, indices and views come from the
 * input. Only what Arrow itself does not tell is honest: buffers are as long as the length and the
 * last offset say. No document is made of bytes beside them, which the sanitizers check. */
#include "arrow.h"
#include "documents.h"
#include "documents/spool.h"

typedef struct input {
    const uint8_t *data;
    size_t size;
} input;

static uint8_t take(input *in)
{
    if (in->size == 0)
        return 0;
    in->size--;
    return *in->data++;
}

static int64_t take_number(input *in)
{
    uint8_t low = take(in);
    return (int8_t)take(in) * 256 + low;
}

/* Lengths and offsets are mostly small, and sometimes absurd. */
static int64_t take_length(input *in)
{
    static const int64_t odd[] = {-1, INT64_MIN, INT64_MAX, INT64_MAX / 2};
    uint8_t value = take(in);
    return value < 252 ? value % 16 : odd[value - 252];
}

static void take_shape(input *in, struct ArrowArray *array)
{
    array->length = take_length(in);
    array->offset = take_length(in);
}

/* Entries that an array's first buffers have room for. */
static size_t n_entries(const struct ArrowArray *array)
{
    bool absurd =
        array->length < 0 || array->offset < 0 || array->length > 16 || array->offset > 16;
    return absurd ? 0 : (size_t)(array->length + array->offset);
}

static void *take_bytes(input *in, test_blocks *blocks, size_t n)
{
    uint8_t bytes[1 << 15];
    for (size_t i = 0; i < n; i++)
        bytes[i] = take(in);
    return test_own(blocks, bytes, n);
}

static void *take_offsets(input *in, test_blocks *blocks, size_t n, size_t width, int64_t *last)
{
    uint8_t bytes[64 * 8];
    for (size_t i = 0; i <= n; i++) {
        int64_t wide = take_number(in);
        int32_t narrow = (int32_t)wide;
        memcpy(bytes + i * width, width == 8 ? (void *)&wide : (void *)&narrow, width);
        *last = wide;
    }
    return test_own(blocks, bytes, (n + 1) * width);
}

static struct ArrowArray *take_array(input *in, test_blocks *blocks, int n_buffers)
{
    struct ArrowArray shape = {0};
    take_shape(in, &shape);
    const void *buffers[5] = {NULL};
    struct ArrowArray *array = test_array(blocks, shape.length, n_buffers, buffers);
    array->offset = shape.offset;
    if (take(in) & 1)
        array->buffers[0] = take_bytes(in, blocks, (n_entries(array) + 7) / 8);
    return array;
}

static struct ArrowArray *take_strings(input *in, test_blocks *blocks, const char *format)
{
    if (format[0] == 'v') {
        struct ArrowArray *array = take_array(in, blocks, 5);
        int64_t lengths[] = {take(in), take(in)};
        array->buffers[1] = take_bytes(in, blocks, n_entries(array) * 16);
        array->buffers[2] = take_bytes(in, blocks, (size_t)lengths[0]);
        array->buffers[3] = take_bytes(in, blocks, (size_t)lengths[1]);
        array->buffers[4] = test_own(blocks, lengths, sizeof lengths);
        return array;
    }
    struct ArrowArray *array = take_array(in, blocks, 3);
    int64_t last = 0;
    array->buffers[1] = take_offsets(in, blocks, n_entries(array), format[0] == 'U' ? 8 : 4, &last);
    array->buffers[2] = take_bytes(in, blocks, last > 0 ? (size_t)last : 0);
    return array;
}

static struct ArrowSchema words = {.format = "u", .name = "text"};
static struct ArrowSchema *word_columns[] = {&words};
static struct ArrowSchema table = {.format = "+s", .n_children = 1, .children = word_columns};
static struct ArrowSchema list = {.format = "+l", .n_children = 1, .children = word_columns};
static struct ArrowSchema coded = {.format = "c", .dictionary = &words};

enum { WORDS, TABLE, LIST, CODED };

static struct ArrowArray *build(test_blocks *blocks, size_t batch, void *ctx)
{
    input *in = ctx;
    int shape = take(in) % 4;
    (void)batch;
    struct ArrowArray *inner = take_strings(in, blocks, words.format);
    if (shape == WORDS)
        return inner;
    struct ArrowArray *array = take_array(in, blocks, shape == TABLE ? 1 : 2);
    int64_t last;
    if (shape == LIST)
        array->buffers[1] = take_offsets(in, blocks, n_entries(array), 4, &last);
    if (shape == CODED)
        array->buffers[1] = take_bytes(in, blocks, n_entries(array));
    if (shape == CODED)
        array->dictionary = inner;
    else
        test_set_children(blocks, array, 1, &inner);
    return array;
}

static int echo(void *ctx, const char *record, size_t len, calib_put_fn put, void *put_ctx)
{
    (void)ctx;
    return put(put_ctx, record, len, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const formats[] = {"u", "U", "vu"};
    static struct ArrowSchema *const schemas[] = {&words, &table, &list, &coded};
    if (size < 2)
        return 0;
    input in = {data + 1, size - 1};
    int shape = data[1] % 4;
    words.format = formats[data[0] % 3];
    test_stream source = {.schema = schemas[shape], .build = build, .ctx = &in, .n_batches = 1};
    struct ArrowArrayStream stream = test_stream_begin(&source);
    struct calib_documents documents = {.struct_size = sizeof documents,
                                        .format = CALIB_DOCUMENTS_ARROW,
                                        .flags = CALIB_DOCUMENTS_SKIP_MALFORMED,
                                        .arrow = &stream};
    if (shape == LIST || data[0] & 128)
        documents.render = echo;
    calib_documents_settings settings;
    calib_spool spool = {0};
    calib_splitting *reading;
    fuzz_documents out = {0};
    MUST(calib_documents_settings_read(&documents, &settings) == CALIB_OK);
    int status = calib_spool_fill(&spool, &settings, "fuzz");
    MUST((status == CALIB_OK || status == CALIB_E_RECORD) && source.n_open == 0);
    MUST(calib_splitting_begin(&settings, "fuzz", (calib_document_sink){fuzz_put, &out},
                               &reading) == CALIB_OK);
    MUST(status || calib_spool_read(&spool, reading) == CALIB_OK);
    calib_splitting_free(reading);
    calib_spool_free(&spool);
    calib_documents_settings_free(&settings);
    calib_buffer_free(&out.bytes);
    return 0;
}
