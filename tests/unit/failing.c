/* SPDX-License-Identifier: MIT */
/* Each call of each callback fails once, with one thread and with several: each failure is
 * reported, and nothing leaks, which the sanitized build checks. */
#include "test.h"
#include "tokenizers.h"

enum { LINE = 20000, N_LINES = 60, LEN = LINE * N_LINES, EVERY = 500 };

/* Cuts at lines, and gives an id for every EVERY bytes. */
#define LINES .ids = TEST_BYTES, .stride = EVERY, .fingerprint = 1

static char text[LEN];

/* No two lines are equal, so each is encoded. */
static int make_text(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < LEN; i++)
        text[i] = (char)('a' + i % 7 + i / LINE % 13);
    for (size_t i = 0; i < N_LINES; i++) {
        text[i * LINE] = (char)('0' + i);
        text[i * LINE + LINE - 1] = '\n';
    }
    return 0;
}

/* Uses every function that calls back. */
static int act(const calib_tokenizer_vtable *tok, uint32_t threads)
{
    test_setup setup = text_setup(text, LEN);
    calib_sampling sampling = {.struct_size = sizeof sampling, .bos = CALIB_BOS_OVERWRITE};
    calib_corpus *corpus;
    calib_samples *samples;
    int32_t ids[LEN / EVERY];
    setup.options.threads = threads;
    setup.options.flags = CALIB_NO_TOKEN_STORE;
    int status = test_open(tok, &setup, &corpus);
    if (status) {
        assert_null(corpus);
        return status;
    }
    status = calib_corpus_sample(corpus, 3, 10, 0, &sampling, &samples);
    if (!status) {
        assert_ok(calib_corpus_tokens(corpus, 0, LEN / EVERY, ids));
        for (size_t i = 0; i < LEN / EVERY; i++)
            assert_int_equal(ids[i], text[i * EVERY]);
        calib_samples_free(samples);
    }
    calib_corpus_close(corpus);
    return status;
}

/* Returns the number of calls that failed. */
static size_t fail_everywhere(test_tokenizer *self, uint32_t threads, int expected)
{
    calib_tokenizer_vtable tok = test_vtable(self);
    do {
        test_reset_calls(self);
        self->fail_at++;
        int status = act(&tok, threads);
        assert_int_equal(status, test_has_failed(self) ? expected : CALIB_OK);
        calib_error error = {.struct_size = sizeof error};
        assert_ok(calib_last_error(&error));
        if (status == CALIB_E_ENCODE)
            assert_int_equal(error.callback_result, 77);
    } while (test_has_failed(self));
    return self->fail_at - 1;
}

static void encode_fails(void **unused)
{
    (void)unused;
    for (uint32_t threads = 1; threads <= 8; threads *= 8)
        for (int late = 0; late < 2; late++)
            assert_int_equal(
                fail_everywhere(&(test_tokenizer){LINES, .fails = TEST_ENCODE, .late = late},
                                threads, CALIB_E_ENCODE),
                N_LINES);
}

static void cuts_fail(void **unused)
{
    (void)unused;
    for (uint32_t threads = 1; threads <= 8; threads *= 8)
        assert_true(fail_everywhere(&(test_tokenizer){LINES, .fails = TEST_CUTS}, threads,
                                    CALIB_E_ENCODE) > 6);
}

/* last_error is called after another failure; if it fails, the message only lacks the reason. */
static void last_error_fails(void **unused)
{
    (void)unused;
    for (uint32_t threads = 1; threads <= 8; threads *= 8)
        for (size_t k = 1; k <= 2; k++) {
            test_tokenizer self = {LINES, .fails = TEST_LAST_ERROR, .fail_at = k, .refused = "\n",
                                   .why = "the model is on strike"};
            calib_tokenizer_vtable tok = test_vtable(&self);
            assert_status(act(&tok, threads), CALIB_E_ENCODE);
            if (!test_has_failed(&self))
                assert_message("the model is on strike");
            else if (threads == 1)
                assert_null(strstr(last_message(), "strike"));
        }
}

static void fingerprint_fails(void **unused)
{
    (void)unused;
    for (uint32_t threads = 1; threads <= 8; threads *= 8)
        assert_int_equal(
            fail_everywhere(&(test_tokenizer){LINES, .fails = TEST_FINGERPRINT}, threads, CALIB_OK),
            1);
}

static void special_id_fails(void **unused)
{
    (void)unused;
    for (uint32_t threads = 1; threads <= 8; threads *= 8)
        assert_true(fail_everywhere(&(test_tokenizer){LINES, .fails = TEST_SPECIAL_ID}, threads,
                                    CALIB_E_ARGUMENT) > 0);
}

/* text_of is for programs that show tokens; the library never calls it. */
static void text_of_is_not_called(void **unused)
{
    (void)unused;
    assert_int_equal(fail_everywhere(&(test_tokenizer){LINES, .fails = TEST_TEXT_OF}, 8, CALIB_OK),
                     0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encode_fails),     cmocka_unit_test(cuts_fail),
        cmocka_unit_test(last_error_fails), cmocka_unit_test(fingerprint_fails),
        cmocka_unit_test(special_id_fails), cmocka_unit_test(text_of_is_not_called),
    };
    return cmocka_run_group_tests(tests, make_text, NULL);
}
