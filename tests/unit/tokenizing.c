/* SPDX-License-Identifier: MIT */
/* The streaming driver: for all numbers of threads, memo sizes and block sizes, the ids are those
 * of one call with the whole text. */
#include "base/memory.h"
#include "test.h"
#include "tokenize/tokenize.h"
#include "tokenizers.h"

/* Makes words of a few letters; some are long, some give many ids, some none. */
static char *make_text(size_t len, uint32_t seed)
{
    char *text = malloc(len + 300);
    size_t at = 0;
    while (at < len) {
        uint32_t kind = test_random(&seed) % 100;
        size_t letters = kind == 0 ? 240 + test_random(&seed) % 40 : 1 + test_random(&seed) % 9;
        if (kind == 1) {
            memcpy(text + at, " mute", 5);
            at += 5;
            continue;
        }
        text[at++] = ' ';
        for (size_t i = 0; i < letters; i++)
            text[at++] = (char)('a' + test_random(&seed) % (kind < 30 ? 26 : 3));
    }
    text[len] = '\0';
    return text;
}

static int run(const calib_tokenize_request *request, const char *text, size_t len, size_t block)
{
    calib_tokenizing *tokenizing;
    int status = calib_tokenizing_begin(request, &tokenizing);
    if (status)
        return status;
    for (size_t at = 0; at < len && !status; at += block)
        status = calib_tokenizing_feed(tokenizing, text + at, len - at < block ? len - at : block);
    if (!status)
        status = calib_tokenizing_end(tokenizing, true);
    calib_tokenizing_free(tokenizing);
    return status;
}

static calib_tokenize_request make_request(const calib_tokenizer_vtable *tok, calib_buffer *ids,
                                           calib_progress *progress)
{
    return (calib_tokenize_request){
        .tok = tok,
        .max_whole_bytes = 64 << 20,
        .max_memo_bytes = 8 << 20,
        .threads = 1,
        .progress = progress,
        .sink = {.put = calib_ids_append, .ctx = ids},
    };
}

static void same_ids_whatever(void **unused)
{
    (void)unused;
    static const uint32_t threads[] = {1, 2, 3, 8};
    static const uint64_t memos[] = {1, 1 << 20, 64 << 20};
    static const size_t blocks[] = {100000, 1 << 30};
    const size_t len = 1300000;
    char *text = make_text(len, 7);
    test_tokenizer words = {0};
    calib_progress progress = {0};
    calib_buffer whole = {0}, ids = {0};
    calib_tokenizer_vtable tok = test_vtable(&words);
    calib_tokenize_request request = make_request(&tok, &whole, &progress);
    tok.cuts = NULL;
    assert_ok(run(&request, text, len, len));
    request.sink.ctx = &ids;
    tok.cuts = test_cuts;
    for (size_t c = 0; c < 4 * 3 * 2 * 2; c++) {
        words.rare_cuts = c % 2 ? 1000 : 0;
        request.threads = threads[c / 2 % 4];
        request.max_memo_bytes = memos[c / 8 % 3];
        ids.len = 0;
        test_reset_calls(&words);
        assert_ok(run(&request, text, len, blocks[c / 24]));
        assert_int_equal(ids.len, whole.len);
        assert_memory_equal(ids.data, whole.data, ids.len);
        assert_true(words.n_calls[TEST_ENCODE] > (words.rare_cuts ? 10 : 1000));
        /* There are 240,000 words; most were remembered. */
        if (!words.rare_cuts && request.max_memo_bytes == 64 << 20 && request.threads == 1)
            assert_true(words.n_calls[TEST_ENCODE] < 110000);
    }
    words.cut_margin = SIZE_MAX;
    ids.len = 0;
    assert_ok(run(&request, text, len, 300000));
    assert_memory_equal(ids.data, whole.data, ids.len);
    calib_buffer_free(&whole);
    calib_buffer_free(&ids);
    free(text);
}

/* Without CALIB_TOKENIZER_THREADS one thread encodes, and the ids are the same. */
static void one_thread_unless_promised(void **unused)
{
    (void)unused;
    char *text = make_text(1500000, 9);
    test_tokenizer words = {0};
    calib_progress progress = {0};
    calib_buffer one = {0}, many = {0};
    calib_tokenizer_vtable tok = test_vtable(&words);
    calib_tokenize_request request = make_request(&tok, &one, &progress);
    assert_ok(run(&request, text, 1500000, 1 << 20));
    tok.capabilities = 0;
    request.threads = 8;
    request.sink.ctx = &many;
    assert_ok(run(&request, text, 1500000, 1 << 20));
    assert_int_equal(one.len, many.len);
    assert_memory_equal(one.data, many.data, one.len);
    calib_buffer_free(&one);
    calib_buffer_free(&many);
    free(text);
}

/* Each call of either callback fails once, and each failure is reported. */
static void failures_at_every_call(void **unused)
{
    (void)unused;
    const size_t len = 800000;
    char *text = make_text(len, 19);
    test_tokenizer words = {.rare_cuts = 1000};
    calib_progress progress = {0};
    calib_buffer ids = {0};
    calib_tokenizer_vtable tok = test_vtable(&words);
    calib_tokenize_request request = make_request(&tok, &ids, &progress);
    for (size_t c = 0; c < 4; c++) {
        size_t k = 0;
        int status;
        request.threads = c < 2 ? 1 : 4;
        words.fails = c % 2 ? TEST_ENCODE : TEST_CUTS;
        do {
            test_reset_calls(&words);
            words.fail_at = ++k;
            ids.len = 0;
            status = run(&request, text, len, len);
            calib_error error = {.struct_size = sizeof error};
            calib_last_error(&error);
            if (status)
                assert_true(status == CALIB_E_ENCODE && error.callback_result == 77);
        } while (status);
        assert_true(k > (c % 2 ? 10 : 5));
    }
    calib_buffer_free(&ids);
    free(text);
}

/* The same among many calls, in several rounds of several batches. */
static void failures_among_many_calls(void **unused)
{
    (void)unused;
    const size_t len = 2000000;
    char *text = make_text(len, 11);
    test_tokenizer words = {0};
    calib_progress progress = {0};
    calib_buffer ids = {0};
    calib_tokenizer_vtable tok = test_vtable(&words);
    calib_tokenize_request request = make_request(&tok, &ids, &progress);
    for (uint32_t threads = 1; threads <= 4; threads += 3)
        for (size_t k = 1; k < 2000; k = k * 2 + 1) {
            request.threads = threads;
            test_reset_calls(&words);
            words.fail_at = k;
            assert_status(run(&request, text, len, 1 << 18), CALIB_E_ENCODE);
            calib_error error = {.struct_size = sizeof error};
            calib_last_error(&error);
            assert_int_equal(error.callback_result, 77);
        }
    calib_buffer_free(&ids);
    free(text);
}

/* Of two bad words the first in the text is reported, for any number of threads. */
static void first_failure_wins(void **unused)
{
    (void)unused;
    const size_t len = 4000000;
    char *text = make_text(len, 13);
    memcpy(text + 700000, " BAD ", 5);
    memcpy(text + 3900000, " BAD ", 5);
    test_tokenizer words = {.refused = " BAD"};
    calib_progress progress = {0};
    calib_buffer ids = {0};
    calib_tokenizer_vtable tok = test_vtable(&words);
    calib_tokenize_request request = make_request(&tok, &ids, &progress);
    for (uint32_t threads = 1; threads <= 8; threads++) {
        request.threads = threads;
        assert_status(run(&request, text, len, len), CALIB_E_ENCODE);
        assert_message("at byte 700000");
    }
    calib_buffer_free(&ids);
    free(text);
}

static int cancel_after(void *ctx, uint32_t stage, uint64_t done, uint64_t total)
{
    (void)stage, (void)done, (void)total;
    int *left = ctx;
    return --*left <= 0 ? 5 : 0;
}

static void cancel(void **unused)
{
    (void)unused;
    const size_t len = 1300000;
    char *text = make_text(len, 17);
    test_tokenizer words = {0};
    calib_buffer ids = {0};
    calib_tokenizer_vtable tok = test_vtable(&words);
    for (int threads = 1; threads <= 4; threads += 3) {
        int left = 1;
        calib_progress progress = {.fn = cancel_after, .ctx = &left};
        calib_tokenize_request request = make_request(&tok, &ids, &progress);
        request.threads = (uint32_t)threads;
        assert_status(run(&request, text, len, len), CALIB_E_CANCELLED);
    }
    calib_buffer_free(&ids);
    free(text);
}

static int bad_cuts(void *ctx, const char *text, size_t len, uint32_t flags, size_t *offsets,
                    size_t cap, size_t *n)
{
    (void)text, (void)flags, (void)cap;
    const test_tokenizer *words = ctx;
    offsets[0] = words->fail_at == 1 ? 0 : len;
    *n = words->fail_at == 3 ? cap + 1 : 1;
    return words->fail_at == 4 ? 9 : 0;
}

static void cuts_are_checked(void **unused)
{
    (void)unused;
    test_tokenizer words = {0};
    calib_progress progress = {0};
    calib_buffer ids = {0};
    calib_tokenizer_vtable tok = test_vtable(&words);
    calib_tokenize_request request = make_request(&tok, &ids, &progress);
    tok.cuts = bad_cuts;
    words.fails = TEST_TEXT_OF; /* which is never called: fail_at is for bad_cuts alone */
    for (words.fail_at = 1; words.fail_at <= 4; words.fail_at++) {
        assert_status(run(&request, "one two three", 13, 13), CALIB_E_ENCODE);
        assert_message("cuts");
    }
    calib_buffer_free(&ids);
}

static void whole_limit(void **unused)
{
    (void)unused;
    char *text = make_text(2000000, 3);
    test_tokenizer words = {0};
    calib_progress progress = {0};
    calib_buffer ids = {0};
    calib_tokenizer_vtable tok = test_vtable(&words);
    calib_tokenize_request request = make_request(&tok, &ids, &progress);
    request.max_whole_bytes = 1000;
    assert_ok(run(&request, text, 2000000, 50000));
    request.max_whole_bytes = 100;
    assert_status(run(&request, text, 2000000, 50000), CALIB_E_WHOLE_LIMIT);
    request.max_whole_bytes = 1000000;
    words.cut_margin = SIZE_MAX;
    assert_status(run(&request, text, 2000000, 50000), CALIB_E_WHOLE_LIMIT);
    tok.cuts = NULL;
    assert_status(run(&request, text, 2000000, 50000), CALIB_E_WHOLE_LIMIT);
    assert_ok(run(&request, text, 1000000, 50000));
    calib_buffer_free(&ids);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_ids_whatever),      cmocka_unit_test(one_thread_unless_promised),
        cmocka_unit_test(failures_at_every_call), cmocka_unit_test(failures_among_many_calls),
        cmocka_unit_test(first_failure_wins),     cmocka_unit_test(cancel),
        cmocka_unit_test(cuts_are_checked),       cmocka_unit_test(whole_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
