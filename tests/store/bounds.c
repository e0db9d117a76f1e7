/* SPDX-License-Identifier: MIT */
/* Stored tokens of documents: the same documents as when they were made, under a key of their own,
 * and made again after any damage. */
#include "flip.h"
#include "loads.h"

#include <calib_documents.h>

static const char LINES[] = "one\ntwo words\n\nthree more words\n";

static test_setup setup_of(const calib_documents *documents)
{
    test_setup setup = text_setup(LINES, sizeof LINES - 1);
    setup.source.documents = documents;
    setup.options.cache_dir = cache;
    return setup;
}

static calib_documents lines_of(uint32_t strip)
{
    return (calib_documents){
        .struct_size = sizeof(calib_documents), .format = CALIB_DOCUMENTS_LINES, .strip = strip};
}

static void compare_documents(calib_corpus *a, calib_corpus *b)
{
    calib_source_info x = {.struct_size = sizeof x}, y = {.struct_size = sizeof y};
    assert_ok(calib_corpus_source(a, 0, &x));
    assert_ok(calib_corpus_source(b, 0, &y));
    assert_int_equal(x.n_documents, y.n_documents);
    assert_int_equal(x.n_records, y.n_records);
    assert_int_equal(x.n_empty, y.n_empty);
    for (uint64_t i = 0; i < x.n_documents; i++) {
        calib_document_info d = {.struct_size = sizeof d}, e = {.struct_size = sizeof e};
        assert_ok(calib_corpus_document(a, i, &d));
        assert_ok(calib_corpus_document(b, i, &e));
        assert_memory_equal(&d, &e, sizeof d);
    }
}

/* Opens with the store, compares with a load without one, and returns the state of the store. */
static uint32_t open_documents(const calib_documents *documents)
{
    test_setup setup = setup_of(documents);
    calib_corpus *corpus, *plain;
    assert_ok(test_open(calib_bytes_tokenizer(), &setup, &corpus));
    setup.options.flags = CALIB_NO_TOKEN_STORE;
    assert_ok(test_open(calib_bytes_tokenizer(), &setup, &plain));
    assert_same(corpus, plain);
    compare_documents(corpus, plain);
    uint32_t state = state_of(corpus);
    calib_corpus_close(corpus);
    calib_corpus_close(plain);
    return state;
}

static void found_as_made(void **unused)
{
    (void)unused;
    calib_documents lines = lines_of(CALIB_STRIP_NONE);
    assert_int_equal(open_documents(&lines), CALIB_CACHE_MISS);
    assert_int_equal(open_documents(&lines), CALIB_CACHE_HIT);
    lines.min_chars = 1; /* the empty line is dropped: other documents, another key */
    assert_int_equal(open_documents(&lines), CALIB_CACHE_MISS);
    assert_int_equal(open_documents(&lines), CALIB_CACHE_HIT);
    test_setup setup = setup_of(NULL);
    assert_int_equal(open_and_compare(calib_bytes_tokenizer(), setup), CALIB_CACHE_MISS);
    assert_int_equal(open_and_compare(calib_bytes_tokenizer(), setup), CALIB_CACHE_HIT);
}

static void every_damaged_byte_is_found(void **unused)
{
    (void)unused;
    char path[400];
    struct stat info;
    calib_documents lines = lines_of(CALIB_STRIP_NONE);
    assert_int_equal(open_documents(&lines), CALIB_CACHE_MISS);
    assert_int_equal(folder_find(cache, ".ctk", path), 1);
    assert_int_equal(stat(path, &info), 0);
    assert_true(info.st_size > 4096);
    for (off_t at = 3800; at < info.st_size; at++) {
        flip_byte(path, at);
        assert_int_equal(open_documents(&lines), CALIB_CACHE_MISS);
        assert_int_equal(open_documents(&lines), CALIB_CACHE_HIT);
    }
}

static int render(void *ctx, const char *record, size_t len, calib_put_fn put, void *put_ctx)
{
    (void)ctx;
    return put(put_ctx, record, len, 0);
}

/* Nothing tells when a renderer changes, unless it has a hash. */
static void renderers_need_a_hash(void **unused)
{
    (void)unused;
    uint8_t hash[32] = {1};
    calib_documents records = {
        .struct_size = sizeof records, .format = CALIB_DOCUMENTS_JSONL, .render = render};
    test_setup setup = text_setup("{}\n[1]\n", 7);
    setup.source.documents = &records;
    setup.options.cache_dir = cache;
    static const uint32_t states[] = {CALIB_CACHE_OFF, CALIB_CACHE_MISS, CALIB_CACHE_HIT,
                                      CALIB_CACHE_MISS};
    for (int i = 0; i < 4; i++) {
        calib_corpus *corpus;
        records.render_sha256 = i == 0 ? NULL : hash;
        hash[0] = i == 3 ? 2 : 1;
        assert_ok(test_open(calib_bytes_tokenizer(), &setup, &corpus));
        assert_int_equal(state_of(corpus), states[i]);
        assert_int_equal(tokens_of(corpus), 5);
        calib_corpus_close(corpus);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(found_as_made),
        CASE(every_damaged_byte_is_found),
        CASE(renderers_need_a_hash),
    };
    return cmocka_run_group_tests_name("bounds", tests, loads_begin, loads_end);
}
