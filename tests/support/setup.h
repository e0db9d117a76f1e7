/* SPDX-License-Identifier: MIT */
/* A source with the options that it is opened with. Needs no cmocka. */
#ifndef CALIB_TESTS_SETUP_H
#define CALIB_TESTS_SETUP_H

#include <calib.h>

typedef struct test_setup {
    calib_source source;
    calib_options options;
} test_setup;

/** Default options for a location; NULL: the default corpus. */
static inline test_setup location_setup(const char *location)
{
    return (test_setup){
        .source = {.struct_size = sizeof(calib_source), .location = location},
        .options = {.struct_size = sizeof(calib_options)},
    };
}

/** Default options for a text in memory. */
static inline test_setup text_setup(const void *text, size_t len)
{
    test_setup setup = location_setup(NULL);
    setup.source.bytes = text;
    setup.source.n_bytes = len;
    return setup;
}

/** Calls calib_corpus_open(). */
static inline int test_open(const calib_tokenizer_vtable *tok, const test_setup *setup,
                            calib_corpus **out)
{
    return calib_corpus_open(tok, &setup->source, 1, &setup->options, out);
}

/** Calls calib_load_from(). */
static inline int test_load(const calib_tokenizer_vtable *tok, int64_t n_samples, size_t seq_len,
                            uint64_t seed, const test_setup *setup, const calib_sampling *sampling,
                            calib_samples **out)
{
    return calib_load_from(tok, n_samples, seq_len, seed, &setup->source, &setup->options, sampling,
                           out);
}

#endif
