/* SPDX-License-Identifier: MIT */
/* Corpora of documents and of several sources, through the public API. */
#include "test.h"
#include "tokenizers.h"

#include <calib_documents.h>

/* ---- helpers ---- */

static calib_source source_of(const char *text, const calib_documents *documents)
{
    calib_source source = text_setup(text, strlen(text)).source;
    source.documents = documents;
    return source;
}

static calib_documents documents_of(uint32_t format)
{
    return (calib_documents){.struct_size = sizeof(calib_documents), .format = format};
}

static calib_corpus *open_sources(const calib_tokenizer_vtable *tok, const calib_source *sources,
                                  size_t n)
{
    calib_options options = {.struct_size = sizeof options, .flags = CALIB_NO_TOKEN_STORE};
    calib_corpus *corpus = NULL;
    assert_ok(calib_corpus_open(tok, sources, n, &options, &corpus));
    return corpus;
}

static calib_info info_of(const calib_corpus *corpus)
{
    calib_info info = {.struct_size = sizeof info};
    assert_ok(calib_corpus_info(corpus, &info));
    return info;
}

static calib_source_info source_info(const calib_corpus *corpus, size_t i)
{
    calib_source_info info = {.struct_size = sizeof info};
    assert_ok(calib_corpus_source(corpus, i, &info));
    return info;
}

static calib_document_info document_info(calib_corpus *corpus, uint64_t i)
{
    calib_document_info info = {.struct_size = sizeof info};
    assert_ok(calib_corpus_document(corpus, i, &info));
    return info;
}

/* The ids of document `i` are `wanted`, as text of the byte tokenizer. */
static void check_text(calib_corpus *corpus, uint64_t i, const char *wanted)
{
    int32_t ids[256];
    calib_document_info info = document_info(corpus, i);
    assert_int_equal(info.n_tokens, strlen(wanted));
    assert_true(info.n_tokens <= 256);
    assert_ok(calib_corpus_tokens(corpus, info.first_token, (size_t)info.n_tokens, ids));
    for (size_t k = 0; k < info.n_tokens; k++)
        assert_int_equal(ids[k], (unsigned char)wanted[k]);
}

static calib_samples *sample(calib_corpus *corpus, int64_t n, size_t seq_len,
                             const calib_sampling *sampling)
{
    calib_samples *samples = NULL;
    assert_ok(calib_corpus_sample(corpus, n, seq_len, 1, sampling, &samples));
    return samples;
}

static const char RECORDS[] = "{\"text\": \"one\"}\n"
                              "{\"text\": \"\"}\n"
                              "{\"text\": 3}\n"
                              "{\"text\": \"three\"}\n"
                              "{\"text\": \"a longer one\"}\n";

/* ---- documents ---- */

static void documents_have_bounds(void **unused)
{
    (void)unused;
    calib_documents records = documents_of(CALIB_DOCUMENTS_JSONL);
    records.flags = CALIB_DOCUMENTS_SKIP_MALFORMED;
    calib_source source = source_of(RECORDS, &records);
    calib_corpus *corpus = open_sources(calib_bytes_tokenizer(), &source, 1);
    check_text(corpus, 0, "one");
    check_text(corpus, 1, "");
    check_text(corpus, 2, "three");
    check_text(corpus, 3, "a longer one");
    assert_int_equal(document_info(corpus, 2).record, 3);
    calib_source_info info = source_info(corpus, 0);
    assert_int_equal(info.n_records, 5);
    assert_int_equal(info.n_documents, 4);
    assert_int_equal(info.n_malformed, 1);
    assert_int_equal(info.n_tokens, 20);
    calib_document_info none = {.struct_size = sizeof none};
    assert_status(calib_corpus_document(corpus, 4, &none), CALIB_E_ARGUMENT);
    calib_corpus_close(corpus);
}

static void malformed_records_fail(void **unused)
{
    (void)unused;
    calib_documents records = documents_of(CALIB_DOCUMENTS_JSONL);
    calib_source source = source_of(RECORDS, &records);
    calib_corpus *corpus = NULL;
    assert_status(calib_corpus_open(calib_bytes_tokenizer(), &source, 1, NULL, &corpus),
                  CALIB_E_RECORD);
    assert_null(corpus);
    assert_message("line 3");
}

static void bounds_drop_documents(void **unused)
{
    (void)unused;
    calib_documents records = documents_of(CALIB_DOCUMENTS_JSONL);
    records.flags = CALIB_DOCUMENTS_SKIP_MALFORMED;
    records.min_tokens = 4;
    records.max_tokens = 6;
    calib_source source = source_of(RECORDS, &records);
    calib_corpus *corpus = open_sources(calib_bytes_tokenizer(), &source, 1);
    check_text(corpus, 0, "three");
    calib_source_info info = source_info(corpus, 0);
    assert_int_equal(info.n_documents, 1);
    assert_int_equal(info.n_empty, 1);
    assert_int_equal(info.n_short, 1);
    assert_int_equal(info.n_long, 1);
    calib_corpus_close(corpus);
    records.min_tokens = records.max_tokens = 7;
    assert_status(calib_corpus_open(calib_bytes_tokenizer(), &source, 1, NULL, &corpus),
                  CALIB_E_EMPTY);
    assert_message("5 records");
}

static void joined_documents_are_one_text(void **unused)
{
    (void)unused;
    calib_documents lines = documents_of(CALIB_DOCUMENTS_LINES);
    lines.join = " | ";
    calib_source source = source_of("a\nb\n\nc\n", &lines);
    calib_corpus *corpus = open_sources(calib_bytes_tokenizer(), &source, 1);
    check_text(corpus, 0, "a | b |  | c");
    assert_int_equal(source_info(corpus, 0).n_documents, 1);
    calib_corpus_close(corpus);
}

/* ---- special tokens ---- */

static void check_ids(calib_corpus *corpus, uint64_t i, const int32_t *wanted, size_t n)
{
    int32_t ids[8];
    calib_document_info info = document_info(corpus, i);
    assert_int_equal(info.n_tokens, n);
    assert_ok(calib_corpus_tokens(corpus, info.first_token, n, ids));
    assert_memory_equal(ids, wanted, n * sizeof *ids);
}

static void specials(void **unused)
{
    (void)unused;
    test_tokenizer t = {.ids = TEST_WORDS};
    calib_tokenizer_vtable tok = test_vtable(&t);
    int32_t word = test_word_id(&t, "word", 4);
    calib_documents lines = documents_of(CALIB_DOCUMENTS_LINES);
    calib_source source = source_of("word\n\n", &lines);
    calib_corpus *corpus = open_sources(&tok, &source, 1);
    check_ids(corpus, 0, (int32_t[]){1, word, 2}, 3);
    check_ids(corpus, 1, (int32_t[]){1, 2}, 2);
    calib_corpus_close(corpus);
    lines.specials = CALIB_SPECIALS_NONE;
    corpus = open_sources(&tok, &source, 1);
    check_ids(corpus, 0, (int32_t[]){word}, 1);
    check_ids(corpus, 1, NULL, 0);
    calib_corpus_close(corpus);
    lines.specials = CALIB_SPECIALS_ONCE;
    lines.flags = CALIB_DOCUMENTS_APPEND_MISSING;
    lines.append_id = word;
    corpus = open_sources(&tok, &source, 1);
    check_ids(corpus, 0, (int32_t[]){1, word}, 2);
    check_ids(corpus, 1, (int32_t[]){1, word}, 2);
    calib_corpus_close(corpus);
    lines.flags = CALIB_DOCUMENTS_APPEND;
    corpus = open_sources(&tok, &source, 1);
    check_ids(corpus, 0, (int32_t[]){1, word, word}, 3);
    calib_corpus_close(corpus);
}

/* ---- several sources ---- */

static void sources_follow_each_other(void **unused)
{
    (void)unused;
    calib_documents lines = documents_of(CALIB_DOCUMENTS_LINES);
    calib_source sources[] = {source_of("first text", NULL), source_of("a\nbc\n", &lines),
                              source_of("last", NULL)};
    calib_corpus *corpus = open_sources(calib_bytes_tokenizer(), sources, 3);
    calib_info info = info_of(corpus);
    assert_int_equal(info.n_tokens, 17);
    assert_string_equal(info.source, "3 sources");
    check_text(corpus, 0, "first text");
    check_text(corpus, 2, "bc");
    check_text(corpus, 3, "last");
    assert_int_equal(document_info(corpus, 2).source, 1);
    assert_int_equal(document_info(corpus, 3).first_token, 13);
    int32_t ids[17];
    assert_ok(calib_corpus_tokens(corpus, 0, 17, ids));
    for (size_t i = 0; i < 17; i++)
        assert_int_equal(ids[i], "first textabclast"[i]);
    calib_samples *samples = sample(corpus, 0, 4, NULL);
    assert_int_equal(samples->n_rows, 4);
    assert_int_equal(samples->n_sources, 3);
    assert_int_equal(samples->source_rows[0] + samples->source_rows[1] + samples->source_rows[2],
                     4);
    for (size_t i = 0; i < 4; i++) {
        calib_document_info document = document_info(corpus, (uint64_t)samples->documents[i]);
        uint64_t at = document.first_token + (uint64_t)samples->offsets[i];
        assert_int_equal(at % 4, 0);
        assert_int_equal(document.source, samples->sources[i]);
        assert_memory_equal(samples->tokens + 4 * i, ids + at, 16);
    }
    calib_samples_free(samples);
    calib_corpus_close(corpus);
}

/* Each source gives the rows that it gives alone. */
static void weights_share_rows_out(void **unused)
{
    (void)unused;
    char small[101], large[1001];
    memset(small, 's', 100);
    memset(large, 'l', 1000);
    small[100] = large[1000] = '\0';
    calib_source sources[] = {source_of(large, NULL), source_of(small, NULL)};
    sources[0].weight = 1;
    sources[1].weight = 3;
    calib_corpus *corpus = open_sources(calib_bytes_tokenizer(), sources, 2);
    calib_samples *samples = sample(corpus, 10, 10, NULL);
    assert_int_equal(samples->n_rows, 10);
    assert_int_equal(samples->source_asked[0], 3); /* 2.5: the tie goes to the earlier source */
    assert_int_equal(samples->source_asked[1], 7);
    assert_int_equal(samples->source_rows[1], 7);
    assert_int_equal(samples->source_available[0], 100);
    calib_corpus *alone = open_sources(calib_bytes_tokenizer(), sources, 1);
    calib_samples *rows = sample(alone, 3, 10, NULL);
    assert_memory_equal(samples->tokens, rows->tokens, 3 * 10 * sizeof(int32_t));
    assert_memory_equal(samples->offsets, rows->offsets, 3 * sizeof(int64_t));
    calib_samples_free(rows);
    calib_samples_free(samples);
    samples = sample(corpus, 40, 10, NULL); /* 10 and 30, but the second has 10 */
    assert_int_equal(samples->n_rows, 20);
    calib_samples_free(samples);
    calib_sampling strict = {.struct_size = sizeof strict, .flags = CALIB_SAMPLING_STRICT};
    assert_status(calib_corpus_sample(corpus, 40, 10, 1, &strict, &samples), CALIB_E_SHORTFALL);
    assert_status(calib_corpus_sample(corpus, 0, 10, 1, NULL, &samples), CALIB_E_ARGUMENT);
    calib_corpus_close(alone);
    calib_corpus_close(corpus);
    sources[1].weight = 0;
    assert_status(calib_corpus_open(calib_bytes_tokenizer(), sources, 2, NULL, &corpus),
                  CALIB_E_ARGUMENT);
    assert_message("1 of 2 sources");
}

/* The ranks' rows in order are those of one process. */
static void ranks_join_to_all(void **unused)
{
    (void)unused;
    calib_documents lines = documents_of(CALIB_DOCUMENTS_LINES);
    calib_source sources[] = {source_of("a\nbb\nccc\ndddd\n", &lines),
                              source_of("eeeee\nf\n", &lines)};
    sources[0].weight = 2;
    sources[1].weight = 1;
    calib_corpus *corpus = open_sources(calib_bytes_tokenizer(), sources, 2);
    calib_sampling sampling = {.struct_size = sizeof sampling,
                               .sampler = "documents-split",
                               .short_rows = CALIB_SHORT_PAD,
                               .pad_id = 'x'};
    calib_samples *all = sample(corpus, 9, 2, &sampling);
    for (uint32_t world = 1; world <= 5; world++) {
        size_t at = 0;
        for (uint32_t rank = 0; rank < world; rank++) {
            sampling.rank = rank;
            sampling.world = world;
            calib_samples *part = sample(corpus, 9, 2, &sampling);
            for (size_t i = 0; i < part->n_rows; i++, at++) {
                assert_memory_equal(part->tokens + 2 * i, all->tokens + 2 * at, 8);
                assert_int_equal(part->documents[i], all->documents[at]);
            }
            calib_samples_free(part);
        }
        assert_int_equal(at, all->n_rows);
    }
    calib_samples_free(all);
    calib_corpus_close(corpus);
}

/* ---- rows of documents ---- */

static void rows_of_documents(void **unused)
{
    (void)unused;
    calib_documents lines = documents_of(CALIB_DOCUMENTS_LINES);
    calib_source source = source_of("abcdefg\n\nhi\njkl\n", &lines);
    calib_corpus *corpus = open_sources(calib_bytes_tokenizer(), &source, 1);
    calib_sampling sampling = {.struct_size = sizeof sampling, .sampler = "documents"};
    calib_samples *samples = NULL;
    assert_status(calib_corpus_sample(corpus, 0, 3, 1, &sampling, &samples), CALIB_E_ARGUMENT);
    assert_message("CALIB_SHORT_PAD");
    sampling.short_rows = CALIB_SHORT_PAD;
    sampling.pad_id = '.';
    samples = sample(corpus, 0, 3, &sampling);
    static const int32_t cut[] = {'a', 'b', 'c', 'h', 'i', '.', 'j', 'k', 'l'};
    assert_int_equal(samples->n_rows, 3);
    assert_memory_equal(samples->tokens, cut, sizeof cut);
    assert_int_equal(samples->lengths[0], 3);
    assert_int_equal(samples->lengths[1], 2);
    assert_int_equal(samples->documents[1], 2);
    assert_int_equal(samples->n_dropped, 4);
    calib_samples_free(samples);
    samples = sample(corpus, 1, 3, &sampling);
    assert_null(samples->lengths); /* every row is full */
    calib_samples_free(samples);
    sampling.sampler = "documents-split";
    samples = sample(corpus, 4, 3, &sampling);
    static const int32_t split[] = {'a', 'b', 'c', 'd', 'e', 'f', 'g', '.', '.', 'h', 'i', '.'};
    assert_int_equal(samples->n_rows, 4);
    assert_int_equal(samples->n_available, 5);
    assert_memory_equal(samples->tokens, split, sizeof split);
    assert_int_equal(samples->offsets[2], 6);
    calib_samples_free(samples);
    sampling.sampler = NULL;
    assert_status(calib_corpus_sample(corpus, 1, 3, 1, &sampling, &samples), CALIB_E_ARGUMENT);
    assert_message("short_rows");
    calib_corpus_close(corpus);
}

static int32_t bos_is_99(void *ctx, uint32_t which)
{
    (void)ctx;
    return which == CALIB_SPECIAL_BOS ? 99 : -1;
}

/* A row has BOS and up to two tokens of its document; BOS counts in its length. */
static void bos_before_documents(void **unused)
{
    (void)unused;
    calib_tokenizer_vtable tok = *calib_bytes_tokenizer();
    tok.special_id = bos_is_99;
    calib_documents lines = documents_of(CALIB_DOCUMENTS_LINES);
    calib_source source = source_of("abc\n\nhi\nj\n", &lines);
    calib_corpus *corpus = open_sources(&tok, &source, 1);
    calib_sampling sampling = {.struct_size = sizeof sampling,
                               .sampler = "documents-split",
                               .bos = CALIB_BOS_PREPEND,
                               .short_rows = CALIB_SHORT_PAD,
                               .pad_id = '.'};
    calib_samples *samples = sample(corpus, 0, 3, &sampling);
    static const int32_t split[] = {99, 'a', 'b', 99, 'c', '.', 99, 'h', 'i', 99, 'j', '.'};
    static const int32_t lengths[] = {3, 2, 3, 2};
    static const int64_t offsets[] = {0, 2, 0, 0};
    assert_int_equal(samples->n_rows, 4);
    assert_memory_equal(samples->tokens, split, sizeof split);
    assert_memory_equal(samples->lengths, lengths, sizeof lengths);
    assert_memory_equal(samples->offsets, offsets, sizeof offsets);
    calib_samples_free(samples);
    sampling.sampler = "documents";
    samples = sample(corpus, 1, 3, &sampling);
    assert_memory_equal(samples->tokens, split, 3 * sizeof *split);
    assert_null(samples->lengths);
    assert_int_equal(samples->n_dropped, 1);
    calib_samples_free(samples);
    calib_corpus_close(corpus);
}

/* ---- callbacks ---- */

typedef struct counting {
    int n, fail_at, at;
} counting;

static int next_number(void *ctx, calib_put_fn put, void *put_ctx)
{
    counting *c = ctx;
    char text[2] = {(char)('0' + c->at % 10), '!'};
    if (++c->at == c->fail_at)
        return 42;
    return c->at > c->n ? 1 : put(put_ctx, text, 2, 0);
}

static void callbacks(void **unused)
{
    (void)unused;
    counting c = {.n = 3};
    calib_documents documents = documents_of(CALIB_DOCUMENTS_CALLBACK);
    documents.next = next_number;
    documents.next_ctx = &c;
    calib_source source = {.struct_size = sizeof source, .documents = &documents};
    calib_corpus *corpus = open_sources(calib_bytes_tokenizer(), &source, 1);
    check_text(corpus, 0, "0!");
    check_text(corpus, 2, "2!");
    assert_string_equal(info_of(corpus).source, "documents");
    calib_corpus_close(corpus);
    for (int at = 1; at <= 4; at++) {
        calib_error error = {.struct_size = sizeof error};
        c = (counting){.n = 3, .fail_at = at};
        assert_status(calib_corpus_open(calib_bytes_tokenizer(), &source, 1, NULL, &corpus),
                      CALIB_E_CALLBACK);
        assert_ok(calib_last_error(&error));
        assert_int_equal(error.callback_result, 42);
    }
}

/* ---- slices ---- */

static void slices_join_to_the_whole(void **unused)
{
    (void)unused;
    calib_documents lines = documents_of(CALIB_DOCUMENTS_LINES);
    calib_source source = source_of("one\ntwo\n\nthree three three\nfour\nfive\n", &lines);
    calib_corpus *whole = open_sources(calib_bytes_tokenizer(), &source, 1);
    int32_t ids[64], joined[64];
    uint64_t n = info_of(whole).n_tokens;
    assert_ok(calib_corpus_tokens(whole, 0, (size_t)n, ids));
    calib_corpus_close(whole);
    for (uint32_t n_slices = 2; n_slices <= 40; n_slices++) {
        uint64_t at = 0, documents = 0;
        for (uint32_t i = 0; i < n_slices; i++) {
            calib_options options = {.struct_size = sizeof options,
                                     .flags = CALIB_NO_TOKEN_STORE,
                                     .slice = i,
                                     .n_slices = n_slices};
            calib_corpus *slice = NULL;
            assert_ok(calib_corpus_open(calib_bytes_tokenizer(), &source, 1, &options, &slice));
            uint64_t part = info_of(slice).n_tokens;
            assert_ok(calib_corpus_tokens(slice, 0, (size_t)part, joined + at));
            at += part;
            documents += source_info(slice, 0).n_documents;
            calib_corpus_close(slice);
        }
        assert_int_equal(at, n);
        assert_int_equal(documents, 6);
        assert_memory_equal(joined, ids, (size_t)n * sizeof *ids);
    }
}

static void refuse_slices(const calib_source *sources, size_t n, const char *why)
{
    calib_options options = {.struct_size = sizeof options, .n_slices = 2};
    calib_corpus *corpus = NULL;
    assert_status(calib_corpus_open(calib_bytes_tokenizer(), sources, n, &options, &corpus),
                  CALIB_E_UNSUPPORTED);
    assert_message(why);
    assert_null(corpus);
}

static void what_has_no_slices(void **unused)
{
    (void)unused;
    counting c = {.n = 3};
    calib_documents lines = documents_of(CALIB_DOCUMENTS_LINES);
    calib_documents given = documents_of(CALIB_DOCUMENTS_CALLBACK);
    given.next = next_number;
    given.next_ctx = &c;
    calib_source two[] = {source_of("a\n", &lines), source_of("b\n", NULL)};
    refuse_slices(two, 2, "one source");
    two[0].weight = 1;
    refuse_slices(two, 1, "one source");
    two[0].weight = 0;
    lines.join = " ";
    refuse_slices(two, 1, "join");
    calib_source source = {.struct_size = sizeof source, .documents = &given};
    refuse_slices(&source, 1, "callback");
}

static void ids_that_are_added_are_ids(void **unused)
{
    (void)unused;
    calib_documents lines = documents_of(CALIB_DOCUMENTS_LINES);
    calib_source source = source_of("a\n", &lines);
    calib_corpus *corpus = NULL;
    lines.flags = CALIB_DOCUMENTS_APPEND;
    lines.append_id = 256;
    assert_status(calib_corpus_open(calib_bytes_tokenizer(), &source, 1, NULL, &corpus),
                  CALIB_E_ARGUMENT);
    assert_message("append_id is 256");
    lines.append_id = 255;
    corpus = open_sources(calib_bytes_tokenizer(), &source, 1);
    check_text(corpus, 0, "a\xff");
    calib_corpus_close(corpus);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(documents_have_bounds),
        cmocka_unit_test(malformed_records_fail),
        cmocka_unit_test(bounds_drop_documents),
        cmocka_unit_test(joined_documents_are_one_text),
        cmocka_unit_test(specials),
        cmocka_unit_test(sources_follow_each_other),
        cmocka_unit_test(weights_share_rows_out),
        cmocka_unit_test(ranks_join_to_all),
        cmocka_unit_test(rows_of_documents),
        cmocka_unit_test(bos_before_documents),
        cmocka_unit_test(callbacks),
        cmocka_unit_test(slices_join_to_the_whole),
        cmocka_unit_test(what_has_no_slices),
        cmocka_unit_test(ids_that_are_added_are_ids),
    };
    return cmocka_run_group_tests_name("sources", tests, NULL, NULL);
}
