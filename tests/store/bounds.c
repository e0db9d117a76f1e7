/* SPDX-License-Identifier: MIT */
/* Stored tokens of documents: the same documents as when they were made, under a key of their own,
 * and made again after any damage. */
#include "store/bounds.h"
#include "flip.h"
#include "loads.h"

#include <calib_documents.h>
#include <pthread.h>

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
    assert_memory_equal(x.text_sha256, y.text_sha256, 32);
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

/* ---- more bounds than memory should hold ---- */

enum { MANY = 20000 };

/* Document i has i % 3 tokens and is record 2 i; few bytes are enough to be many. */
static void push_many(calib_bounds *bounds)
{
    bounds->bytes.limit = 1000;
    uint64_t end = 0;
    for (uint64_t i = 0; i < MANY; i++)
        assert_ok(calib_bounds_push(bounds, end += i % 3, 2 * i));
    assert_ok(calib_bounds_end(bounds));
    assert_non_null(bounds->bytes.file);
}

static void check_bound(calib_bounds *bounds, uint64_t i)
{
    calib_bound is;
    assert_ok(calib_bounds_read(bounds, i, &is));
    assert_int_equal(is.end - is.first, i % 3);
    assert_int_equal(is.first, i / 3 * 3 + (i % 3 == 2));
    assert_int_equal(is.record, 2 * i);
}

static void read_in_every_order(void **unused)
{
    (void)unused;
    calib_bounds bounds = {0};
    push_many(&bounds);
    for (int pass = 0; pass < 2; pass++)
        for (uint64_t i = 0; i < MANY; i++)
            check_bound(&bounds, i);
    for (uint64_t i = MANY; i-- > 0;)
        check_bound(&bounds, i);
    for (uint64_t i = 0; i < MANY; i++)
        check_bound(&bounds, i * 7919 % MANY);
    for (uint64_t i = 0; i < MANY; i++) { /* two that read in order, in turn */
        check_bound(&bounds, i);
        check_bound(&bounds, (i + MANY / 2) % MANY);
    }
    for (uint64_t token = 0; token < MANY / 3 * 3; token++) {
        uint64_t document;
        calib_bound is;
        assert_ok(calib_bounds_find(&bounds, token, &document, &is));
        assert_int_equal(document, token / 3 * 3 + 1 + (token % 3 > 0));
        assert_true(is.first <= token && token < is.end);
    }
    calib_bounds_free(&bounds);
}

/* The file goes away: what was read ahead is there all the same, the rest is not. */
static void read_ahead(void **unused)
{
    (void)unused;
    calib_bounds bounds = {0};
    calib_bound is;
    push_many(&bounds);
    check_bound(&bounds, 0);
    assert_int_equal(calib_file_truncate(bounds.bytes.file, 0), 0);
    for (uint64_t i = 1; i < 4000; i++)
        check_bound(&bounds, i);
    assert_status(calib_bounds_read(&bounds, MANY - 1, &is), CALIB_E_CORRUPT);
    check_bound(&bounds, 100);
    for (uint64_t i = 101; i < 4096; i++)
        check_bound(&bounds, i);
    assert_status(calib_bounds_read(&bounds, 4096, &is), CALIB_E_CORRUPT);
    assert_message("cannot read where the documents end");
    calib_bounds_free(&bounds);
}

typedef struct reading {
    calib_bounds *bounds;
    uint64_t first;
    bool good;
} reading;

/* cmocka's assertions belong to one thread. */
static void *read_all(void *ctx)
{
    reading *r = ctx;
    r->good = true;
    for (uint64_t k = 0; k < 3 * MANY; k++) {
        uint64_t i = (r->first + k) % MANY;
        calib_bound is;
        r->good = r->good && !calib_bounds_read(r->bounds, i, &is) && is.record == 2 * i &&
                  is.end - is.first == i % 3;
    }
    return NULL;
}

static void read_by_threads(void **unused)
{
    (void)unused;
    enum { THREADS = 4 };
    calib_bounds bounds = {0};
    pthread_t threads[THREADS];
    reading each[THREADS];
    push_many(&bounds);
    for (size_t i = 0; i < THREADS; i++) {
        each[i] = (reading){.bounds = &bounds, .first = i * MANY / THREADS};
        assert_int_equal(pthread_create(&threads[i], NULL, read_all, &each[i]), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_true(each[i].good);
    }
    calib_bounds_free(&bounds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(found_as_made),
        CASE(every_damaged_byte_is_found),
        CASE(renderers_need_a_hash),
        CASE(read_in_every_order),
        CASE(read_ahead),
        CASE(read_by_threads),
    };
    return cmocka_run_group_tests_name("bounds", tests, loads_begin, loads_end);
}
