/* SPDX-License-Identifier: MIT */
/* One model in many threads: concurrent calls of encode, a text of many batches through the core,
 * and callbacks that fail there. */
#include "models.h"
#include "tokenizers.h"

#include <pthread.h>
#include <stdbool.h>

enum { N_THREADS = 8, MANY_BATCHES = 2300000 };

/* The adapter merges the first two; the library merges the one with symbols. */
static const char *const models[] = {"BPE", "NFKC", "SYMBOLS"};
enum { N_MODELS = sizeof models / sizeof *models };

static void *encode_many(void *ctx)
{
    static const char text[] = "Several threads encode this with one model, side by side.";
    const calib_sentencepiece *model = ctx;
    size_t n = 0;
    for (int i = 0; i < 200; i++) {
        id_list list = {0};
        const calib_tokenizer_vtable *tok = calib_sentencepiece_vtable(model);
        if (tok->encode(tok->ctx, text, sizeof text - 1, WHOLE, collect, &list) ||
            (n && n != list.n))
            n = SIZE_MAX;
        else
            n = list.n;
        free(list.ids);
    }
    return (void *)n;
}

static void threads_share_a_model(void **state)
{
    (void)state;
    calib_sentencepiece *model = open_model("BPE", 0);
    pthread_t threads[8];
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, encode_many, model), 0);
    void *first = NULL;
    for (size_t i = 0; i < 8; i++) {
        void *n;
        pthread_join(threads[i], &n);
        assert_true(n && n != (void *)SIZE_MAX);
        assert_true(i == 0 || n == first);
        first = n;
    }
    calib_sentencepiece_close(model);
}

/* ---- through the core ---- */

/* Repeats the real text with other letters in upper case, so that the memo does not have all of it.
 */
static char *make_text(size_t *len)
{
    size_t n;
    char *real = read_whole(environment("TEXT"), &n);
    char *text = malloc(MANY_BATCHES + n);
    assert_non_null(text);
    for (*len = 0; *len < MANY_BATCHES; *len += n) {
        memcpy(text + *len, real, n);
        for (size_t i = *len / n; i < n; i += 37)
            if (text[*len + i] >= 'a' && text[*len + i] <= 'z')
                text[*len + i] = (char)(text[*len + i] - 'a' + 'A');
    }
    free(real);
    return text;
}

static test_setup many_threads(const char *text, size_t len)
{
    test_setup setup = text_setup(text, len);
    setup.options.flags = CALIB_NO_TOKEN_STORE;
    setup.options.threads = N_THREADS;
    return setup;
}

static void assert_stream(const calib_sentencepiece *model, const test_setup *setup,
                          const id_list *whole)
{
    calib_corpus *corpus;
    calib_info info = {.struct_size = sizeof info};
    assert_ok(test_open(calib_sentencepiece_vtable(model), setup, &corpus));
    assert_ok(calib_corpus_info(corpus, &info));
    assert_int_equal(info.n_tokens, whole->n);
    int32_t *ids = malloc(whole->n * sizeof *ids);
    assert_non_null(ids);
    assert_ok(calib_corpus_tokens(corpus, 0, whole->n, ids));
    assert_memory_equal(ids, whole->ids, whole->n * sizeof *ids);
    free(ids);
    calib_corpus_close(corpus);
}

static void many_batches_give_the_ids_of_the_whole(void **state)
{
    (void)state;
    static const uint64_t memos[] = {1 << 16, 0};
    size_t len;
    char *text = make_text(&len);
    test_setup setup = many_threads(text, len);
    for (size_t i = 0; i < N_MODELS; i++) {
        calib_sentencepiece *model = open_model(models[i], CALIB_SENTENCEPIECE_BOS);
        id_list whole = encode_flags(model, text, len, WHOLE);
        for (size_t k = 0; k < 2; k++) {
            setup.options.max_memo_bytes = memos[k];
            assert_stream(model, &setup, &whole);
        }
        free(whole.ids);
        calib_sentencepiece_close(model);
    }
    free(text);
}

/* ---- callbacks that fail ---- */

static bool opens(test_tokenizer *self, const test_setup *setup)
{
    calib_tokenizer_vtable tok = test_vtable(self);
    test_reset_calls(self);
    calib_corpus *corpus;
    int status = test_open(&tok, setup, &corpus);
    if (status) {
        assert_null(corpus);
        assert_int_equal(status, CALIB_E_ENCODE);
        return false;
    }
    calib_corpus_close(corpus);
    return true;
}

static void callbacks_fail_at_every_call(void **state)
{
    (void)state;
    calib_sentencepiece *model = open_model("SYMBOLS", 0);
    size_t len;
    char *text = read_whole(environment("TEXT"), &len);
    test_setup setup = many_threads(text, 2000);
    for (setup.options.threads = 1; setup.options.threads <= N_THREADS;
         setup.options.threads *= N_THREADS) {
        test_tokenizer self = {
            .ids = TEST_REAL, .real = calib_sentencepiece_vtable(model), .late = true};
        self.fails = TEST_ENCODE;
        for (self.fail_at = 1; !opens(&self, &setup);)
            self.fail_at++;
        assert_true(self.fail_at > 100);
        self.fails = TEST_CUTS;
        for (self.fail_at = 1; !opens(&self, &setup);)
            self.fail_at++;
        assert_true(self.fail_at > 1);
    }
    free(text);
    calib_sentencepiece_close(model);
}

static void callbacks_fail_in_many_batches(void **state)
{
    (void)state;
    size_t len;
    char *text = make_text(&len);
    test_setup setup = many_threads(text, len);
    for (size_t i = 0; i < N_MODELS; i++) {
        calib_sentencepiece *model = open_model(models[i], 0);
        test_tokenizer self = {
            .ids = TEST_REAL, .real = calib_sentencepiece_vtable(model), .late = true};
        self.fails = TEST_ENCODE;
        for (self.fail_at = 1; !opens(&self, &setup);)
            self.fail_at = self.fail_at * 9 + 1;
        assert_true(self.fail_at > 1000);
        self.fails = TEST_CUTS;
        for (self.fail_at = 1; !opens(&self, &setup);)
            self.fail_at = self.fail_at * 3 + 1;
        assert_true(self.fail_at > 16);
        calib_sentencepiece_close(model);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(threads_share_a_model),
        cmocka_unit_test(many_batches_give_the_ids_of_the_whole),
        cmocka_unit_test(callbacks_fail_at_every_call),
        cmocka_unit_test(callbacks_fail_in_many_batches),
    };
    return cmocka_run_group_tests_name("sentencepiece-threads", tests, NULL, NULL);
}
