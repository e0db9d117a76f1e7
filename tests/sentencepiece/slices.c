/* SPDX-License-Identifier: MIT */
/* 1 to 64 slices of a text: their tokens, joined in order, are those of the whole text, as
 * SentencePiece's own whole-text call gives them. */
#include "models.h"

enum { MOST_SLICES = 64, TEXT_BYTES = 20000 };

/* Makes a text in which some lines end in CR LF, so that translation removes bytes. */
static char *text_with_crlf(size_t *len)
{
    size_t n;
    char *plain = read_whole(environment("TEXT"), &n), *text = malloc(2 * n);
    *len = 0;
    for (n = n < TEXT_BYTES ? n : TEXT_BYTES; n > 0 && plain[n - 1] != '\n';)
        n--;
    for (size_t i = 0; i < n; i++) {
        if (plain[i] == '\n' && i % 3 == 0)
            text[(*len)++] = '\r';
        text[(*len)++] = plain[i];
    }
    free(plain);
    return text;
}

static int32_t *tokens_of(const calib_tokenizer_vtable *tok, const test_setup *setup, size_t *n)
{
    calib_corpus *corpus;
    calib_info info = {.struct_size = sizeof info};
    assert_ok(test_open(tok, setup, &corpus));
    assert_ok(calib_corpus_info(corpus, &info));
    *n = (size_t)info.n_tokens;
    int32_t *ids = malloc((*n + 1) * sizeof *ids);
    assert_ok(calib_corpus_tokens(corpus, 0, *n, ids));
    calib_corpus_close(corpus);
    return ids;
}

/* Compares the tokens of the slices with `all`. Returns the number of slices that have tokens. */
static uint32_t join(const calib_tokenizer_vtable *tok, test_setup setup, uint32_t n_slices,
                     const int32_t *all, size_t n_all)
{
    size_t at = 0, n;
    uint32_t n_filled = 0;
    setup.options.n_slices = n_slices;
    for (setup.options.slice = 0; setup.options.slice < n_slices; setup.options.slice++) {
        int32_t *ids = tokens_of(tok, &setup, &n);
        if (n > n_all - at || memcmp(ids, all + at, n * sizeof *ids) != 0)
            fail_msg("slice %u of %u has other tokens", setup.options.slice, n_slices);
        free(ids);
        at += n;
        n_filled += n > 0;
    }
    assert_int_equal(at, n_all);
    return n_filled;
}

static void check_slices(const calib_tokenizer_vtable *tok)
{
    size_t len, n_all;
    char *text = text_with_crlf(&len);
    test_setup setup = text_setup(text, len);
    setup.options.flags = CALIB_NO_TOKEN_STORE;
    calib_tokenizer_vtable whole = *tok;
    whole.cuts = NULL;
    int32_t *all = tokens_of(&whole, &setup, &n_all);
    for (uint32_t n = 1; n <= MOST_SLICES; n++)
        assert_int_equal(join(tok, setup, n, all, n_all), n);
    free(all);
    free(text);
}

static void check_model(const char *variable)
{
    calib_sentencepiece *model =
        open_model(variable, CALIB_SENTENCEPIECE_BOS | CALIB_SENTENCEPIECE_EOS);
    assert_null(calib_sentencepiece_why_whole(model));
    check_slices(calib_sentencepiece_vtable(model));
    calib_sentencepiece_close(model);
}

static void test_bytes(void **unused)
{
    (void)unused;
    check_slices(calib_bytes_tokenizer());
}

static void test_identity(void **unused)
{
    (void)unused;
    check_model("BPE");
}

static void test_nfkc(void **unused)
{
    (void)unused;
    check_model("NFKC");
}

static void test_no_cuts(void **unused)
{
    (void)unused;
    size_t len;
    char *text = text_with_crlf(&len);
    calib_sentencepiece *model = open_model("UNIGRAM", 0);
    test_setup setup = text_setup(text, len);
    calib_corpus *corpus;
    setup.options.n_slices = 2;
    assert_status(test_open(calib_sentencepiece_vtable(model), &setup, &corpus),
                  CALIB_E_UNSUPPORTED);
    assert_message("open the corpus whole");
    calib_sentencepiece_close(model);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_identity),
        cmocka_unit_test(test_nfkc),
        cmocka_unit_test(test_no_cuts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
