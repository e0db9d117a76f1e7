/* SPDX-License-Identifier: MIT */
/* Slices of a text, joined, give the ids of the whole, wherever the borders are. */
#include "loads.h"

static void join_slices(const calib_tokenizer_vtable *tok, test_setup setup, uint32_t n)
{
    calib_corpus *whole;
    size_t n_all, at = 0, m;
    assert_ok(test_open(tok, &setup, &whole));
    int32_t *all = all_of(whole, &n_all);
    for (uint32_t i = 0; i < n; i++) {
        calib_corpus *part;
        setup.options.slice = i, setup.options.n_slices = n;
        assert_ok(test_open(tok, &setup, &part));
        int32_t *ids = all_of(part, &m);
        assert_true(at + m <= n_all);
        if (m)
            assert_memory_equal(ids, all + at, m * sizeof *ids);
        at += m;
        free(ids);
        calib_corpus_close(part);
    }
    assert_int_equal(at, n_all);
    free(all);
    calib_corpus_close(whole);
}

static void test_slices(void **state)
{
    (void)state;
    test_tokenizer w = {.fingerprint = 1};
    calib_tokenizer_vtable tok = test_vtable(&w);
    for (uint32_t n = 2; n < 40; n += 5)
        join_slices(&tok, setup_for(CALIB_NO_TOKEN_STORE), n);
    join_slices(&tok, setup_for(0), 3);
    join_slices(&tok, setup_for(0), 3);
    test_setup raw = setup_for(0);
    raw.source.flags = CALIB_RAW_BYTES;
    join_slices(calib_bytes_tokenizer(), raw, 4);
    test_setup nowhere = setup_for(0);
    nowhere.options.cache_dir = "/dev/null/cache";
    join_slices(&tok, nowhere, 4);
    char path[128];
    snprintf(path, sizeof path, "%s/text", cache);
    write_text(path);
    nowhere.source.bytes = NULL, nowhere.source.n_bytes = 0, nowhere.source.location = path;
    join_slices(&tok, nowhere, 4);
    nowhere.options.cache_dir = cache;
    join_slices(&tok, nowhere, 5);
    unlink(path);
}

/* Texts of a few bytes in many slices, most of them empty. */
static void test_small_slices(void **state)
{
    (void)state;
    test_tokenizer w = {0};
    calib_tokenizer_vtable tok = test_vtable(&w);
    static const char small[] = "a \xc3\xa9t\xc3\xa9  b\r\n c dddddddddddddd e \xe4\xb8\x96 ";
    for (size_t len = 1; len < sizeof small; len++) {
        test_setup setup = text_setup(small, len);
        calib_corpus *corpus;
        if (test_open(&tok, &setup, &corpus) == CALIB_E_UTF8)
            continue;
        calib_corpus_close(corpus);
        for (uint32_t n = 2; n < 60; n += n / 2)
            join_slices(&tok, setup, n);
    }
}

/* Wherever the slices without tokens lie, the last one is no exception. */
static void test_silent_slices(void **state)
{
    (void)state;
    static const char *const silent[] = {
        "abcdefgh\n\n\n\n\n\n\n\n",
        "\n\n\n\n\n\n\n\nabcdefgh",
        "\n\n\n\nabcdefgh\n\n\n\n",
        "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n",
    };
    test_tokenizer t = {.ids = TEST_BYTES, .silent = '\n', .fingerprint = 2};
    calib_tokenizer_vtable tok = test_vtable(&t);
    for (int i = 0; i < 3; i++) {
        test_setup setup = text_setup(silent[i], 16);
        join_slices(&tok, setup, 4);
        setup = setup_for(0);
        setup.source.bytes = silent[i], setup.source.n_bytes = 16;
        join_slices(&tok, setup, 4);
        join_slices(&tok, setup, 4); /* stored now */
    }
    calib_corpus *corpus;
    test_setup setup = text_setup(silent[3], 16);
    assert_status(test_open(&tok, &setup, &corpus), CALIB_E_EMPTY);
}

/* Cuts are far apart, and longer texts show more of them. */
static void test_rare_cuts(void **state)
{
    (void)state;
    test_tokenizer w = {.rare_cuts = 18, .cut_margin = 10000};
    calib_tokenizer_vtable tok = test_vtable(&w);
    for (uint32_t n = 2; n < 60; n += 7)
        join_slices(&tok, setup_for(0), n);
}

/* A border is not looked for in ever more text. */
static void test_slices_far_from_cuts(void **state)
{
    (void)state;
    test_tokenizer w = {.cut_margin = SIZE_MAX};
    calib_tokenizer_vtable tok = test_vtable(&w);
    test_setup setup = setup_for(0);
    calib_corpus *corpus;
    setup.options.max_whole_bytes = 20000;
    setup.options.slice = 1, setup.options.n_slices = 2;
    assert_status(test_open(&tok, &setup, &corpus), CALIB_E_WHOLE_LIMIT);
    assert_message("or open the corpus whole");
    setup.options.max_whole_bytes = TEXT_BYTES;
    setup.options.slice = 0, setup.options.n_slices = 1;
    join_slices(&tok, setup, 2);
}

static void test_slices_without_cuts(void **state)
{
    (void)state;
    test_tokenizer w = {0};
    calib_tokenizer_vtable tok = test_vtable(&w);
    test_setup setup = setup_for(0);
    calib_corpus *corpus;
    setup.options.n_slices = 2;
    tok.cuts = NULL;
    assert_status(test_open(&tok, &setup, &corpus), CALIB_E_UNSUPPORTED);
    assert_message("no cuts");
    tok.cuts = test_cuts;
    setup.options.slice = 2;
    assert_status(test_open(&tok, &setup, &corpus), CALIB_E_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_slices),    CASE(test_small_slices),         CASE(test_silent_slices),
        CASE(test_rare_cuts), CASE(test_slices_far_from_cuts), CASE(test_slices_without_cuts),
    };
    return cmocka_run_group_tests(tests, loads_begin, loads_end);
}
