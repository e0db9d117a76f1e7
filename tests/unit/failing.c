/* SPDX-License-Identifier: MIT */
/* Every callback fails at its call 1, 2, 3, ... until there are no more, with one thread and with
 * several: each failure is told, and nothing is lost, as the sanitized build finds out. */
#include "test.h"

#include <stdatomic.h>
#include <stdbool.h>

enum callback { ENCODE, CUTS, LAST_ERROR, FINGERPRINT, SPECIAL_ID, TEXT_OF, N_CALLBACKS };

enum { LINE = 20000, N_LINES = 60, LEN = LINE * N_LINES, EVERY = 500 };

/* Cut at lines; an id for every so many bytes. */
typedef struct lines {
    enum callback fails;
    size_t fail_at; /* the call that fails; 0: none */
    bool late;      /* encode fails when it has emitted everything */
    bool refuses;   /* encode fails at every call */
    atomic_size_t n_calls[N_CALLBACKS];
} lines;

static char text[LEN];

static bool fails_now(lines *self, enum callback callback)
{
    size_t call = atomic_fetch_add(&self->n_calls[callback], 1) + 1;
    return callback == self->fails && call == self->fail_at;
}

static bool reached(const lines *self)
{
    return self->fail_at && atomic_load(&self->n_calls[self->fails]) >= self->fail_at;
}

static int encode(void *ctx, const char *part, size_t len, uint32_t flags, calib_emit_fn emit,
                  void *emit_ctx)
{
    lines *self = ctx;
    bool fails = fails_now(self, ENCODE) || self->refuses;
    (void)flags;
    if (fails && !self->late)
        return 77;
    for (size_t at = 0; at < len; at += EVERY) {
        int32_t id = (unsigned char)part[at];
        int stop = emit(emit_ctx, &id, 1);
        if (stop)
            return stop;
    }
    return fails ? 77 : 0;
}

static int cuts(void *ctx, const char *part, size_t len, uint32_t flags, size_t *offsets,
                size_t cap, size_t *n)
{
    (void)flags;
    *n = 0;
    for (size_t at = 1; at < len && *n < cap; at++)
        if (part[at - 1] == '\n')
            offsets[(*n)++] = at;
    return fails_now(ctx, CUTS) ? 77 : 0;
}

static const char *last_error(void *ctx)
{
    return fails_now(ctx, LAST_ERROR) ? NULL : "the model is on strike";
}

static int fingerprint(void *ctx, uint8_t out[32])
{
    memset(out, 1, 32);
    return fails_now(ctx, FINGERPRINT) ? 77 : 0;
}

static int32_t special_id(void *ctx, uint32_t which)
{
    (void)which;
    return fails_now(ctx, SPECIAL_ID) ? -1 : 1;
}

static int text_of(void *ctx, int32_t id, calib_text_fn put, void *put_ctx)
{
    (void)id;
    return fails_now(ctx, TEXT_OF) ? 77 : put(put_ctx, "x", 1);
}

static calib_tokenizer_vtable vtable_of(lines *self)
{
    return (calib_tokenizer_vtable){
        .struct_size = sizeof(calib_tokenizer_vtable),
        .ctx = self,
        .encode = encode,
        .last_error = last_error,
        .fingerprint = fingerprint,
        .special_id = special_id,
        .cuts = cuts,
        .text_of = text_of,
        .vocab_size = 256,
        .capabilities = CALIB_TOKENIZER_THREADS,
    };
}

/* No two lines are equal, so that each is encoded. */
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

/* Everything that calls back. */
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

/* How many calls there are to fail at. */
static size_t fail_everywhere(lines *self, uint32_t threads, int expected)
{
    calib_tokenizer_vtable tok = vtable_of(self);
    do {
        for (size_t i = 0; i < N_CALLBACKS; i++)
            atomic_store(&self->n_calls[i], 0);
        self->fail_at++;
        int status = act(&tok, threads);
        assert_int_equal(status, reached(self) ? expected : CALIB_OK);
        calib_error error = {.struct_size = sizeof error};
        assert_ok(calib_last_error(&error));
        if (status == CALIB_E_ENCODE)
            assert_int_equal(error.callback_result, 77);
    } while (reached(self));
    return self->fail_at - 1;
}

static void encode_fails(void **unused)
{
    (void)unused;
    for (uint32_t threads = 1; threads <= 8; threads *= 8)
        for (int late = 0; late < 2; late++)
            assert_int_equal(
                fail_everywhere(&(lines){.fails = ENCODE, .late = late}, threads, CALIB_E_ENCODE),
                N_LINES);
}

static void cuts_fail(void **unused)
{
    (void)unused;
    for (uint32_t threads = 1; threads <= 8; threads *= 8)
        assert_true(fail_everywhere(&(lines){.fails = CUTS}, threads, CALIB_E_ENCODE) > 6);
}

/* Asked for when something else has failed; without it the message only lacks the reason. */
static void last_error_fails(void **unused)
{
    (void)unused;
    for (uint32_t threads = 1; threads <= 8; threads *= 8)
        for (size_t k = 1; k <= 2; k++) {
            lines self = {.fails = LAST_ERROR, .fail_at = k, .refuses = true};
            calib_tokenizer_vtable tok = vtable_of(&self);
            assert_status(act(&tok, threads), CALIB_E_ENCODE);
            if (!reached(&self))
                assert_message("the model is on strike");
            else if (threads == 1)
                assert_null(strstr(last_message(), "strike"));
        }
}

static void fingerprint_fails(void **unused)
{
    (void)unused;
    for (uint32_t threads = 1; threads <= 8; threads *= 8)
        assert_int_equal(fail_everywhere(&(lines){.fails = FINGERPRINT}, threads, CALIB_OK), 1);
}

static void special_id_fails(void **unused)
{
    (void)unused;
    for (uint32_t threads = 1; threads <= 8; threads *= 8)
        assert_true(fail_everywhere(&(lines){.fails = SPECIAL_ID}, threads, CALIB_E_ARGUMENT) > 0);
}

/* For programs that show tokens; the library itself never asks. */
static void text_of_is_not_called(void **unused)
{
    (void)unused;
    assert_int_equal(fail_everywhere(&(lines){.fails = TEXT_OF}, 8, CALIB_OK), 0);
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
