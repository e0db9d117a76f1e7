/* SPDX-License-Identifier: MIT */
/* Structs that cross the border: NULL, wrong sizes, and those of a newer header. */
#include "refuse.h"

#include <calib_cache.h>

/* Room behind a struct, as a newer header would have it. */
#define NEWER(type)                                                                                \
    struct {                                                                                       \
        type known;                                                                                \
        unsigned char more[41];                                                                    \
    }

static const char text[] = "some text";

static void refuse_sizes(const attempt *a, size_t *size, size_t good, const char *name)
{
    const size_t wrong[] = {0, 1, sizeof(size_t), good / 2, good - 1, 4097, SIZE_MAX};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        *size = wrong[i];
        refuse(a, CALIB_E_ARGUMENT, name);
    }
    *size = good;
}

static void accept(const attempt *a)
{
    const calib_tokenizer_vtable *tok = a->tok ? a->tok : calib_bytes_tokenizer();
    calib_samples *samples;
    assert_ok(calib_load_from(tok, 1, a->seq_len, 0, a->source, a->options, a->sampling, &samples));
    assert_int_equal(samples->n_rows, 1);
    calib_samples_free(samples);
}

/* What a newer header brought is fine while it is zero, and a status of its own when it is set. */
static void check_newer(const attempt *a, size_t *size, size_t good, unsigned char *more,
                        const char *name)
{
    for (size_t extra = 1; extra < 40; extra += 13) {
        *size = good + extra;
        accept(a);
        more[extra - 1] = 1;
        refuse(a, CALIB_E_STRUCT_NEWER, name);
        more[extra - 1] = 0;
        more[extra] = 1; /* beyond the struct: nobody's business */
        accept(a);
        more[extra] = 0;
    }
    *size = good;
}

static void source_sizes(void **unused)
{
    (void)unused;
    NEWER(calib_source) source = {.known = text_setup(text, sizeof text - 1).source};
    attempt a = {.seq_len = 4, .source = &source.known};
    accept(&a);
    refuse_sizes(&a, &source.known.struct_size, sizeof source.known, "calib_source");
    check_newer(&a, &source.known.struct_size, sizeof source.known, source.more, "calib_source");
    char path[8];
    source.known.struct_size = 3;
    assert_status(calib_fetch(&source.known, NULL, path, sizeof path), CALIB_E_ARGUMENT);
    check_message(CALIB_E_ARGUMENT, "calib_source");
}

static void options_sizes(void **unused)
{
    (void)unused;
    test_setup setup = text_setup(text, sizeof text - 1);
    NEWER(calib_options) options = {.known = setup.options};
    attempt a = {.seq_len = 4, .source = &setup.source, .options = &options.known};
    accept(&a);
    refuse_sizes(&a, &options.known.struct_size, sizeof options.known, "calib_options");
    check_newer(&a, &options.known.struct_size, sizeof options.known, options.more,
                "calib_options");
    char path[8];
    options.known.struct_size = 3;
    assert_status(calib_fetch(NULL, &options.known, path, sizeof path), CALIB_E_ARGUMENT);
    check_message(CALIB_E_ARGUMENT, "calib_options");
}

static void sampling_sizes(void **unused)
{
    (void)unused;
    test_setup setup = text_setup(text, sizeof text - 1);
    NEWER(calib_sampling) sampling = {.known = {.struct_size = sizeof(calib_sampling)}};
    attempt a = {.seq_len = 4, OF_SETUP(setup), .sampling = &sampling.known};
    accept(&a);
    refuse_sizes(&a, &sampling.known.struct_size, sizeof sampling.known, "calib_sampling");
    check_newer(&a, &sampling.known.struct_size, sizeof sampling.known, sampling.more,
                "calib_sampling");
}

static void tokenizer_sizes(void **unused)
{
    (void)unused;
    test_setup setup = text_setup(text, sizeof text - 1);
    NEWER(calib_tokenizer_vtable) tok = {.known = *calib_bytes_tokenizer()};
    attempt a = {.tok = &tok.known, .seq_len = 4, OF_SETUP(setup)};
    accept(&a);
    refuse_sizes(&a, &tok.known.struct_size, sizeof tok.known, "calib_tokenizer_vtable");
    check_newer(&a, &tok.known.struct_size, sizeof tok.known, tok.more, "calib_tokenizer_vtable");
}

/* Structs that the library fills: as far as the caller knows them, zero beyond. */
static void info_sizes(void **unused)
{
    (void)unused;
    test_setup setup = text_setup(text, sizeof text - 1);
    calib_corpus *corpus;
    assert_ok(test_open(calib_bytes_tokenizer(), &setup, &corpus));
    NEWER(calib_info) info;
    memset(&info, 0xaa, sizeof info);
    const size_t wrong[] = {0, 8, sizeof(calib_info) - 1, 4097};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        info.known.struct_size = wrong[i];
        assert_status(calib_corpus_info(corpus, &info.known), CALIB_E_ARGUMENT);
        check_message(CALIB_E_ARGUMENT, "calib_info");
    }
    info.known.struct_size = sizeof info.known + 20;
    assert_ok(calib_corpus_info(corpus, &info.known));
    assert_int_equal(info.known.struct_size, sizeof info.known + 20);
    assert_int_equal(info.known.n_tokens, sizeof text - 1);
    for (size_t i = 0; i < 20; i++)
        assert_int_equal(info.more[i], 0);
    assert_int_equal(info.more[20], 0xaa);
    calib_corpus_close(corpus);
}

static void error_sizes(void **unused)
{
    (void)unused;
    NEWER(calib_error) error;
    memset(&error, 0xaa, sizeof error);
    assert_status(calib_fetch(NULL, NULL, NULL, 0), CALIB_E_ARGUMENT);
    assert_int_equal(calib_last_error(NULL), CALIB_E_ARGUMENT);
    const size_t wrong[] = {0, 8, sizeof(calib_error) - 1, 4097};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        error.known.struct_size = wrong[i];
        assert_int_equal(calib_last_error(&error.known), CALIB_E_ARGUMENT);
    }
    error.known.struct_size = sizeof error.known + 5;
    assert_int_equal(calib_last_error(&error.known), CALIB_OK);
    assert_int_equal(error.known.struct_size, sizeof error.known + 5);
    assert_int_equal(error.known.status, CALIB_E_ARGUMENT);
    assert_int_equal(error.known.offset, -1);
    assert_int_equal(error.more[4], 0);
    assert_int_equal(error.more[5], 0xaa);
}

static void null_arguments(void **unused)
{
    (void)unused;
    const calib_tokenizer_vtable *tok = calib_bytes_tokenizer();
    test_setup setup = text_setup(text, sizeof text - 1);
    calib_samples *samples = (calib_samples *)(uintptr_t)1;
    calib_corpus *corpus = (calib_corpus *)(uintptr_t)1;
    calib_info info = {.struct_size = sizeof info};
    int32_t id;
    assert_status(calib_load(tok, 1, 1, 0, NULL), CALIB_E_ARGUMENT);
    check_message(CALIB_E_ARGUMENT, "out");
    assert_status(calib_load(NULL, 1, 1, 0, &samples), CALIB_E_ARGUMENT);
    check_message(CALIB_E_ARGUMENT, "tokenizer");
    assert_null(samples);
    assert_status(test_load(tok, 1, 1, 0, &setup, NULL, NULL), CALIB_E_ARGUMENT);
    assert_status(test_open(tok, &setup, NULL), CALIB_E_ARGUMENT);
    assert_status(test_open(NULL, &setup, &corpus), CALIB_E_ARGUMENT);
    assert_null(corpus);
    samples = (calib_samples *)(uintptr_t)1;
    assert_status(calib_corpus_sample(NULL, 1, 1, 0, NULL, &samples), CALIB_E_ARGUMENT);
    check_message(CALIB_E_ARGUMENT, "corpus");
    assert_null(samples);
    assert_status(calib_corpus_tokens(NULL, 0, 1, &id), CALIB_E_ARGUMENT);
    assert_status(calib_corpus_info(NULL, &info), CALIB_E_ARGUMENT);
    assert_status(calib_fetch(&setup.source, &setup.options, NULL, 10), CALIB_E_ARGUMENT);
    assert_ok(test_open(tok, &setup, &corpus));
    assert_status(calib_corpus_sample(corpus, 1, 1, 0, NULL, NULL), CALIB_E_ARGUMENT);
    assert_status(calib_corpus_tokens(corpus, 0, 1, NULL), CALIB_E_ARGUMENT);
    assert_status(calib_corpus_info(corpus, NULL), CALIB_E_ARGUMENT);
    calib_corpus_close(corpus);
    calib_corpus_close(NULL);
    calib_samples_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(source_sizes),   cmocka_unit_test(options_sizes),
        cmocka_unit_test(sampling_sizes), cmocka_unit_test(tokenizer_sizes),
        cmocka_unit_test(info_sizes),     cmocka_unit_test(error_sizes),
        cmocka_unit_test(null_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
