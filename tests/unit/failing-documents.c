/* SPDX-License-Identifier: MIT */
/* Documents that fail in the driver: for all numbers of threads the first failure is reported. */
#include "document_runs.h"

/* Whatever document fails, its record is named, and the documents before it have arrived. */
static void every_document_fails(void **unused)
{
    (void)unused;
    enum { N = 45, SIZE = 9000 };
    for (size_t bad = 0; bad < N; bad++) {
        corpus from = equal_documents(N, SIZE);
        memcpy(from.text + (N - 1) * SIZE + 50, " BAD ", 5);
        memcpy(from.text + bad * SIZE + 300, " BAD ", 5);
        test_tokenizer words = {.refused = " BAD"};
        calib_tokenizer_vtable tok = test_vtable(&words);
        calib_tokenize_request request = make_request(&tok);
        document_ids got = {0};
        char expected[80];
        for (size_t c = 0; c < 6; c++) {
            request.threads = thread_counts[c % 3];
            tok.cuts = c < 3 ? test_cuts : NULL;
            size_t byte = !tok.cuts ? 0 : bad == N - 1 ? 50 : 300;
            snprintf(expected, sizeof expected, "at byte %zu of the text of record %zu", byte,
                     3 * bad + 1);
            assert_status(tokenize(&request, &from, &got), CALIB_E_ENCODE);
            assert_message(expected);
            assert_int_equal(n_ended(&got), bad);
        }
        free_ids(&got);
        free_corpus(&from);
    }
}

/* Any id may be the first that is too large: the same for every number of threads. */
static void every_emit_fails(void **unused)
{
    (void)unused;
    corpus from = equal_documents(200, 2000);
    test_tokenizer words = {0};
    calib_tokenizer_vtable tok = test_vtable(&words);
    calib_tokenize_request request = make_request(&tok);
    document_ids got = {0}, all = {0};
    assert_ok(tokenize(&request, &from, &all));
    const int32_t *ids = all.ids.data;
    size_t n_ids = all.ids.len / sizeof *ids;
    int32_t highest = 2;
    for (size_t i = 0; i < n_ids; i++) {
        if (ids[i] <= highest)
            continue;
        char expected[80];
        highest = ids[i];
        tok.vocab_size = (uint32_t)highest;
        size_t n_before = 0;
        while (((const document_end *)all.ends.data)[n_before].n_ids <= i)
            n_before++;
        snprintf(expected, sizeof expected, "of the text of record %zu, but", 3 * n_before + 1);
        for (size_t c = 0; c < 3; c++) {
            request.threads = thread_counts[c];
            assert_status(tokenize(&request, &from, &got), CALIB_E_ENCODE);
            assert_message(expected);
            assert_int_equal(n_ended(&got), n_before);
        }
    }
    assert_true(highest > 50000);
    free_ids(&got);
    free_ids(&all);
    free_corpus(&from);
}

/* A failing sink ends the run, unless a document before it has failed. */
static void the_sink_fails(void **unused)
{
    (void)unused;
    corpus from = equal_documents(120, 4000);
    memcpy(from.text + 100 * 4000, " BAD ", 5);
    test_tokenizer words = {.refused = " BAD"};
    calib_tokenizer_vtable tok = test_vtable(&words);
    calib_tokenize_request request = make_request(&tok);
    for (size_t c = 0; c < 3; c++)
        for (size_t k = 1; k < 240; k += 7) {
            document_ids got = {.fail_at = k};
            bool sink_first = k <= 200; /* two calls for each document */
            request.threads = thread_counts[c];
            assert_status(tokenize(&request, &from, &got),
                          sink_first ? CALIB_E_SYSTEM : CALIB_E_ENCODE);
            assert_int_equal(got.n_calls, sink_first ? k : 200);
            free_ids(&got);
        }
    free_corpus(&from);
}

/* A failure of what makes documents comes behind those of all documents before it. */
static void settled(void **unused)
{
    (void)unused;
    corpus from = equal_documents(90, 4000);
    test_tokenizer words = {.refused = " BAD"};
    calib_tokenizer_vtable tok = test_vtable(&words);
    calib_tokenize_request request = make_request(&tok);
    calib_progress progress = {0};
    document_ids got = {0};
    request.progress = &progress;
    request.sink = (calib_id_sink){put, end, &got};
    for (size_t c = 0; c < 6; c++) {
        calib_tokenizing *run;
        request.threads = thread_counts[c % 3];
        if (c == 3)
            memcpy(from.text + 89 * 4000, " BAD ", 5);
        reset(&got);
        assert_ok(calib_tokenizing_begin(&request, &run));
        assert_ok(put_all(run, &from));
        int later = calib_fail(CALIB_E_FORMAT, "record 271 is malformed");
        assert_status(calib_tokenizing_settle(run, later), c < 3 ? CALIB_E_FORMAT : CALIB_E_ENCODE);
        assert_message(c < 3 ? "record 271 is malformed" : "of record 268");
        calib_tokenizing_free(run);
    }
    free_ids(&got);
    free_corpus(&from);
}

static void parts_need_the_capability(void **unused)
{
    (void)unused;
    corpus from = equal_documents(60, 4000);
    calib_part two[] = {{"one", 3, 0}, {" two", 4, CALIB_TEXT_PLAIN}};
    from.documents[50] = (calib_document){two, 2, 700, 0, 0, NULL};
    test_tokenizer words = {.refused = " BAD"};
    calib_tokenizer_vtable tok = test_vtable(&words);
    calib_tokenize_request request = make_request(&tok);
    document_ids got = {0};
    assert_status(tokenize(&request, &from, &got), CALIB_E_UNSUPPORTED);
    assert_message("record 700");
    assert_message("CALIB_TOKENIZER_PARTS");
    memcpy(from.text + 49 * 4000, " BAD ", 5);
    assert_status(tokenize(&request, &from, &got), CALIB_E_ENCODE);
    free_ids(&got);
    free_corpus(&from);
}

/* The limit holds for each document. */
static void whole_limit(void **unused)
{
    (void)unused;
    corpus from = equal_documents(100, 5000);
    test_tokenizer words = {.cut_margin = SIZE_MAX};
    calib_tokenizer_vtable tok = test_vtable(&words);
    calib_tokenize_request request = make_request(&tok);
    uint64_t longest = 0;
    document_ids got = {0};
    request.longest_segment = &longest;
    for (size_t c = 0; c < 6; c++) {
        request.threads = thread_counts[c % 3];
        tok.cuts = c < 3 ? test_cuts : NULL;
        request.max_whole_bytes = 5000;
        assert_ok(tokenize(&request, &from, &got));
        assert_int_equal(longest, 5000);
        request.max_whole_bytes = 4999;
        assert_status(tokenize(&request, &from, &got), CALIB_E_WHOLE_LIMIT);
        assert_message("byte 0 of the text of record 1 on");
        assert_message("smaller documents");
    }
    free_ids(&got);
    free_corpus(&from);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_document_fails),
        cmocka_unit_test(every_emit_fails),
        cmocka_unit_test(the_sink_fails),
        cmocka_unit_test(settled),
        cmocka_unit_test(parts_need_the_capability),
        cmocka_unit_test(whole_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
