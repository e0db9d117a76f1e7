/* SPDX-License-Identifier: MIT */
/* The table of samplers, row numbers without a corpus, and the interface of samplers: spans,
 * documents and draws, with samplers of this file. */
#include "sample/gather.h"
#include "test.h"

/* ---- the list ---- */

typedef struct listing {
    int n, n_mlx, stop_with;
} listing;

static int take_sampler(void *ctx, const char *name, const char *line)
{
    listing *seen = ctx;
    seen->n++;
    seen->n_mlx += strcmp(name, "mlx") == 0;
    assert_true(strlen(line) > 10 && !strchr(line, '\n'));
    calib_load(NULL, 1, 1, 0, NULL); /* fails; its error must not remain */
    return seen->stop_with;
}

static void list_has_mlx(void **unused)
{
    (void)unused;
    listing seen = {0};
    assert_ok(calib_sampler_list(take_sampler, &seen));
    assert_string_equal(last_message(), "");
    assert_int_equal(seen.n_mlx, 1);
    listing stopped = {.stop_with = 7};
    calib_error error = {.struct_size = sizeof error};
    assert_status(calib_sampler_list(take_sampler, &stopped), CALIB_E_CANCELLED);
    assert_ok(calib_last_error(&error));
    assert_int_equal(error.callback_result, 7);
    assert_int_equal(stopped.n, 1);
    assert_status(calib_sampler_list(NULL, NULL), CALIB_E_ARGUMENT);
    assert_message("fn is NULL");
}

static void found_by_name(void **unused)
{
    (void)unused;
    const calib_sampler *sampler = NULL;
    assert_ok(calib_sampler_find(NULL, &sampler));
    assert_ptr_equal(sampler, calib_sampler_mlx());
    sampler = NULL;
    assert_ok(calib_sampler_find("mlx", &sampler));
    assert_ptr_equal(sampler, calib_sampler_mlx());
    static const char *const unknown[] = {"", "MLX", "mlx ", "ml"};
    for (size_t i = 0; i < 4; i++) {
        sampler = NULL;
        assert_status(calib_sampler_find(unknown[i], &sampler), CALIB_E_ARGUMENT);
        assert_message("known samplers: mlx");
        assert_message(unknown[i]);
        assert_null(sampler);
    }
}

/* ---- row numbers ---- */

enum { MOST_ROWS = 1000 };

/* The numbers are where the rows of calib_load_from() start. Returns how many there are. */
static size_t check_numbers(const calib_sampling *how, size_t n_available, int64_t n_samples,
                            uint64_t seed)
{
    static const char text[3 * MOST_ROWS];
    uint64_t rows[MOST_ROWS + 1];
    size_t n = 0, seq_len = 3;
    test_setup setup = text_setup(text, n_available * seq_len);
    setup.options.flags = CALIB_NO_TOKEN_STORE;
    calib_samples *samples;
    assert_ok(test_load(calib_bytes_tokenizer(), n_samples, seq_len, seed, &setup, how, &samples));
    assert_true(samples->n_rows <= MOST_ROWS);
    rows[samples->n_rows] = 12345;
    assert_ok(calib_sampler_rows(how, n_available, n_samples, seed, rows, samples->n_rows, &n));
    assert_int_equal(n, samples->n_rows);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(rows[i] * seq_len, samples->offsets[i]);
    assert_int_equal(rows[n], 12345);
    calib_samples_free(samples);
    return n;
}

static void numbers_are_the_rows(void **unused)
{
    (void)unused;
    static const size_t available[] = {1, 2, 7, 62, MOST_ROWS};
    static const int64_t asked[] = {0, -1, INT64_MIN, 1, 5, 62, 5000, INT64_MAX};
    for (size_t i = 0; i < 5 * 8; i++)
        for (uint64_t seed = 0; seed < 3; seed++)
            check_numbers(NULL, available[i % 5], asked[i / 5], seed << 31 | seed);
    calib_sampling skipping = {.struct_size = sizeof skipping, .skip = 2};
    check_numbers(&skipping, 10, 10, 123);
}

/* The ranks' numbers, joined in order, are those of one process. */
static void ranks_join(void **unused)
{
    (void)unused;
    uint64_t whole[62], joined[63];
    for (int64_t asked = 0; asked <= 65; asked++)
        for (uint32_t world = 1; world <= 7; world++) {
            size_t n_whole, at = 0, n;
            assert_ok(calib_sampler_rows(NULL, 62, asked, 77, whole, 62, &n_whole));
            for (uint32_t rank = 0; rank < world; rank++) {
                calib_sampling how = {.struct_size = sizeof how, .rank = rank, .world = world};
                assert_ok(calib_sampler_rows(&how, 62, asked, 77, joined + at, 62 - at, &n));
                at += n;
            }
            assert_int_equal(at, n_whole);
            assert_memory_equal(joined, whole, n_whole * sizeof *whole);
        }
    calib_sampling last = {.struct_size = sizeof last, .rank = 1, .world = 3};
    assert_int_equal(check_numbers(&last, 62, 10, 1), 3);
    last.rank = 2, last.world = 1000;
    assert_int_equal(check_numbers(&last, 62, 2, 1), 0);
}

static void room_is_checked(void **unused)
{
    (void)unused;
    uint64_t rows[10] = {0};
    size_t n = 0;
    assert_status(calib_sampler_rows(NULL, 100, 10, 0, NULL, 0, &n), CALIB_E_ARGUMENT);
    assert_int_equal(n, 10);
    n = 0;
    assert_status(calib_sampler_rows(NULL, 100, 10, 0, rows, 9, &n), CALIB_E_ARGUMENT);
    assert_message("cap is 9, but there are 10 rows");
    assert_int_equal(n, 10);
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(rows[i], 0);
    assert_ok(calib_sampler_rows(NULL, 100, 10, 0, rows, 10, &n));
}

static void refuse_numbers(const calib_sampling *how, uint64_t n_available, int status,
                           const char *names)
{
    uint64_t rows[4];
    size_t n = 99;
    assert_status(calib_sampler_rows(how, n_available, 4, 0, rows, 4, &n), status);
    assert_message(names);
    assert_int_equal(n, 99);
}

static void bad_arguments(void **unused)
{
    (void)unused;
    uint64_t row;
    size_t n;
    assert_status(calib_sampler_rows(NULL, 1, 1, 0, &row, 1, NULL), CALIB_E_ARGUMENT);
    assert_message("n is NULL");
    assert_status(calib_sampler_rows(NULL, 1, 1, 0, NULL, 1, &n), CALIB_E_ARGUMENT);
    assert_message("rows is NULL");
    refuse_numbers(NULL, 0, CALIB_E_TOO_SHORT, "n_available is 0");
    refuse_numbers(NULL, UINT64_C(1) << 31, CALIB_E_ARGUMENT, "2^31 - 1");
    refuse_numbers(NULL, UINT64_MAX, CALIB_E_ARGUMENT, "2^31 - 1");
    calib_sampling how = {.struct_size = sizeof how, .rank = 2, .world = 2};
    refuse_numbers(&how, 10, CALIB_E_ARGUMENT, "rank 2");
    how = (calib_sampling){.struct_size = sizeof how, .flags = 2};
    refuse_numbers(&how, 10, CALIB_E_ARGUMENT, "0x2");
    how = (calib_sampling){.struct_size = sizeof how, .bos = 3};
    refuse_numbers(&how, 10, CALIB_E_ARGUMENT, "bos");
    how = (calib_sampling){.struct_size = sizeof how, .flags = CALIB_SAMPLING_STRICT};
    refuse_numbers(&how, 3, CALIB_E_SHORTFALL, "4 rows");
    how = (calib_sampling){.struct_size = sizeof how, .sampler = "none"};
    refuse_numbers(&how, 10, CALIB_E_ARGUMENT, "\"none\" is unknown; known samplers: mlx");
    how = (calib_sampling){.struct_size = 3};
    refuse_numbers(&how, 10, CALIB_E_ARGUMENT, "calib_sampling");
    /* The policy for BOS is about tokens and has no effect on numbers. */
    for (uint32_t bos = CALIB_BOS_OVERWRITE; bos <= CALIB_BOS_PREPEND; bos++) {
        how = (calib_sampling){.struct_size = sizeof how, .bos = bos};
        assert_ok(calib_sampler_rows(&how, 1, 1, 0, &row, 1, &n));
    }
}

/* ---- the interface ---- */

/* Documents of 0 to 9 ids; id j of document d is 100 d + j. */
enum { N_DOCUMENTS = 50 };

static int length_of(void *ctx, uint64_t document, uint64_t *n_tokens)
{
    int *n_asked = ctx;
    assert_true(document < N_DOCUMENTS);
    *n_tokens = document * 7 % 10;
    ++*n_asked;
    return CALIB_OK;
}

static int tokens_of(void *ctx, uint64_t document, uint64_t first, size_t n, int32_t *out)
{
    (void)ctx;
    assert_true(first + n <= document * 7 % 10);
    for (size_t i = 0; i < n; i++)
        out[i] = (int32_t)(document * 100 + first + i);
    return CALIB_OK;
}

/* Documents joined and cut into rows: a row has as many spans as it needs. */
static int plan_joined(const calib_sampler_input *input, const calib_row_sink *sink)
{
    const calib_view *view = input->view;
    calib_row_counts counts = {.n_available = view->n_documents};
    uint64_t lengths[N_DOCUMENTS], first, n, document = 0, at = 0;
    for (uint64_t i = 0; i < view->n_documents; i++) {
        assert_ok(view->length(view->ctx, i, &lengths[i]));
        counts.n_rows += lengths[i];
    }
    counts.n_dropped = counts.n_rows % input->seq_len;
    counts.n_rows /= input->seq_len;
    int status = sink->begin(sink->ctx, &counts, &first, &n);
    for (uint64_t row = 0; !status && row < first + n; row++) {
        calib_span spans[N_DOCUMENTS];
        size_t n_spans = 0;
        for (uint64_t left = input->seq_len; left;) {
            uint64_t take = lengths[document] - at < left ? lengths[document] - at : left;
            if (take)
                spans[n_spans++] = (calib_span){document, at, take};
            at += take, left -= take;
            if (at == lengths[document])
                document++, at = 0;
        }
        if (row >= first)
            status = sink->put(sink->ctx, spans, n_spans);
    }
    return status;
}

/* Draws with replacement of one document each, as long as it is. */
static int plan_draws(const calib_sampler_input *input, const calib_row_sink *sink)
{
    calib_row_counts counts = {.n_available = UINT64_MAX, .n_rows = (uint64_t)input->n_samples};
    uint64_t first, n, state = input->seed;
    int status = sink->begin(sink->ctx, &counts, &first, &n);
    for (uint64_t row = 0; !status && row < first + n; row++) {
        calib_span span = {.document = 1 + state % 3};
        state = state * 5 + 1;
        if (row < first)
            continue;
        status = input->view->length(input->view->ctx, span.document, &span.n);
        if (!status)
            status = sink->put(sink->ctx, &span, 1);
    }
    return status;
}

static const calib_sampler joined = {.name = "joined",
                                     .line = "documents joined, then cut into rows",
                                     .counts = CALIB_COUNTS_DOCUMENTS,
                                     .takes_all = true,
                                     .plan = plan_joined};
static const calib_sampler draws = {.name = "draws",
                                    .line = "one document drawn for each row",
                                    .counts = CALIB_COUNTS_DOCUMENTS,
                                    .plan = plan_draws};

static int place_of(void *ctx, uint64_t document, uint64_t first, calib_place *out)
{
    (void)ctx;
    *out = (calib_place){.document = document, .offset = first};
    return CALIB_OK;
}

static calib_sample_request request_for(const calib_sampler *sampler, int64_t n_samples,
                                        size_t seq_len, int *n_asked)
{
    static calib_progress silent;
    static calib_view view;
    view = (calib_view){n_asked, N_DOCUMENTS, length_of, tokens_of, place_of};
    return (calib_sample_request){.sampler = sampler,
                                  .world = 1,
                                  .n_samples = n_samples,
                                  .seq_len = seq_len,
                                  .bos_id = -1,
                                  .n_sources = 1,
                                  .views = &view,
                                  .progress = &silent};
}

/* 50 documents have 225 ids: 32 rows of 7, and one id is dropped. */
static void rows_of_several_spans(void **unused)
{
    (void)unused;
    int32_t stream[225];
    size_t n_stream = 0;
    for (size_t document = 0; document < N_DOCUMENTS; document++)
        for (size_t i = 0; i < document * 7 % 10; i++)
            stream[n_stream++] = (int32_t)(document * 100 + i);
    assert_int_equal(n_stream, 225);
    int n_asked = 0;
    size_t at = 0;
    calib_sample_request request = request_for(&joined, 0, 7, &n_asked);
    request.world = 3;
    for (request.rank = 0; request.rank < 3; request.rank++) {
        calib_samples *samples;
        assert_ok(calib_sample_check(&request));
        assert_ok(calib_sample_rows(&request, &samples));
        assert_memory_equal(samples->tokens, stream + at * 7, samples->n_rows * 7 * sizeof *stream);
        for (size_t i = 0; i < samples->n_rows; i++, at++)
            assert_int_equal(samples->offsets[i], stream[at * 7] % 100);
        assert_int_equal(samples->n_available, N_DOCUMENTS);
        assert_int_equal(samples->n_sampled, 32);
        assert_int_equal(samples->n_dropped, 1);
        calib_samples_free(samples);
    }
    assert_int_equal(at, 32);
}

static void documents_are_counted(void **unused)
{
    (void)unused;
    int n_asked = 0;
    calib_samples *samples;
    calib_sample_request request = request_for(&joined, 50, 7, &n_asked);
    request.flags = CALIB_SAMPLING_STRICT;
    assert_ok(calib_sample_rows(&request, &samples)); /* 32 rows, but all 50 documents */
    calib_samples_free(samples);
    request.n_samples = 51;
    assert_status(calib_sample_rows(&request, &samples), CALIB_E_SHORTFALL);
    assert_message("51 documents");
    uint64_t rows[1];
    size_t n;
    assert_status(calib_sample_numbers(&request, 10, rows, 1, &n), CALIB_E_ARGUMENT);
    assert_message("\"joined\"");
}

/* Draws are never short of rows, and a rank asks only for the lengths of its own. */
static void draws_with_replacement(void **unused)
{
    (void)unused;
    int n_asked = 0;
    calib_samples *samples;
    calib_sample_request request = request_for(&draws, 3, 7, &n_asked);
    request.flags = CALIB_SAMPLING_STRICT;
    request.seed = 3; /* draws documents 1, 2, 1, of 7, 4 and 7 ids */
    request.world = 3;
    for (request.rank = 0; request.rank < 3; request.rank += 2) {
        n_asked = 0;
        assert_ok(calib_sample_check(&request));
        assert_ok(calib_sample_rows(&request, &samples));
        assert_int_equal(n_asked, 1);
        assert_int_equal(samples->n_available, UINT64_MAX);
        assert_int_equal(samples->n_sampled, 3);
        assert_int_equal(samples->n_rows, 1);
        assert_int_equal(samples->tokens[6], 106);
        calib_samples_free(samples);
    }
    request.rank = 1;
    assert_status(calib_sample_rows(&request, &samples), CALIB_E_ARGUMENT);
    assert_message("row 0 has 4 tokens, fewer than seq_len 7");
}

static void fields_that_are_not_read(void **unused)
{
    (void)unused;
    int n_asked = 0;
    calib_sample_request request = request_for(&draws, 1, 7, &n_asked);
    assert_ok(calib_sample_check(&request));
    request.skip = 5;
    assert_status(calib_sample_check(&request), CALIB_E_ARGUMENT);
    assert_message("skip is 5");
    assert_message("\"draws\"");
    request.sampler = calib_sampler_mlx();
    assert_ok(calib_sample_check(&request));
    request.skip = 0;
    request.sampler = &draws;
    for (request.n_samples = -1; request.n_samples < 1; request.n_samples++) {
        assert_status(calib_sample_check(&request), CALIB_E_ARGUMENT);
        assert_message("n_samples is");
        assert_message("\"draws\"");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(list_has_mlx),           cmocka_unit_test(found_by_name),
        cmocka_unit_test(numbers_are_the_rows),   cmocka_unit_test(ranks_join),
        cmocka_unit_test(room_is_checked),        cmocka_unit_test(bad_arguments),
        cmocka_unit_test(rows_of_several_spans),  cmocka_unit_test(documents_are_counted),
        cmocka_unit_test(draws_with_replacement), cmocka_unit_test(fields_that_are_not_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
