/* SPDX-License-Identifier: MIT */
/* Tokenizers that break the contract of their callbacks. */
#include "refuse.h"

/* Controls what the callbacks do. */
typedef struct script {
    int32_t id;       /* emitted once for every byte */
    int result;       /* returned after all is emitted */
    int ignores_stop; /* goes on after emit asks to stop, and returns `result` */
    size_t n_emits, n_after_stop;
    const char *why;
} script;

static int encode(void *ctx, const char *text, size_t len, uint32_t flags, calib_emit_fn emit,
                  void *emit_ctx)
{
    script *self = ctx;
    (void)text;
    (void)flags;
    int stop = 0;
    for (size_t i = 0; i < len; i++) {
        self->n_emits++;
        self->n_after_stop += stop != 0;
        int now = emit(emit_ctx, &self->id, 1);
        stop = stop ? stop : now;
        if (stop && !self->ignores_stop)
            return stop;
        if (stop)
            assert_int_not_equal(now, 0);
    }
    return self->result;
}

static const char *last_error(void *ctx)
{
    return ((script *)ctx)->why;
}

static calib_tokenizer_vtable vtable_of(script *self)
{
    return (calib_tokenizer_vtable){
        .struct_size = sizeof(calib_tokenizer_vtable),
        .ctx = self,
        .encode = encode,
        .last_error = last_error,
    };
}

static calib_error detail(void)
{
    calib_error error = {.struct_size = sizeof error};
    assert_int_equal(calib_last_error(&error), CALIB_OK);
    return error;
}

static void has_no_encode(void **unused)
{
    (void)unused;
    calib_tokenizer_vtable tok = {.struct_size = sizeof tok};
    refuse_tokenizer(&tok, "abc", CALIB_E_ARGUMENT, "encode");
}

static void has_an_absurd_vocabulary(void **unused)
{
    (void)unused;
    calib_tokenizer_vtable tok = vtable_of(&(script){0});
    tok.vocab_size = (1u << 31) + 1;
    refuse_tokenizer(&tok, "abc", CALIB_E_ARGUMENT, "vocab_size");
}

static void fails(void **unused)
{
    (void)unused;
    static const int results[] = {1, -1, 77, INT32_MIN, INT32_MAX, CALIB_E_UTF8};
    for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
        script self = {.result = results[i], .why = "the model is on strike"};
        calib_tokenizer_vtable tok = vtable_of(&self);
        refuse_tokenizer(&tok, "abc", CALIB_E_ENCODE, "the model is on strike");
        assert_int_equal(detail().callback_result, results[i]);
    }
    script silent = {.result = 5};
    calib_tokenizer_vtable tok = vtable_of(&silent);
    refuse_tokenizer(&tok, "abc", CALIB_E_ENCODE, "5");
    tok.last_error = NULL;
    refuse_tokenizer(&tok, "abc", CALIB_E_ENCODE, "5");
}

/* A reason of any length and with any bytes gives one line that ends inside the buffer. */
static void gives_an_endless_reason(void **unused)
{
    (void)unused;
    char reason[5000];
    memset(reason, 'x', sizeof reason - 1);
    reason[sizeof reason - 1] = '\0';
    reason[3] = '\n';
    script self = {.result = 1, .why = reason};
    calib_tokenizer_vtable tok = vtable_of(&self);
    refuse_tokenizer(&tok, "abc", CALIB_E_ENCODE, "xxx?xxx");
    calib_error error = detail();
    assert_int_equal(strlen(error.message), sizeof error.message - 1);
}

static void emits_bad_ids(void **unused)
{
    (void)unused;
    script self = {.id = -1};
    calib_tokenizer_vtable tok = vtable_of(&self);
    refuse_tokenizer(&tok, "abc", CALIB_E_ENCODE, "-1");
    self.id = INT32_MIN;
    refuse_tokenizer(&tok, "abc", CALIB_E_ENCODE, "-2147483648");
    tok.vocab_size = 100;
    self.id = 100;
    refuse_tokenizer(&tok, "abc", CALIB_E_ENCODE, "100");
    self.id = -5;
    refuse_tokenizer(&tok, "abc", CALIB_E_ENCODE, "-5");
    tok.vocab_size = 1;
    self.id = INT32_MAX;
    refuse_tokenizer(&tok, "abc", CALIB_E_ENCODE, "2147483647");
}

static void emits_the_largest_ids(void **unused)
{
    (void)unused;
    script self = {.id = INT32_MAX};
    calib_tokenizer_vtable tok = vtable_of(&self);
    test_setup setup = text_setup("abc", 3);
    const uint32_t sizes[] = {0, 1u << 31};
    for (size_t i = 0; i < 2; i++) {
        calib_samples *samples;
        tok.vocab_size = sizes[i];
        assert_ok(test_load(&tok, 1, 3, 0, &setup, NULL, &samples));
        assert_int_equal(samples->tokens[2], INT32_MAX);
        calib_samples_free(samples);
    }
}

/* The library's reason is reported whatever the callback then returns, even success. */
static void goes_on_after_stop(void **unused)
{
    (void)unused;
    static const int results[] = {0, 1, CALIB_E_UTF8};
    for (size_t i = 0; i < 3; i++) {
        script self = {.id = -1, .ignores_stop = 1, .result = results[i], .why = "something else"};
        calib_tokenizer_vtable tok = vtable_of(&self);
        refuse_tokenizer(&tok, "abcdef", CALIB_E_ENCODE, "-1");
        assert_int_equal(self.n_after_stop, 2 * 5); /* one load and one open */
        assert_int_equal(detail().callback_result, 0);
    }
}

static int emit_nothing(void *ctx, const char *text, size_t len, uint32_t flags, calib_emit_fn emit,
                        void *emit_ctx)
{
    (void)text;
    (void)len;
    (void)flags;
    int32_t id = 0;
    int with_calls = ctx != NULL;
    return with_calls ? emit(emit_ctx, &id, 0) || emit(emit_ctx, NULL, 0) : 0;
}

static void emits_nothing(void **unused)
{
    (void)unused;
    int flag = 1;
    calib_tokenizer_vtable tok = {.struct_size = sizeof tok, .encode = emit_nothing};
    refuse_tokenizer(&tok, "abc", CALIB_E_EMPTY, "no tokens");
    tok.ctx = &flag;
    refuse_tokenizer(&tok, "abc", CALIB_E_EMPTY, "3 bytes");
}

static int emit_null(void *ctx, const char *text, size_t len, uint32_t flags, calib_emit_fn emit,
                     void *emit_ctx)
{
    (void)ctx;
    (void)text;
    (void)flags;
    return emit(emit_ctx, NULL, len);
}

static void emits_null(void **unused)
{
    (void)unused;
    calib_tokenizer_vtable tok = {.struct_size = sizeof tok, .encode = emit_null};
    refuse_tokenizer(&tok, "abc", CALIB_E_ENCODE, "NULL");
}

/* More ids than any memory holds are refused before one is read. */
static int emit_absurdly_many(void *ctx, const char *text, size_t len, uint32_t flags,
                              calib_emit_fn emit, void *emit_ctx)
{
    (void)ctx;
    (void)text;
    (void)len;
    (void)flags;
    return emit(emit_ctx, NULL, SIZE_MAX);
}

static void emits_absurdly_many(void **unused)
{
    (void)unused;
    calib_tokenizer_vtable tok = {.struct_size = sizeof tok, .encode = emit_absurdly_many};
    refuse_tokenizer(&tok, "abc", CALIB_E_ENCODE, "NULL");
}

/* ---- callbacks that use calib themselves, on other handles ---- */

static void fail_inside(void)
{
    calib_samples *samples;
    assert_status(calib_load(NULL, 1, 1, 0, &samples), CALIB_E_ARGUMENT);
}

static int encode_with_calib(void *ctx, const char *text, size_t len, uint32_t flags,
                             calib_emit_fn emit, void *emit_ctx)
{
    test_setup setup = text_setup("inner", 5);
    calib_samples *samples;
    assert_ok(test_load(calib_bytes_tokenizer(), 1, 5, 0, &setup, NULL, &samples));
    int stop = emit(emit_ctx, samples->tokens, 5);
    calib_samples_free(samples);
    fail_inside();
    return stop ? stop : encode(ctx, text, len, flags, emit, emit_ctx);
}

static int fingerprint_with_calib(void *ctx, uint8_t out[32])
{
    (void)ctx;
    memset(out, 7, 32);
    fail_inside();
    return 0;
}

static void uses_calib_inside(void **unused)
{
    (void)unused;
    script self = {.id = 7};
    calib_tokenizer_vtable tok = vtable_of(&self);
    tok.encode = encode_with_calib;
    tok.fingerprint = fingerprint_with_calib;
    test_setup setup = text_setup("abc", 3);
    calib_corpus *corpus;
    assert_ok(test_open(&tok, &setup, &corpus));
    assert_int_equal(detail().status, CALIB_OK); /* success clears the record */
    assert_string_equal(detail().message, "");
    int32_t ids[8];
    assert_ok(calib_corpus_tokens(corpus, 0, 8, ids));
    assert_int_equal(ids[0], 'i');
    assert_int_equal(ids[7], 7);
    calib_corpus_close(corpus);
}

/* The failure of the outer call is reported, not one inside a callback. */
static void fails_after_using_calib(void **unused)
{
    (void)unused;
    script self = {.id = -3, .ignores_stop = 1, .result = 9};
    calib_tokenizer_vtable tok = vtable_of(&self);
    tok.encode = encode_with_calib;
    refuse_tokenizer(&tok, "abc", CALIB_E_ENCODE, "-3");
    self = (script){.id = 3, .result = 9, .why = "own reason"};
    refuse_tokenizer(&tok, "abc", CALIB_E_ENCODE, "own reason");
}

static int fingerprint_unknown(void *ctx, uint8_t out[32])
{
    (void)ctx;
    memset(out, 0x55, 32);
    return 1;
}

static void has_no_fingerprint(void **unused)
{
    (void)unused;
    script self = {.id = 7};
    calib_tokenizer_vtable tok = vtable_of(&self);
    tok.fingerprint = fingerprint_unknown;
    test_setup setup = text_setup("abc", 3);
    calib_corpus *corpus;
    calib_info info = {.struct_size = sizeof info};
    assert_ok(test_open(&tok, &setup, &corpus));
    assert_ok(calib_corpus_info(corpus, &info));
    assert_int_equal(info.has_fingerprint, 0);
    for (size_t i = 0; i < sizeof info.fingerprint; i++)
        assert_int_equal(info.fingerprint[i], 0);
    calib_corpus_close(corpus);
}

/* The vtable is copied at open; only what it points to must stay. */
static void vtable_is_copied(void **unused)
{
    (void)unused;
    script self = {.id = 7};
    calib_tokenizer_vtable tok = vtable_of(&self);
    test_setup setup = text_setup("abc", 3);
    calib_corpus *corpus;
    calib_samples *samples;
    assert_ok(test_open(&tok, &setup, &corpus));
    memset(&tok, 0xff, sizeof tok);
    memset(&setup, 0xff, sizeof setup);
    assert_ok(calib_corpus_sample(corpus, 1, 3, 0, NULL, &samples));
    calib_samples_free(samples);
    calib_corpus_close(corpus);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(has_no_encode),
        cmocka_unit_test(has_an_absurd_vocabulary),
        cmocka_unit_test(fails),
        cmocka_unit_test(gives_an_endless_reason),
        cmocka_unit_test(emits_bad_ids),
        cmocka_unit_test(emits_the_largest_ids),
        cmocka_unit_test(goes_on_after_stop),
        cmocka_unit_test(emits_nothing),
        cmocka_unit_test(emits_null),
        cmocka_unit_test(emits_absurdly_many),
        cmocka_unit_test(uses_calib_inside),
        cmocka_unit_test(fails_after_using_calib),
        cmocka_unit_test(has_no_fingerprint),
        cmocka_unit_test(vtable_is_copied),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
