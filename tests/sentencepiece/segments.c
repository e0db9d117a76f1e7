/* SPDX-License-Identifier: MIT */
/* Segments of texts: cuts through the vtable, tables built in several threads, damaged models. */
#include "models.h"

#include <pthread.h>

/* ---- segments ---- */

/* Encodes the segments between cuts. Returns the status of the first that fails, or 0. */
static int encode_segments(const calib_tokenizer_vtable *tok, const char *text, size_t len,
                           id_list *list)
{
    size_t offsets[256], n = 0, start = 0;
    assert_true(len < 256);
    assert_int_equal(tok->cuts(tok->ctx, text, len, WHOLE, offsets, 256, &n), 0);
    offsets[n++] = len;
    int status = 0;
    for (size_t i = 0; i < n && !status; i++) {
        uint32_t flags = (i == 0 ? CALIB_TEXT_BEGIN : 0u) | (i + 1 == n ? CALIB_TEXT_END : 0u);
        status = tok->encode(tok->ctx, text + start, offsets[i] - start, flags, collect, list);
        start = offsets[i];
    }
    return status;
}

static void check_segments(const calib_sentencepiece *model, const char *text, size_t len)
{
    const calib_tokenizer_vtable *tok = calib_sentencepiece_vtable(model);
    id_list whole = {0}, segments = {0};
    int status = tok->encode(tok->ctx, text, len, WHOLE, collect, &whole);
    if (tok->cuts) {
        int other = encode_segments(tok, text, len, &segments);
        assert_int_equal(status != 0, other != 0);
        if (!status) {
            assert_int_equal(whole.n, segments.n);
            assert_memory_equal(whole.ids, segments.ids, whole.n * sizeof *whole.ids);
        }
    }
    free(whole.ids);
    free(segments.ids);
}

static const char mixed[] = "  Some text, with caf\xc3\xa9 e\xcc\x81\xe6\x9d\xb1 \xff and more.  "
                            "\xe2\x96\x81 Tabs\tand\n\nlines, \xef\xac\x83 \xc2\xa8 1234 <s> ";

static void segments_give_the_ids_of_the_whole(void **state)
{
    (void)state;
    static const char *const models[] = {"BPE", "NFKC", "UNIGRAM"};
    for (size_t i = 0; i < 3; i++) {
        calib_sentencepiece *model = open_model(models[i], CALIB_SENTENCEPIECE_BOS * (i < 2));
        const char *why = calib_sentencepiece_why_whole(model);
        assert_int_equal(why != NULL, i == 2);
        assert_int_equal(calib_sentencepiece_vtable(model)->cuts == NULL, i == 2);
        if (why)
            assert_true(strstr(why, "unigram") && strstr(why, "times the text in memory"));
        check_segments(model, mixed, sizeof mixed - 1);
        calib_sentencepiece_close(model);
    }
}

static void cuts_can_be_declined(void **state)
{
    (void)state;
    calib_sentencepiece_options options =
        OPTIONS(.path = environment("BPE"), .cuts = CALIB_SENTENCEPIECE_CUTS_NONE);
    calib_sentencepiece *model = NULL;
    assert_int_equal(calib_sentencepiece_open(&options, &model), 0);
    assert_null(calib_sentencepiece_vtable(model)->cuts);
    assert_non_null(calib_sentencepiece_why_whole(model));
    calib_sentencepiece_close(model);
}

/* Cuts that are asked for a few at a time are the same as all at once. None is at an end of the
 * text. */
static void cuts_come_in_any_number(void **state)
{
    (void)state;
    calib_sentencepiece *model = open_model("BPE", 0);
    const calib_tokenizer_vtable *tok = calib_sentencepiece_vtable(model);
    size_t all[256], n_all, n, len = sizeof mixed - 1;
    assert_int_equal(tok->cuts(tok->ctx, mixed, len, WHOLE, all, 256, &n_all), 0);
    assert_true(n_all > 20);
    assert_true(all[0] > 0 && all[n_all - 1] < len);
    for (size_t cap = 1; cap < 9; cap++) {
        size_t few[8], at = 0, got = 0;
        do {
            assert_int_equal(tok->cuts(tok->ctx, mixed + at, len - at, 0, few, cap, &n), 0);
            for (size_t i = 0; i < n; i++)
                assert_int_equal(at + few[i], all[got++]);
            at += n ? few[n - 1] : 0;
        } while (n == cap);
        assert_int_equal(got, n_all);
    }
    assert_int_equal(tok->cuts(tok->ctx, mixed, len, WHOLE, all, 0, &n), 0);
    assert_int_equal(n, 0);
    assert_int_equal(tok->cuts(tok->ctx, NULL, 0, WHOLE, all, 256, &n), 0);
    assert_int_equal(n, 0);
    calib_sentencepiece_close(model);
}

static void *cut_once(void *ctx)
{
    const calib_tokenizer_vtable *tok = calib_sentencepiece_vtable(ctx);
    id_list list = {0};
    int status = encode_segments(tok, mixed, sizeof mixed - 1, &list);
    free(list.ids);
    return (void *)(status ? SIZE_MAX : list.n);
}

/* The thread that comes first builds the tables. */
static void threads_build_the_tables_once(void **state)
{
    (void)state;
    for (int i = 0; i < 5; i++) {
        calib_sentencepiece *model = open_model(i % 2 ? "BPE" : "NFKC", 0);
        pthread_t threads[8];
        void *n[8];
        for (size_t k = 0; k < 8; k++)
            assert_int_equal(pthread_create(&threads[k], NULL, cut_once, model), 0);
        for (size_t k = 0; k < 8; k++)
            pthread_join(threads[k], &n[k]);
        for (size_t k = 0; k < 8; k++)
            assert_true(n[k] == n[0] && n[k] != (void *)SIZE_MAX);
        calib_sentencepiece_close(model);
    }
}

/* ---- damaged models ---- */

/* Must not crash, and must give a status with a message, or a model whose segments give the ids of
 * the whole. */
static void try_bytes(const char *bytes, size_t len, size_t counts[2])
{
    calib_sentencepiece_options options = OPTIONS(.model = bytes, .model_len = len);
    calib_sentencepiece *model = NULL;
    int status = calib_sentencepiece_open(&options, &model);
    counts[status == 0]++;
    if (status) {
        assert_null(model);
        assert_true(strlen(sp_message()) > 0);
        return;
    }
    check_segments(model, mixed, sizeof mixed - 1);
    calib_sentencepiece_close(model);
}

static void damage(const char *variable, int n_times)
{
    size_t len, counts[2] = {0, 0};
    char *bytes = read_whole(environment(variable), &len);
    uint32_t random = 1;
    for (size_t cut = 0; cut < len; cut += len / 20)
        try_bytes(bytes, cut, counts);
    for (int i = 0; i < n_times; i++) {
        random = random * 1664525 + 1013904223;
        size_t at = (size_t)(random % len);
        char old = bytes[at];
        bytes[at] = (char)(old ^ (1 << (random >> 29)));
        try_bytes(bytes, len, counts);
        bytes[at] = old;
    }
    print_message("# %s: %zu refused, %zu opened\n", variable, counts[0], counts[1]);
    free(bytes);
}

static void damaged_models_do_no_harm(void **state)
{
    (void)state;
    damage("BPE", 80);
    damage("NFKC", 40);
    damage("UNIGRAM", 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(segments_give_the_ids_of_the_whole),
        cmocka_unit_test(cuts_can_be_declined),
        cmocka_unit_test(cuts_come_in_any_number),
        cmocka_unit_test(threads_build_the_tables_once),
        cmocka_unit_test(damaged_models_do_no_harm),
    };
    return cmocka_run_group_tests_name("sentencepiece-segments", tests, NULL, NULL);
}
