/* SPDX-License-Identifier: MIT */
/* Every sampler but mlx, by name, over documents of chosen lengths: the edges of its scheme. Which
 * rows each draws is compared with its peer in tests/samplers. */
#include "sample/gather.h"
#include "test.h"

/* Id j of document d is 100 d + j; the stream is the documents joined. Returns are counted. */
typedef struct corpus {
    const uint64_t *lengths;
    uint64_t n_documents, n_tokens;
    int32_t first_id; /* of the stream, or 0 */
    int n_lengths;    /* calls of length() */
} corpus;

static int length_of(void *ctx, uint64_t document, uint64_t *n_tokens)
{
    corpus *c = ctx;
    assert_true(document < c->n_documents);
    *n_tokens = c->lengths[document];
    c->n_lengths++;
    return CALIB_OK;
}

static int tokens_of(void *ctx, uint64_t document, uint64_t first, size_t n, int32_t *out)
{
    const corpus *c = ctx;
    assert_true(first + n <= c->lengths[document]);
    for (size_t i = 0; i < n; i++)
        out[i] = (int32_t)(document * 100 + first + i);
    return CALIB_OK;
}

static int place_of(void *ctx, uint64_t document, uint64_t first, calib_place *out)
{
    (void)ctx;
    *out = (calib_place){.document = document, .offset = first};
    return CALIB_OK;
}

static int stream_length(void *ctx, uint64_t document, uint64_t *n_tokens)
{
    (void)document;
    *n_tokens = ((corpus *)ctx)->n_tokens;
    return CALIB_OK;
}

static int stream_tokens(void *ctx, uint64_t document, uint64_t first, size_t n, int32_t *out)
{
    const corpus *c = ctx;
    (void)document;
    assert_true(first + n <= c->n_tokens);
    for (size_t i = 0; i < n; i++)
        out[i] = first + i == 0 ? c->first_id : (int32_t)(first + i);
    return CALIB_OK;
}

/* ---- asking ---- */

static calib_progress silent;
static corpus asked;

/* Samples with a vocabulary whose BOS is 77. */
static int ask(const calib_sampling *sampling, int64_t n_samples, size_t seq_len, uint64_t seed,
               calib_samples **out)
{
    calib_sample_request request = {.n_samples = n_samples,
                                    .seq_len = seq_len,
                                    .seed = seed,
                                    .bos_id = 77,
                                    .n_sources = 1,
                                    .progress = &silent};
    int status = calib_sample_configure(sampling, &request);
    if (!status)
        status = calib_sample_check(&request);
    if (status)
        return status;
    calib_view documents = {&asked, asked.n_documents, length_of, tokens_of, place_of};
    calib_view stream = {&asked, 1, stream_length, stream_tokens, place_of};
    request.views = request.sampler->sees_documents ? &documents : &stream;
    asked.n_lengths = 0;
    return calib_sample_rows(&request, out);
}

#define DOCUMENTS(...)                                                                             \
    do {                                                                                           \
        static const uint64_t lengths_[] = {__VA_ARGS__};                                          \
        asked = (corpus){.lengths = lengths_, .n_documents = sizeof lengths_ / sizeof *lengths_};  \
    } while (0)

static calib_sampling named(const char *name)
{
    return (calib_sampling){.struct_size = sizeof(calib_sampling), .sampler = name};
}

static calib_sampling padded(const char *name)
{
    calib_sampling how = named(name);
    how.short_rows = CALIB_SHORT_PAD;
    how.pad_id = 99999;
    return how;
}

/* Compares the rows with "document:offset+tokens ...". */
static void assert_rows(const calib_samples *samples, const char *expected)
{
    char is[1024] = "";
    size_t at = 0;
    for (size_t i = 0; i < samples->n_rows; i++) {
        int n = samples->lengths ? samples->lengths[i] : (int)samples->seq_len;
        at += (size_t)snprintf(is + at, sizeof is - at, "%s%d:%d+%d", i ? " " : "",
                               (int)samples->documents[i], (int)samples->offsets[i], n);
    }
    assert_string_equal(is, expected);
}

static void assert_sampled(const calib_sampling *how, int64_t n_samples, size_t seq_len,
                           uint64_t seed, const char *expected)
{
    calib_samples *samples = NULL;
    assert_ok(ask(how, n_samples, seq_len, seed, &samples));
    assert_rows(samples, expected);
    assert_int_equal(samples->n_sampled, samples->n_rows);
    calib_samples_free(samples);
}

static void assert_refused(const calib_sampling *how, int64_t n_samples, size_t seq_len, int status,
                           const char *message)
{
    calib_samples *samples = NULL;
    assert_status(ask(how, n_samples, seq_len, 0, &samples), status);
    assert_message(message);
    assert_null(samples);
}

/* ---- the stream in order ---- */

static void sequential(void **unused)
{
    (void)unused;
    asked = (corpus){.n_tokens = 23};
    calib_sampling how = named("sequential");
    assert_sampled(&how, 0, 5, 0, "0:0+5 0:5+5 0:10+5 0:15+5");
    assert_sampled(&how, 2, 5, 7, "0:0+5 0:5+5");
    assert_sampled(&how, 99, 5, 0, "0:0+5 0:5+5 0:10+5 0:15+5");
    assert_sampled(&how, 1, 23, 0, "0:0+23");
    assert_refused(&how, 1, 24, CALIB_E_TOO_SHORT, "23 tokens, which make 0 rows of 24");
    how.first_row = 3;
    assert_sampled(&how, 0, 5, 0, "0:15+5");
    how.first_row = 4;
    assert_refused(&how, 0, 5, CALIB_E_TOO_SHORT, "the first row is 4");
    how = padded("sequential");
    assert_sampled(&how, -1, 5, 0, "0:0+5 0:5+5 0:10+5 0:15+5 0:20+3");
    assert_sampled(&how, 1, 24, 0, "0:0+23");
    how.first_row = 4;
    assert_sampled(&how, 9, 5, 0, "0:20+3");
    how.first_row = UINT64_MAX;
    assert_refused(&how, 0, 5, CALIB_E_TOO_SHORT, "18446744073709551615");
}

static void sequential_counts(void **unused)
{
    (void)unused;
    calib_samples *samples;
    asked = (corpus){.n_tokens = 23};
    calib_sampling how = named("sequential");
    how.first_row = 1;
    how.flags = CALIB_SAMPLING_STRICT;
    assert_ok(ask(&how, 3, 5, 0, &samples));
    assert_int_equal(samples->n_available, 3);
    assert_int_equal(samples->n_dropped, 3);
    calib_samples_free(samples);
    assert_refused(&how, 4, 5, CALIB_E_SHORTFALL, "4 rows");
    how.short_rows = CALIB_SHORT_PAD;
    assert_ok(ask(&how, 4, 5, 0, &samples));
    assert_int_equal(samples->n_available, 4);
    assert_int_equal(samples->n_dropped, 0);
    calib_samples_free(samples);
}

/* llama.cpp wants T >= 2 L, and T > (K + 2) L if it leaves K rows out. */
static void imatrix(void **unused)
{
    (void)unused;
    calib_sampling how = named("imatrix");
    asked = (corpus){.n_tokens = 20};
    assert_sampled(&how, 0, 10, 0, "0:0+10 0:10+10");
    assert_sampled(&how, 1, 10, 0, "0:0+10");
    assert_refused(&how, 0, 11, CALIB_E_TOO_SHORT, "1 full rows and a tail of 9 tokens");
    asked.n_tokens = 19;
    assert_refused(&how, 0, 10, CALIB_E_TOO_SHORT, "1 full rows and a tail of 9");
    how.first_row = 1;
    asked.n_tokens = 30;
    assert_refused(&how, 0, 10, CALIB_E_TOO_SHORT, "first_row 1");
    asked.n_tokens = 31;
    assert_sampled(&how, 0, 10, 0, "0:10+10 0:20+10");
    asked.n_tokens = 40;
    assert_sampled(&how, 0, 10, 0, "0:10+10 0:20+10 0:30+10");
    how.first_row = UINT64_MAX;
    assert_refused(&how, 0, 10, CALIB_E_TOO_SHORT, "first_row 18446744073709551615");
    how = padded("imatrix");
    assert_refused(&how, 0, 10, CALIB_E_ARGUMENT, "short_rows is 1, but sampler \"imatrix\"");
    how = named("imatrix");
    how.bos = CALIB_BOS_OVERWRITE;
    assert_refused(&how, 0, 10, CALIB_E_ARGUMENT, "bos is 1, but sampler \"imatrix\"");
}

static void imatrix_marks_rows_if_the_stream_has_bos(void **unused)
{
    (void)unused;
    calib_sampling how = named("imatrix");
    for (int adds = 0; adds < 2; adds++) {
        calib_samples *samples;
        asked = (corpus){.n_tokens = 20, .first_id = adds ? 77 : 5};
        assert_ok(ask(&how, 0, 10, 0, &samples));
        assert_int_equal(samples->tokens[0], adds ? 77 : 5);
        assert_int_equal(samples->tokens[1], 1);
        assert_int_equal(samples->tokens[10], adds ? 77 : 10);
        calib_samples_free(samples);
    }
}

static void rows_as_listed(void **unused)
{
    (void)unused;
    static const uint64_t numbers[] = {3, 0, 3, 1};
    asked = (corpus){.n_tokens = 23};
    calib_sampling how = named("rows");
    assert_refused(&how, 0, 5, CALIB_E_ARGUMENT, "sampler \"rows\" needs numbers: list the rows");
    how.numbers = numbers;
    how.n_numbers = 4;
    assert_sampled(&how, 0, 5, 0, "0:15+5 0:0+5 0:15+5 0:5+5");
    how.flags = CALIB_SAMPLING_STRICT;
    assert_sampled(&how, 4, 5, 1, "0:15+5 0:0+5 0:15+5 0:5+5");
    assert_refused(&how, 3, 5, CALIB_E_ARGUMENT, "n_samples is 3, but there are 4 numbers");
    assert_refused(&how, 0, 6, CALIB_E_ARGUMENT, "row 3 is the tail of the stream, 5 tokens");
    assert_refused(&how, 0, 9, CALIB_E_ARGUMENT, "row 3 of 9 tokens is not there, only 2 are");
    how.numbers = NULL;
    assert_refused(&how, 0, 5, CALIB_E_ARGUMENT, "needs numbers");
    uint64_t rows[4];
    size_t n;
    how.numbers = numbers;
    assert_ok(calib_sampler_rows(&how, 4, 0, 0, rows, 4, &n));
    assert_memory_equal(rows, numbers, sizeof rows);
    assert_status(calib_sampler_rows(&how, 3, 0, 0, rows, 4, &n), CALIB_E_ARGUMENT);
}

/* The first rows' numbers, without a corpus. */
static void numbers_of_streams(void **unused)
{
    (void)unused;
    uint64_t rows[4];
    size_t n;
    calib_sampling how = named("sequential");
    how.first_row = 7;
    assert_ok(calib_sampler_rows(&how, 10, 0, 0, rows, 4, &n));
    assert_int_equal(n, 3);
    assert_int_equal(rows[0], 7);
    assert_int_equal(rows[2], 9);
    how = named("imatrix");
    assert_ok(calib_sampler_rows(&how, 2, 0, 0, rows, 4, &n));
    assert_int_equal(n, 2);
    assert_status(calib_sampler_rows(&how, 1, 0, 0, rows, 4, &n), CALIB_E_TOO_SHORT);
    how.first_row = 1; /* a tail of a stream of three rows is not seen */
    assert_status(calib_sampler_rows(&how, 3, 0, 0, rows, 4, &n), CALIB_E_TOO_SHORT);
    assert_message("3 full rows and a tail of 0 tokens");
    assert_ok(calib_sampler_rows(&how, 4, 0, 0, rows, 4, &n));
    assert_int_equal(n, 3);
    assert_int_equal(rows[0], 1);
    asked = (corpus){.n_tokens = 31};
    assert_sampled(&how, 0, 10, 0, "0:10+10 0:20+10");
    how = named("longest");
    assert_status(calib_sampler_rows(&how, 2, 0, 0, rows, 4, &n), CALIB_E_ARGUMENT);
}

/* ---- documents ---- */

static void documents_as_listed(void **unused)
{
    (void)unused;
    static const uint64_t numbers[] = {2, 0, 2}, none[] = {1};
    DOCUMENTS(4, 0, 9);
    calib_sampling how = padded("documents-list");
    how.numbers = numbers;
    how.n_numbers = 3;
    assert_sampled(&how, 3, 5, 0, "2:0+5 0:0+4 2:0+5");
    how.short_rows = 0;
    assert_refused(&how, 0, 5, CALIB_E_ARGUMENT, "row 1 has 4 tokens");
    assert_sampled(&how, 0, 4, 0, "2:0+4 0:0+4 2:0+4");
    how.numbers = none;
    how.n_numbers = 1;
    assert_refused(&how, 0, 5, CALIB_E_ARGUMENT, "document 1 has no tokens");
    DOCUMENTS(4);
    assert_refused(&how, 0, 5, CALIB_E_ARGUMENT, "document 1 is not there, only 1 are");
}

static void longest(void **unused)
{
    (void)unused;
    DOCUMENTS(3, 9, 0, 3, 12, 1);
    calib_sampling how = padded("longest");
    assert_sampled(&how, 0, 5, 0, "4:0+5 1:0+5 0:0+3 3:0+3 5:0+1");
    assert_sampled(&how, 3, 5, 0, "4:0+5 1:0+5 0:0+3");
    assert_sampled(&how, 9, 5, 0, "4:0+5 1:0+5 0:0+3 3:0+3 5:0+1");
    calib_samples *samples;
    assert_ok(ask(&how, 2, 5, 0, &samples));
    assert_int_equal(samples->n_available, 5);
    assert_int_equal(samples->n_dropped, 11);
    calib_samples_free(samples);
    how.flags = CALIB_SAMPLING_STRICT;
    assert_refused(&how, 6, 5, CALIB_E_SHORTFALL, "6 rows were asked for, only 5");
    DOCUMENTS(0, 0);
    assert_refused(&how, 1, 5, CALIB_E_TOO_SHORT, "make no row of 5");
}

/* ---- draws ---- */

static void gptq_window(void **unused)
{
    (void)unused;
    calib_sampling how = named("gptq-window");
    calib_samples *samples;
    asked = (corpus){.n_tokens = 11};
    how.flags = CALIB_SAMPLING_STRICT;
    assert_sampled(&how, 3, 10, 0, "0:0+10 0:0+10 0:0+10"); /* never from 1 on */
    assert_ok(ask(&how, 3, 10, 0, &samples));
    assert_int_equal(samples->n_available, UINT64_MAX);
    calib_samples_free(samples);
    assert_refused(&how, 3, 11, CALIB_E_TOO_SHORT, "11 tokens, and windows of 11");
    assert_refused(&how, 0, 5, CALIB_E_ARGUMENT, "n_samples is 0, sampler \"gptq-window\"");
}

static int cancel(void *ctx, uint32_t stage, uint64_t done, uint64_t total)
{
    (void)ctx, (void)stage, (void)done, (void)total;
    return 1;
}

/* Many draws may take long. */
static void draws_can_be_cancelled(void **unused)
{
    (void)unused;
    calib_sampling how = named("gptq-window");
    asked = (corpus){.n_tokens = 1000};
    silent = (calib_progress){.fn = cancel};
    assert_refused(&how, INT64_C(1) << 20, 1, CALIB_E_CANCELLED, "cancelled");
    silent = (calib_progress){0};
}

static void documents_of_exactly_a_row(void **unused)
{
    (void)unused;
    calib_sampling gptq = named("gptq-document"), wanda = named("wanda-document");
    DOCUMENTS(4, 5, 0, 4);
    assert_refused(&gptq, 2, 5, CALIB_E_ARGUMENT, "document 1 was drawn and has exactly 5 tokens");
    assert_message("crashes");
    assert_refused(&wanda, 2, 5, CALIB_E_TOO_SHORT, "no document has 6 tokens");
    assert_refused(&gptq, 2, 6, CALIB_E_TOO_SHORT, "no document has 6 tokens");
    DOCUMENTS(4, 6, 0, 5);
    assert_sampled(&wanda, 3, 5, 0, "1:0+5 1:0+5 1:0+5");
    DOCUMENTS(4, 6, 0, 4);
    assert_sampled(&gptq, 3, 5, 0, "1:0+5 1:0+5 1:0+5");
    calib_sampling quip = named("torch-reject");
    DOCUMENTS(4, 5, 0, 4);
    assert_sampled(&quip, 2, 5, 0, "1:0+5 1:0+5");
    assert_refused(&quip, 2, 6, CALIB_E_TOO_SHORT, "no document has 6 tokens");
}

/* Only drawn documents are looked at, and all of them only if 16 draws for each found nothing. */
static void lengths_are_asked_for_as_drawn(void **unused)
{
    (void)unused;
    static uint64_t lengths[1000];
    calib_sampling how = named("gptq-document");
    calib_samples *samples;
    for (size_t i = 0; i < 1000; i++)
        lengths[i] = 50;
    asked = (corpus){.lengths = lengths, .n_documents = 1000};
    assert_ok(ask(&how, 20, 40, 0, &samples));
    assert_int_equal(asked.n_lengths, 20);
    calib_samples_free(samples);
    assert_refused(&how, 20, 51, CALIB_E_TOO_SHORT, "no document has 51 tokens");
    assert_int_equal(asked.n_lengths, 16 * 1000 + 1000);
    lengths[999] = 60;
    assert_sampled(&how, 1, 55, 3, "999:3+55");
    assert_int_equal(asked.n_lengths, 1584);
}

/* The first document that is drawn is 1. A later draw fails, and each rank says so. */
static void ranks_fail_at_the_same_draw(void **unused)
{
    (void)unused;
    calib_sampling how = named("gptq-document");
    calib_samples *samples;
    DOCUMENTS(5, 9);
    assert_sampled(&how, 1, 5, 0, "1:3+5");
    assert_status(ask(&how, INT64_MAX, 5, 0, &samples), CALIB_E_NOMEM);
    how.world = 8;
    for (how.rank = 0; how.rank < how.world; how.rank++) {
        assert_status(ask(&how, 8, 5, 0, &samples), CALIB_E_ARGUMENT);
        assert_message("document 0 was drawn and has exactly 5 tokens");
    }
}

/* ---- orders ---- */

/* numpy.random.default_rng(42).permutation(5) is 4 2 3 1 0. */
static void documents_without_tokens_count(void **unused)
{
    (void)unused;
    calib_sampling how = padded("hf-shuffle");
    calib_samples *samples;
    DOCUMENTS(3, 9, 0, 2, 5);
    how.flags = CALIB_SAMPLING_STRICT;
    assert_sampled(&how, 3, 4, 42, "4:0+4 3:0+2");
    assert_sampled(&how, 0, 4, 42, "4:0+4 3:0+2 1:0+4 0:0+3");
    assert_ok(ask(&how, 4, 4, 42, &samples));
    assert_int_equal(samples->n_available, 5);
    assert_int_equal(samples->n_sampled, 3);
    assert_int_equal(samples->n_dropped, 1 + 5);
    calib_samples_free(samples);
    assert_refused(&how, 6, 4, CALIB_E_SHORTFALL, "6 documents were asked for, only 5");
    DOCUMENTS(0, 0);
    assert_refused(&how, 1, 4, CALIB_E_TOO_SHORT, "make no row of 4");
}

static void awq_joins_what_fits(void **unused)
{
    (void)unused;
    calib_sampling how = named("awq");
    calib_samples *samples;
    DOCUMENTS(3, 9, 0, 2, 5);
    how.flags = CALIB_SAMPLING_STRICT;
    assert_ok(ask(&how, 3, 5, 42, &samples)); /* documents 4, 3, 0: 10 tokens */
    assert_rows(samples, "4:0+5 3:0+5");
    static const int32_t tokens[] = {400, 401, 402, 403, 404, 300, 301, 0, 1, 2};
    assert_memory_equal(samples->tokens, tokens, sizeof tokens);
    assert_int_equal(samples->n_available, 3);
    calib_samples_free(samples);
    assert_sampled(&how, 2, 5, 42, "4:0+5");
    assert_refused(&how, 4, 5, CALIB_E_SHORTFALL, "4 documents were asked for, only 3");
    assert_refused(&how, 1, 1, CALIB_E_TOO_SHORT, "the 0 documents that fit have 0 tokens");
}

static void autoround_leaves_out_repetition(void **unused)
{
    (void)unused;
    calib_sampling how = named("autoround-file");
    DOCUMENTS(4, 5, 6, 0);
    assert_sampled(&how, 0, 5, 42, "2:0+5 1:0+5");
    assert_refused(&how, 0, 7, CALIB_E_TOO_SHORT, "no row of 7");
}

/* Rows that no document fills need no memory. */
static void autoround_of_huge_rows(void **unused)
{
    (void)unused;
    calib_sampling how = named("autoround");
    DOCUMENTS(9, 4);
    assert_refused(&how, 1, SIZE_MAX / 2 / sizeof(int32_t), CALIB_E_TOO_SHORT, "make no row of");
}

static void too_few_tokens_for_perplexity(void **unused)
{
    (void)unused;
    calib_sampling how = named("mlx-perplexity");
    DOCUMENTS(3, 9, 0, 2, 5);
    calib_samples *samples;
    assert_ok(ask(&how, 3, 6, 0, &samples));
    assert_int_equal(samples->n_rows, 3);
    calib_samples_free(samples);
    assert_refused(&how, 4, 6, CALIB_E_TOO_SHORT, "19 tokens, fewer than 4 rows of 6");
    assert_refused(&how, INT64_MAX, 6, CALIB_E_TOO_SHORT, "19 tokens");
    assert_refused(&how, 0, 6, CALIB_E_ARGUMENT, "n_samples is 0");
}

static void seeds_that_numpy_refuses(void **unused)
{
    (void)unused;
    static const char *const names[] = {"mlx-dwq", "mlx-perplexity"};
    DOCUMENTS(8, 8);
    for (size_t i = 0; i < 2; i++) {
        calib_sampling how = named(names[i]);
        calib_samples *samples = NULL;
        assert_ok(ask(&how, 1, 4, UINT32_MAX, &samples));
        calib_samples_free(samples);
        samples = NULL;
        assert_status(ask(&how, 1, 4, UINT64_C(1) << 32, &samples), CALIB_E_ARGUMENT);
        assert_message("the seed is 4294967296");
    }
}

/* ---- all ---- */

static int join_ranks(void *ctx, const char *name, const char *line)
{
    static const uint64_t lengths[] = {3, 9, 12, 2, 5, 17, 6, 0, 8, 11, 1, 30};
    static const uint64_t numbers[] = {1, 0, 3, 1};
    int64_t n_samples = *(const int64_t *)ctx;
    calib_samples *whole, *part;
    calib_sampling how = {.struct_size = sizeof how, .sampler = name, .world = 1};
    const calib_sampler *sampler;
    (void)line;
    assert_ok(calib_sampler_find(name, &sampler));
    asked = (corpus){.lengths = lengths, .n_documents = 12, .n_tokens = 104};
    if (sampler->reads & CALIB_READS_SHORT)
        how.short_rows = CALIB_SHORT_PAD;
    if (sampler->reads & CALIB_READS_NUMBERS) {
        how.numbers = numbers;
        how.n_numbers = 4;
    }
    assert_ok(ask(&how, n_samples, 4, 11, &whole));
    size_t at = 0;
    how.world = 3;
    for (how.rank = 0; how.rank < 3; how.rank++) {
        assert_ok(ask(&how, n_samples, 4, 11, &part));
        assert_memory_equal(part->tokens, whole->tokens + 4 * at,
                            4 * part->n_rows * sizeof(int32_t));
        assert_int_equal(part->n_sampled, whole->n_rows);
        assert_int_equal(part->n_available, whole->n_available);
        at += part->n_rows;
        calib_samples_free(part);
    }
    assert_int_equal(at, whole->n_rows);
    calib_samples_free(whole);
    return 0;
}

static void ranks_of_all_samplers_join(void **unused)
{
    (void)unused;
    int64_t n_samples = 4;
    assert_ok(calib_sampler_list(join_ranks, &n_samples));
}

/* ---- fields and names ---- */

static void unread_fields_are_refused(void **unused)
{
    (void)unused;
    static const uint64_t number = 0;
    calib_sampling how = named("mlx");
    asked = (corpus){.n_tokens = 20};
    how.numbers = &number;
    how.n_numbers = 1;
    assert_refused(&how, 1, 5, CALIB_E_ARGUMENT, "n_numbers is 1, but sampler \"mlx\"");
    how = named("mlx");
    how.first_row = 2;
    assert_refused(&how, 1, 5, CALIB_E_ARGUMENT, "first_row is 2, but sampler \"mlx\"");
    how = named("sequential");
    how.skip = 3;
    assert_refused(&how, 1, 5, CALIB_E_ARGUMENT, "skip is 3, but sampler \"sequential\"");
    how = named("torch-random");
    how.skip = UINT64_C(1) << 32;
    assert_refused(&how, 1, 5, CALIB_E_ARGUMENT, "the maximum of sampler \"torch-random\"");
}

static void some_schemes_are_refused(void **unused)
{
    (void)unused;
    calib_sampling how = named("hf-streaming");
    assert_refused(&how, 1, 5, CALIB_E_UNSUPPORTED, "divided into files");
    how = named("exl3-noise");
    assert_refused(&how, 1, 5, CALIB_E_UNSUPPORTED, "random tokens");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sequential),
        cmocka_unit_test(sequential_counts),
        cmocka_unit_test(imatrix),
        cmocka_unit_test(imatrix_marks_rows_if_the_stream_has_bos),
        cmocka_unit_test(rows_as_listed),
        cmocka_unit_test(numbers_of_streams),
        cmocka_unit_test(documents_as_listed),
        cmocka_unit_test(longest),
        cmocka_unit_test(gptq_window),
        cmocka_unit_test(draws_can_be_cancelled),
        cmocka_unit_test(documents_of_exactly_a_row),
        cmocka_unit_test(lengths_are_asked_for_as_drawn),
        cmocka_unit_test(ranks_fail_at_the_same_draw),
        cmocka_unit_test(documents_without_tokens_count),
        cmocka_unit_test(awq_joins_what_fits),
        cmocka_unit_test(autoround_leaves_out_repetition),
        cmocka_unit_test(autoround_of_huge_rows),
        cmocka_unit_test(too_few_tokens_for_perplexity),
        cmocka_unit_test(seeds_that_numpy_refuses),
        cmocka_unit_test(ranks_of_all_samplers_join),
        cmocka_unit_test(unread_fields_are_refused),
        cmocka_unit_test(some_schemes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
