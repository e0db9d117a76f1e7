/* SPDX-License-Identifier: MIT */
/* 1 to 64 slices of a text: their tokens, joined in order, are those of the whole text, as
 * SentencePiece's own whole-text call gives them. */
#include "models.h"

#include <slices.h>

enum { TEXT_BYTES = 20000 };

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

static void check_text(const calib_tokenizer_vtable *tok)
{
    size_t len;
    char *text = text_with_crlf(&len);
    assert_int_equal(check_slices(tok, text, len), MOST_SLICES + 1);
    free(text);
}

static void check_model(const char *variable)
{
    calib_sentencepiece *model =
        open_model(variable, CALIB_SENTENCEPIECE_BOS | CALIB_SENTENCEPIECE_EOS);
    assert_null(calib_sentencepiece_why_whole(model));
    check_text(calib_sentencepiece_vtable(model));
    calib_sentencepiece_close(model);
}

static void test_bytes(void **unused)
{
    (void)unused;
    check_text(calib_bytes_tokenizer());
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
