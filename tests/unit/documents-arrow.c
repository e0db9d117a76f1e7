/* SPDX-License-Identifier: MIT */
/* Documents of Arrow streams: every type, arrays that lie, and each call that fails. */
#include "documents.h"

#include "arrow.h"
#include "documents/arrow_json.h"
#include "documents/spool.h"

#define ARROW .struct_size = sizeof(struct calib_documents), .format = CALIB_DOCUMENTS_ARROW

/* Spools a stream and reads it back. Whatever happens, all is released, once. */
static int run(const struct calib_documents *like, test_stream *source, test_documents *out)
{
    struct ArrowArrayStream stream = test_stream_begin(source);
    struct calib_documents documents = *like;
    calib_documents_settings settings;
    calib_spool spool = {0};
    calib_splitting *reading = NULL;
    out->text.len = 0;
    documents.arrow = &stream;
    int status = calib_documents_settings_read(&documents, &settings);
    assert_null(stream.release);
    if (!status) {
        status = calib_spool_fill(&spool, &settings, "table");
        assert_int_equal(source->n_open, 0);
    }
    if (!status)
        status = calib_splitting_begin(&settings, "table",
                                       (calib_document_sink){test_put_document, out}, &reading);
    if (!status)
        status = calib_spool_read(&spool, reading);
    if (!status)
        out->counts = calib_splitting_counts(reading);
    calib_splitting_free(reading);
    calib_spool_free(&spool);
    calib_documents_settings_free(&settings);
    assert_int_equal(source->n_open, 0);
    assert_false(source->released_twice);
    return status;
}

static void expect(const struct calib_documents *documents, test_stream *source,
                   const char *expected)
{
    test_documents out = {0};
    assert_ok(run(documents, source, &out));
    assert_ok(calib_buffer_append(&out.text, "", 1));
    assert_string_equal(out.text.data, expected);
    test_documents_clear(&out);
}

static void refuse(const struct calib_documents *documents, test_stream *source, int status,
                   const char *message)
{
    test_documents out = {0};
    assert_status(run(documents, source, &out), status);
    assert_message(message);
    test_documents_clear(&out);
}

/* ---- tables of strings ---- */

static struct ArrowSchema text_schema = {.format = "u", .name = "text"};
static struct ArrowSchema other_schema = {.format = "tdD", .name = "when"};
static struct ArrowSchema *columns[] = {&other_schema, &text_schema};
static struct ArrowSchema table = {.format = "+s", .n_children = 2, .children = columns};

static const char *const rows[] = {
    "a", "", NULL, "longer than twelve bytes", "é", "also longer than twelve"};
enum { N_ROWS = 6 };
static const char shown[] = "[a][][longer than twelve bytes][é][also longer than twelve]"
                            "[a][][longer than twelve bytes][é][also longer than twelve]";

static struct ArrowArray *build_strings(test_blocks *blocks)
{
    if (strcmp(text_schema.format, "vu") == 0)
        return test_views(blocks, rows, N_ROWS);
    return test_strings(blocks, text_schema.format[0] == 'U' ? 8 : 4, rows, N_ROWS);
}

static struct ArrowArray *build_table(test_blocks *blocks, size_t batch, void *ctx)
{
    (void)batch, (void)ctx;
    struct ArrowArray *all[] = {test_strings(blocks, 4, rows, 0), build_strings(blocks)};
    return test_struct(blocks, N_ROWS, 2, all);
}

static void strings(void **unused)
{
    (void)unused;
    static const char *const formats[] = {"u", "U", "vu"};
    test_stream source = {.schema = &table, .build = build_table, .n_batches = 2};
    struct calib_documents documents = {ARROW, .flags = CALIB_DOCUMENTS_SKIP_MALFORMED};
    for (size_t i = 0; i < 3; i++) {
        text_schema.format = formats[i];
        documents.field = NULL;
        expect(&documents, &source, shown);
        documents.field = "text";
        expect(&documents, &source, shown);
        refuse(&(struct calib_documents){ARROW}, &source, CALIB_E_RECORD,
               "table, record 2: the record is malformed: it is null");
    }
    text_schema.format = "u";
    test_documents out = {0};
    assert_ok(run(&documents, &source, &out));
    assert_int_equal(out.counts.malformed, 2);
    assert_int_equal(out.counts.records, 12);
    test_documents_clear(&out);
    source.n_batches = 0;
    expect(&documents, &source, "");
}

static struct ArrowArray *build_column(test_blocks *blocks, size_t batch, void *ctx)
{
    (void)batch, (void)ctx;
    struct ArrowArray *array = build_strings(blocks);
    array->offset = 3;
    array->length = 2;
    return array;
}

/* The schema itself may be a column of strings. */
static void one_column(void **unused)
{
    (void)unused;
    test_stream source = {.schema = &text_schema, .build = build_column, .n_batches = 1};
    static const char *const formats[] = {"u", "U", "vu"};
    for (size_t i = 0; i < 3; i++) {
        text_schema.format = formats[i];
        expect(&(struct calib_documents){ARROW}, &source, "[longer than twelve bytes][é]");
    }
    text_schema.format = "u";
    refuse(&(struct calib_documents){ARROW, .field = "a"}, &source, CALIB_E_ARGUMENT,
           "table: the Arrow stream has no column \"a\"");
}

static struct ArrowArray *build_offset(test_blocks *blocks, size_t batch, void *ctx)
{
    struct ArrowArray *array = build_table(blocks, batch, ctx);
    array->offset = 2;
    array->length = 3;
    array->children[1]->offset = 1;
    array->children[1]->length = 5;
    return array;
}

/* Row 0 of the table is row 2 of its children, which is row 3 of the strings. */
static void offsets(void **unused)
{
    (void)unused;
    test_stream source = {.schema = &table, .build = build_offset, .n_batches = 1};
    expect(&(struct calib_documents){ARROW}, &source,
           "[longer than twelve bytes][é][also longer than twelve]");
}

static struct ArrowSchema words_schema = {.format = "vu"};
static struct ArrowSchema coded_schema = {
    .format = "c", .name = "only", .dictionary = &words_schema};
static struct ArrowSchema *coded_columns[] = {&coded_schema};
static struct ArrowSchema coded = {.format = "+s", .n_children = 1, .children = coded_columns};

static struct ArrowArray *build_coded(test_blocks *blocks, size_t batch, void *ctx)
{
    (void)batch;
    static const int8_t indices[] = {3, 0, 0, 4, 1, 5};
    static const uint8_t valid = 0x3b;
    int8_t mine[6];
    memcpy(mine, indices, 6);
    if (ctx)
        mine[4] = *(const int8_t *)ctx;
    const void *buffers[] = {test_own(blocks, &valid, 1), test_own(blocks, mine, 6)};
    struct ArrowArray *array = test_array(blocks, 6, 2, buffers);
    array->dictionary = test_views(blocks, rows, N_ROWS);
    return test_struct(blocks, 6, 1, &array);
}

static void dictionaries(void **unused)
{
    (void)unused;
    test_stream source = {.schema = &coded, .build = build_coded, .n_batches = 1};
    struct calib_documents skip = {ARROW, .flags = CALIB_DOCUMENTS_SKIP_MALFORMED};
    expect(&skip, &source, "[longer than twelve bytes][a][é][][also longer than twelve]");
    int8_t null_value = 2, beyond = 6, negative = -1;
    source.ctx = &null_value;
    expect(&skip, &source, "[longer than twelve bytes][a][é][also longer than twelve]");
    source.ctx = &beyond;
    refuse(&skip, &source, CALIB_E_RECORD, "an index is beyond its dictionary");
    source.ctx = &negative;
    refuse(&skip, &source, CALIB_E_RECORD, "an index is beyond its dictionary");
}

/* ---- rows as JSON ---- */

static struct ArrowSchema role = {.format = "u", .name = "role"};
static struct ArrowSchema content = {.format = "vu", .name = "content"};
static struct ArrowSchema *message_columns[] = {&role, &content};
static struct ArrowSchema message = {.format = "+s", .n_children = 2, .children = message_columns};
static struct ArrowSchema *items[] = {&message};
static struct ArrowSchema messages = {
    .format = "+l", .name = "messages", .n_children = 1, .children = items};
static struct ArrowSchema *chat_columns[] = {&messages};
static struct ArrowSchema chats = {.format = "+s", .n_children = 1, .children = chat_columns};

/* Three chats: of two messages, none, and one. */
static struct ArrowArray *build_chats(test_blocks *blocks, size_t batch, void *ctx)
{
    (void)batch;
    static const char *const roles[] = {"user", "assistant", "user"};
    static const char *const contents[] = {"hi \"you\"\n", "a reply that is a little longer", "x"};
    int32_t ends[] = {0, 2, 2, 3};
    if (ctx)
        memcpy(ends, ctx, sizeof ends);
    struct ArrowArray *both[] = {test_strings(blocks, 4, roles, 3),
                                 test_views(blocks, contents, 3)};
    struct ArrowArray *inner = test_struct(blocks, 3, 2, both);
    const void *buffers[] = {NULL, test_own(blocks, ends, sizeof ends)};
    struct ArrowArray *list = test_array(blocks, 3, 2, buffers);
    test_set_children(blocks, list, 1, &inner);
    return test_struct(blocks, 3, 1, &list);
}

static void chatml(void **unused)
{
    (void)unused;
    test_stream source = {.schema = &chats, .build = build_chats, .n_batches = 1};
    expect(&(struct calib_documents){ARROW, .renderer = CALIB_RENDERER_CHATML}, &source,
           "[s:<|im_start|>user\nhi \"you\"\n<|im_end|>\n<|im_start|>assistant\na reply that is a "
           "little longer<|im_end|>\n][][s:<|im_start|>user\nx<|im_end|>\n]");
    expect(&(struct calib_documents){ARROW, .field = "/messages/0/content",
                                     .flags = CALIB_DOCUMENTS_SKIP_MALFORMED},
           &source, "[hi \"you\"\n][x]");
    refuse(&(struct calib_documents){ARROW}, &source, CALIB_E_ARGUMENT,
           "the Arrow column \"messages\" holds no strings");
    static const int32_t bad[][4] = {
        {0, 4, 4, 4}, {0, -1, 2, 3}, {0, 3, 2, 3}, {-1, 2, 2, 3}, {0, 2, 3, 2}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int32_t ends[4];
        memcpy(ends, bad[i], sizeof ends);
        source.ctx = ends;
        refuse(&(struct calib_documents){ARROW, .renderer = CALIB_RENDERER_CHATML}, &source,
               CALIB_E_RECORD, "the offsets of a list are not ascending, or beyond its child");
    }
}

/* Puts the record itself. */
static int echo(void *ctx, const char *record, size_t len, calib_put_fn put, void *put_ctx)
{
    (void)ctx;
    return put(put_ctx, record, len, 0);
}

/* Three chats as above, with a date beside each, and in their messages a date, a coded blob and a
 * list of blobs. Of these only the lengths are given. */
static struct ArrowSchema blob = {.format = "z", .name = "blob"}, *blobs[] = {&blob};
static struct ArrowSchema coded_blob = {.format = "c", .name = "coded", .dictionary = &blob};
static struct ArrowSchema blob_list = {
    .format = "+l", .name = "list", .n_children = 1, .children = blobs};
static struct ArrowSchema *dated_columns[] = {&other_schema, &role, &coded_blob, &content,
                                              &blob_list};
static struct ArrowSchema dated_message = {
    .format = "+s", .n_children = 5, .children = dated_columns};
static struct ArrowSchema *dated_items[] = {&dated_message};
static struct ArrowSchema dated_messages = {
    .format = "+l", .name = "messages", .n_children = 1, .children = dated_items};
static struct ArrowSchema *dated_chat_columns[] = {&other_schema, &dated_messages};
static struct ArrowSchema dated_chats = {
    .format = "+s", .n_children = 2, .children = dated_chat_columns};

static struct ArrowArray *build_dated_chats(test_blocks *blocks, size_t batch, void *ctx)
{
    static const int8_t codes[] = {0, 0, 0};
    static const int32_t ends[] = {0, 0, 1, 1};
    struct ArrowArray *all = build_chats(blocks, batch, ctx);
    struct ArrowArray *inner = all->children[0]->children[0];
    struct ArrowArray *indices =
        test_array(blocks, 3, 2, (const void *[]){NULL, test_own(blocks, codes, sizeof codes)});
    struct ArrowArray *list =
        test_array(blocks, 3, 2, (const void *[]){NULL, test_own(blocks, ends, sizeof ends)});
    indices->dictionary = test_array(blocks, 1, 0, NULL);
    test_set_children(blocks, list, 1, (struct ArrowArray *[]){test_array(blocks, 1, 0, NULL)});
    struct ArrowArray *members[] = {test_array(blocks, 3, 0, NULL), inner->children[0], indices,
                                    inner->children[1], list};
    test_set_children(blocks, all->children[0], 1,
                      (struct ArrowArray *[]){test_struct(blocks, 3, 5, members)});
    return test_struct(blocks, 3, 2,
                       (struct ArrowArray *[]){test_array(blocks, 3, 0, NULL), all->children[0]});
}

/* ChatML needs of a table what it reads; a renderer of the caller gets all of a row. */
static void chatml_among_other_types(void **unused)
{
    (void)unused;
    test_stream source = {.schema = &dated_chats, .build = build_dated_chats, .n_batches = 1};
    struct calib_documents documents = {ARROW, .renderer = CALIB_RENDERER_CHATML};
    expect(&documents, &source,
           "[s:<|im_start|>user\nhi \"you\"\n<|im_end|>\n<|im_start|>assistant\na reply that is a "
           "little longer<|im_end|>\n][][s:<|im_start|>user\nx<|im_end|>\n]");
    source.schema = &table;
    source.build = build_table;
    refuse(&documents, &source, CALIB_E_ARGUMENT,
           "the Arrow stream has no column \"messages\": ChatML reads no other");
    source.schema = &dated_chats;
    source.build = build_dated_chats;
    documents = (struct calib_documents){ARROW, .render = echo};
    refuse(&documents, &source, CALIB_E_UNSUPPORTED,
           "the Arrow column \"when\" has the type \"tdD\"");
    documents.field = "messages";
    refuse(&documents, &source, CALIB_E_UNSUPPORTED,
           "the Arrow column \"when\" has the type \"tdD\"");
}

static struct ArrowArray *build_numbers(test_blocks *blocks, size_t batch, void *ctx)
{
    (void)batch, (void)ctx;
    static const int8_t tiny[] = {-128, 127};
    static const uint16_t small[] = {0, 65535};
    static const int32_t middle[] = {INT32_MIN, 7};
    static const int64_t large[] = {INT64_MIN, INT64_MAX};
    static const uint64_t huge[] = {UINT64_MAX, 0};
    static const float single[] = {0.5f, -1e30f};
    double whole[] = {0.1, 0};
    static const uint8_t truth = 2, valid = 1;
    whole[1] = whole[1] / whole[1];
#define COLUMN(values, validity)                                                                   \
    test_array(blocks, 2, 2, (const void *[]){validity, test_own(blocks, values, sizeof(values))})
    struct ArrowArray *fixed = test_array(blocks, 2, 1, (const void *[]){NULL});
    static const char *const four[] = {"w", "x", "y\x01", NULL};
    test_set_children(blocks, fixed, 1, (struct ArrowArray *[]){test_strings(blocks, 8, four, 4)});
    struct ArrowArray *all[] = {
        COLUMN(tiny, NULL),
        COLUMN(small, NULL),
        COLUMN(middle, test_own(blocks, &valid, 1)),
        COLUMN(large, NULL),
        COLUMN(huge, NULL),
        COLUMN(single, NULL),
        COLUMN(whole, NULL),
        test_array(blocks, 2, 2, (const void *[]){NULL, test_own(blocks, &truth, 1)}),
        test_array(blocks, 2, 0, NULL),
        fixed,
    };
    return test_struct(blocks, 2, 10, all);
}

static void all_types(void **unused)
{
    (void)unused;
    static const char *const formats[] = {"c", "S", "i", "l", "L", "f", "g", "b", "n", "+w:2"};
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h", "\"", NULL};
    struct ArrowSchema pair = {.format = "U", .name = "item"}, *pairs[] = {&pair};
    struct ArrowSchema all[10], *children[10];
    for (size_t i = 0; i < 10; i++) {
        all[i] = (struct ArrowSchema){.format = formats[i], .name = names[i]};
        children[i] = &all[i];
    }
    all[9].n_children = 1;
    all[9].children = pairs;
    struct ArrowSchema schema = {.format = "+s", .n_children = 10, .children = children};
    test_stream source = {.schema = &schema, .build = build_numbers, .n_batches = 1};
    struct calib_documents documents = {ARROW, .render = echo};
    expect(&documents, &source,
           "[{\"a\":-128,\"b\":0,\"c\":-2147483648,\"d\":-9223372036854775808,"
           "\"e\":18446744073709551615,\"f\":0.5,\"g\":0.10000000000000001,\"h\":false,"
           "\"\\\"\":null,\"\":[\"w\",\"x\"]}]"
           "[{\"a\":127,\"b\":65535,\"c\":null,\"d\":9223372036854775807,\"e\":0,"
           "\"f\":-1.00000002e+30,\"g\":null,\"h\":true,\"\\\"\":null,\"\":[\"y\\u0001\",null]}]");
    documents.field = "c";
    documents.flags = CALIB_DOCUMENTS_SKIP_MALFORMED;
    expect(&documents, &source, "[-2147483648]");
    documents.flags = 0;
    refuse(&documents, &source, CALIB_E_RECORD, "record 1: the record is malformed: it is null");
}

/* ---- what is refused ---- */

static void schemas(void **unused)
{
    (void)unused;
    struct ArrowSchema when = {.format = "tdD", .name = "when"}, *one[] = {&when};
    struct ArrowSchema only = {.format = "+s", .n_children = 1, .children = one};
    struct ArrowSchema list = {.format = "+l", .name = "list"}, *lists[] = {&list};
    struct ArrowSchema bad_list = {.format = "+s", .n_children = 1, .children = lists};
    struct ArrowSchema no_format = {.name = "x"};
    struct ArrowSchema null_child = {
        .format = "+s", .n_children = 1, .children = (struct ArrowSchema *[]){NULL}};
    struct ArrowSchema negative = {.format = "+s", .n_children = -1};
    struct ArrowSchema coded_by_text = {.format = "u", .dictionary = &text_schema};
    const struct {
        struct ArrowSchema *schema;
        const char *field;
        int status;
        const char *message;
    } cases[] = {
        {&table, "no", CALIB_E_ARGUMENT, "the Arrow stream has no column \"no\""},
        {&table, "when", CALIB_E_UNSUPPORTED, "the Arrow column \"when\" has the type \"tdD\""},
        {&only, NULL, CALIB_E_UNSUPPORTED, "table: the Arrow column \"when\" has the type \"tdD\""},
        {&bad_list, NULL, CALIB_E_RECORD, "wrong number of children"},
        {&no_format, NULL, CALIB_E_RECORD, "table: the Arrow schema is invalid"},
        {&null_child, NULL, CALIB_E_RECORD, "table: the Arrow schema is invalid"},
        {&negative, NULL, CALIB_E_RECORD, "table: the Arrow schema is invalid"},
        {&coded_by_text, NULL, CALIB_E_RECORD, "the indices of a dictionary are not integers"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        test_stream source = {.schema = cases[i].schema, .build = build_table, .n_batches = 1};
        refuse(&(struct calib_documents){ARROW, .field = cases[i].field}, &source, cases[i].status,
               cases[i].message);
    }
    struct ArrowSchema deep[CALIB_ARROW_DEPTH + 1], *inner[CALIB_ARROW_DEPTH + 1];
    for (size_t i = 0; i <= CALIB_ARROW_DEPTH; i++) {
        deep[i] = (struct ArrowSchema){.format = "+l", .n_children = 1, .children = &inner[i]};
        inner[i] = i < CALIB_ARROW_DEPTH ? &deep[i + 1] : &text_schema;
    }
    test_stream source = {.schema = deep, .n_batches = 0};
    refuse(&(struct calib_documents){ARROW, .render = echo}, &source, CALIB_E_UNSUPPORTED,
           "nested deeper");
}

typedef void (*test_lie)(struct ArrowArray *table);

#define LIE(name, statement)                                                                       \
    static void name(struct ArrowArray *top)                                                       \
    {                                                                                              \
        struct ArrowArray *text = top->n_children == 2 ? top->children[1] : NULL;                  \
        (void)text;                                                                                \
        statement;                                                                                 \
    }

LIE(negative_length, text->length = -1)
LIE(negative_offset, text->offset = -1)
LIE(huge_length, text->length = INT64_MAX)
LIE(huge_offset, text->offset = INT64_MAX)
LIE(short_child, text->length--)
LIE(no_child, top->n_children = 1)
LIE(children_null, top->children = NULL)
LIE(child_null, top->children[1] = NULL)
LIE(child_released, text->release = NULL)
LIE(few_buffers, text->n_buffers--)
LIE(buffers_null, text->buffers = NULL)
LIE(values_null, text->buffers[1] = NULL)
LIE(data_null, text->buffers[2] = NULL)
LIE(table_length, top->length++)
LIE(table_negative, top->length = INT64_MIN)
LIE(table_offset, top->offset++)

/* The first long string is row 3. */
static void set_view(struct ArrowArray *top, size_t field, int32_t value)
{
    char *view = (char *)(uintptr_t)top->children[1]->buffers[1] + 3 * 16;
    memcpy(view + field, &value, sizeof value);
}

LIE(view_length, set_view(top, 0, -1))
LIE(view_longer, set_view(top, 0, 1000))
LIE(view_buffer, set_view(top, 8, 2))
LIE(view_negative_buffer, set_view(top, 8, -1))
LIE(view_offset, set_view(top, 12, 40))
LIE(view_negative_offset, set_view(top, 12, -1))
LIE(view_lengths, text->buffers[4] = NULL)
LIE(view_data, text->buffers[3] = NULL)

static struct ArrowArray *build_lie(test_blocks *blocks, size_t batch, void *ctx)
{
    struct ArrowArray *array = build_table(blocks, batch, NULL);
    (*(test_lie *)ctx)(array);
    return array;
}

static void set_offset(struct ArrowArray *text, size_t i, int32_t value)
{
    int32_t *offsets_of = (int32_t *)(uintptr_t)text->buffers[1];
    offsets_of[i] = value;
}

LIE(offset_negative, set_offset(text, 0, -1))
LIE(offset_descends, set_offset(text, 4, 0))
LIE(offset_beyond, set_offset(text, 1, 1000))

static void lies(void **unused)
{
    (void)unused;
    static const test_lie all[] = {negative_length, negative_offset, huge_length,    huge_offset,
                                   short_child,     no_child,        children_null,  child_null,
                                   child_released,  few_buffers,     buffers_null,   values_null,
                                   data_null,       table_length,    table_negative, table_offset,
                                   offset_negative, offset_descends, offset_beyond};
    static const test_lie of_views[] = {view_length,          view_longer, view_buffer,
                                        view_negative_buffer, view_offset, view_negative_offset,
                                        view_lengths,         view_data};
    struct calib_documents skip = {ARROW, .flags = CALIB_DOCUMENTS_SKIP_MALFORMED};
    test_stream source = {.schema = &table, .build = build_lie, .n_batches = 1};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        test_lie lie = all[i];
        source.ctx = &lie;
        refuse(&skip, &source, CALIB_E_RECORD, "table: an Arrow array is invalid");
    }
    text_schema.format = "vu";
    for (size_t i = 0; i < sizeof of_views / sizeof *of_views; i++) {
        test_lie lie = of_views[i];
        source.ctx = &lie;
        refuse(&skip, &source, CALIB_E_RECORD, "table: an Arrow array is invalid");
    }
    text_schema.format = "u";
}

static struct ArrowArray *build_bad_text(test_blocks *blocks, size_t batch, void *ctx)
{
    struct ArrowArray *array = build_table(blocks, batch, ctx);
    *(char *)(uintptr_t)array->children[1]->buffers[2] = (char)0xff;
    return array;
}

static void not_utf8(void **unused)
{
    (void)unused;
    test_stream source = {.schema = &table, .build = build_bad_text, .n_batches = 1};
    refuse(&(struct calib_documents){ARROW}, &source, CALIB_E_RECORD,
           "table, record 0: the record is malformed: the string is not UTF-8");
}

/* ---- failures ---- */

static void each_call_fails(void **unused)
{
    (void)unused;
    test_stream source = {.schema = &chats, .build = build_chats, .n_batches = 2};
    struct calib_documents documents = {ARROW, .renderer = CALIB_RENDERER_CHATML};
    test_documents out = {0};
    for (source.fail_at = 1; source.fail_at <= 4; source.fail_at++) {
        assert_status(run(&documents, &source, &out), CALIB_E_CALLBACK);
        assert_message(source.fail_at == 1 ? "table: get_schema of the Arrow stream failed with 5"
                                           : "get_next of the Arrow stream failed with 5: the disk "
                                             "is on fire");
        calib_error error = {.struct_size = sizeof error};
        assert_ok(calib_last_error(&error));
        assert_int_equal(error.callback_result, 5);
    }
    assert_ok(run(&documents, &source, &out));
    test_documents_clear(&out);
}

static int fail_at_fifth(void *ctx, const char *record, size_t len, calib_put_fn put, void *put_ctx)
{
    (void)record, (void)len;
    return ++*(int *)ctx == 5 ? -3 : put(put_ctx, "a", 1, 0);
}

static void renderer_fails(void **unused)
{
    (void)unused;
    int n_calls = 0;
    test_stream source = {.schema = &chats, .build = build_chats, .n_batches = 2};
    refuse(&(struct calib_documents){ARROW, .render = fail_at_fifth, .render_ctx = &n_calls},
           &source, CALIB_E_CALLBACK, "table, record 4: render failed with -3");
}

static size_t n_allocations, failing_allocation;

void *__real_realloc(void *data, size_t n);
void *__wrap_realloc(void *data, size_t n);

/* The library's buffers all grow by realloc(). */
void *__wrap_realloc(void *data, size_t n)
{
    return ++n_allocations == failing_allocation ? NULL : __real_realloc(data, n);
}

static void memory_fails(void **unused)
{
    (void)unused;
    test_stream source = {.schema = &chats, .build = build_chats, .n_batches = 2};
    struct calib_documents documents = {ARROW, .renderer = CALIB_RENDERER_CHATML};
    int status = CALIB_E_NOMEM;
    for (size_t k = 1; status; k++) {
        test_documents out = {0};
        n_allocations = 0;
        failing_allocation = k;
        status = run(&documents, &source, &out);
        assert_true(status == CALIB_OK ? n_allocations < k && k > 5 : status == CALIB_E_NOMEM);
        test_documents_clear(&out);
    }
    failing_allocation = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings),
        cmocka_unit_test(one_column),
        cmocka_unit_test(offsets),
        cmocka_unit_test(dictionaries),
        cmocka_unit_test(chatml),
        cmocka_unit_test(chatml_among_other_types),
        cmocka_unit_test(all_types),
        cmocka_unit_test(schemas),
        cmocka_unit_test(lies),
        cmocka_unit_test(not_utf8),
        cmocka_unit_test(each_call_fails),
        cmocka_unit_test(renderer_fails),
        cmocka_unit_test(memory_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
