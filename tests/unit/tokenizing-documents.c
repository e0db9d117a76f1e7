/* SPDX-License-Identifier: MIT */
/* Documents through the driver: for all numbers of threads, memo sizes and cuts, the ids of each
 * are those of encoding its parts one by one. */
#include "document_runs.h"

#include <pthread.h>
#include <time.h>

enum { BATCH = 128 * 1024, LOOK = 4096 };

/* ---- the ids ---- */

/* Compares for every number of threads, with a tiny memo and a large one, with cuts and without. */
static void compare(const corpus *from, test_tokenizer *words, uint32_t flags)
{
    calib_tokenizer_vtable tok = test_vtable(words);
    tok.capabilities |= CALIB_TOKENIZER_PARTS;
    calib_tokenize_request request = make_request(&tok);
    request.flags = flags;
    document_ids expected = {0}, got = {0};
    naive(&tok, flags, from, &expected);
    for (size_t c = 0; c < 3 * 3; c++) {
        request.threads = thread_counts[c % 3];
        request.max_memo_bytes = c / 3 == 0 ? 4096 : 8 << 20;
        tok.cuts = c / 3 == 2 ? NULL : test_cuts;
        assert_ok(tokenize(&request, from, &got));
        assert_same(&got, &expected);
    }
    free_ids(&expected);
    free_ids(&got);
}

static void all_sizes(void **unused)
{
    (void)unused;
    static const size_t sizes[] = {0,
                                   1,
                                   BATCH - 1,
                                   BATCH,
                                   BATCH + 1,
                                   2,
                                   0,
                                   0,
                                   BATCH + LOOK - 1,
                                   BATCH + LOOK,
                                   BATCH + LOOK + 1,
                                   1000,
                                   5 * BATCH + 77,
                                   3,
                                   0};
    for (int in_parts = 0; in_parts < 2; in_parts++) {
        corpus from = make_corpus(sizes, sizeof sizes / sizeof *sizes, in_parts, 7);
        compare(&from, &(test_tokenizer){0}, 0);
        compare(&from, &(test_tokenizer){.rare_cuts = 1000}, CALIB_TEXT_NO_SPECIAL);
        compare(&from, &(test_tokenizer){.cut_margin = SIZE_MAX}, 0);
        free_corpus(&from);
    }
}

static void random_documents(void **unused)
{
    (void)unused;
    enum { N = 150 };
    size_t sizes[N];
    uint32_t seed = 11;
    for (int round = 0; round < 12; round++) {
        for (size_t i = 0; i < N; i++)
            sizes[i] = test_random(&seed) % (1u << test_random(&seed) % 14);
        corpus from = make_corpus(sizes, N, round % 3, seed);
        test_tokenizer words = {.rare_cuts = test_random(&seed) % 3 * 4,
                                .cut_margin = test_random(&seed) % 2 * 20};
        compare(&from, &words, round % 2 ? CALIB_TEXT_NO_SPECIAL : 0);
        free_corpus(&from);
    }
}

/* Documents may have no ids, and so may all of them: that is for the caller to judge. */
static void no_ids(void **unused)
{
    (void)unused;
    corpus from = equal_documents(10000, 0);
    test_tokenizer lines = {.ids = TEST_LINES};
    calib_tokenizer_vtable tok = test_vtable(&lines);
    calib_tokenize_request request = make_request(&tok);
    document_ids got = {0};
    assert_ok(tokenize(&request, &from, &got));
    assert_int_equal(got.ids.len, 0);
    assert_int_equal(n_ended(&got), 10000);
    assert_int_equal(lines.n_calls[TEST_ENCODE], 10000);
    from.n = 0;
    assert_ok(tokenize(&request, &from, &got));
    assert_int_equal(n_ended(&got), 0);
    free_ids(&got);
    free_corpus(&from);
}

/* ---- threads and progress ---- */

typedef struct watched {
    test_tokenizer words;
    pthread_t caller;
    atomic_int n_inside, most_inside, n_elsewhere;
    int wanted; /* a call waits up to two seconds for so many inside */
} watched;

static int encode_watched(void *ctx, const char *text, size_t len, uint32_t flags,
                          calib_emit_fn emit_ids, void *emit_ctx)
{
    watched *w = ctx;
    int now = atomic_fetch_add(&w->n_inside, 1) + 1, most = atomic_load(&w->most_inside);
    while (now > most && !atomic_compare_exchange_weak(&w->most_inside, &most, now)) {
    }
    for (int i = 0; i < 2000 && atomic_load(&w->most_inside) < w->wanted; i++)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    if (!pthread_equal(pthread_self(), w->caller))
        atomic_fetch_add(&w->n_elsewhere, 1);
    int status = test_encode(&w->words, text, len, flags, emit_ids, emit_ctx);
    atomic_fetch_sub(&w->n_inside, 1);
    return status;
}

/* Without cuts several documents run at the same time, if the tokenizer promises threads. */
static void documents_side_by_side(void **unused)
{
    (void)unused;
    corpus from = equal_documents(6, BATCH);
    watched w = {.caller = pthread_self(), .wanted = 2};
    calib_tokenizer_vtable tok = test_vtable(&w.words);
    tok.ctx = &w;
    tok.encode = encode_watched;
    tok.cuts = NULL;
    calib_tokenize_request request = make_request(&tok);
    document_ids got = {0};
    request.threads = 2;
    assert_ok(tokenize(&request, &from, &got));
    assert_int_equal(w.most_inside, 2);
    assert_true(w.n_elsewhere > 0);
    w.most_inside = w.n_elsewhere = w.wanted = 0;
    tok.capabilities = 0;
    assert_ok(tokenize(&request, &from, &got));
    assert_int_equal(w.most_inside, 1);
    assert_int_equal(w.n_elsewhere, 0);
    free_ids(&got);
    free_corpus(&from);
}

typedef struct reports {
    uint64_t last, total;
    size_t n, cancel_at;
    bool went_back;
} reports;

static int report(void *ctx, uint32_t stage, uint64_t done, uint64_t total)
{
    (void)stage;
    reports *seen = ctx;
    seen->went_back = seen->went_back || done < seen->last || (total && done > total);
    seen->last = done;
    seen->total = total;
    return ++seen->n == seen->cancel_at ? 5 : 0;
}

/* Done are the bytes of the records, which may be longer or shorter than their texts. */
static void progress_and_cancel(void **unused)
{
    (void)unused;
    corpus from = equal_documents(300, 3000);
    test_tokenizer words = {0};
    calib_tokenizer_vtable tok = test_vtable(&words);
    calib_tokenize_request request = make_request(&tok);
    document_ids got = {0};
    for (size_t i = 0; i < from.n; i++)
        from.documents[i].at = i * 3500, from.documents[i].size = i % 2 ? 3400 : 2000;
    request.total = 299 * 3500 + 3400;
    for (size_t c = 0; c < 6; c++) {
        reports seen = {.cancel_at = c < 3 ? 0 : 1};
        calib_progress progress = {.fn = report, .ctx = &seen};
        request.progress = &progress;
        request.threads = thread_counts[c % 3];
        assert_status(tokenize(&request, &from, &got), c < 3 ? CALIB_OK : CALIB_E_CANCELLED);
        assert_false(seen.went_back);
        if (c < 3)
            assert_true(seen.n > 0 && seen.last == request.total && seen.total == request.total);
    }
    free_ids(&got);
    free_corpus(&from);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_sizes),
        cmocka_unit_test(random_documents),
        cmocka_unit_test(no_ids),
        cmocka_unit_test(documents_side_by_side),
        cmocka_unit_test(progress_and_cancel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
