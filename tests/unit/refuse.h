/* SPDX-License-Identifier: MIT */
/* Calls that must fail: the status, `*out == NULL`, and a message of one line that names the thing.
 * The public API only. */
#ifndef CALIB_TESTS_UNIT_REFUSE_H
#define CALIB_TESTS_UNIT_REFUSE_H

#include "test.h"

/** One call: zero is the byte tokenizer, 1 row of 1, no source, no options. */
typedef struct attempt {
    const calib_tokenizer_vtable *tok;
    int64_t n_samples;
    size_t seq_len;
    const calib_source *source;
    const calib_options *options;
    const calib_sampling *sampling;
} attempt;

/** The source and the options of an attempt. */
#define OF_SETUP(setup) .source = &(setup).source, .options = &(setup).options

/** The message of the failure is fit to be shown. */
static inline void check_message(int status, const char *names)
{
    calib_error error = {.struct_size = sizeof error};
    assert_int_equal(calib_last_error(&error), CALIB_OK);
    assert_int_equal(error.status, status);
    size_t len = strlen(error.message);
    if (len < 10 || strchr(error.message, '\n') || error.message[len - 1] == '.')
        fail_msg("the message is no line without a period: \"%s\"", error.message);
    if (!strstr(error.message, names))
        fail_msg("\"%s\" is not in: %s", names, error.message);
}

/** calib_load_from() and calib_corpus_open() with calib_corpus_sample() fail alike. */
static inline void refuse(const attempt *a, int status, const char *names)
{
    const calib_tokenizer_vtable *tok = a->tok ? a->tok : calib_bytes_tokenizer();
    int64_t n_samples = a->n_samples ? a->n_samples : 1;
    calib_samples *samples = (calib_samples *)(uintptr_t)1;
    assert_status(calib_load_from(tok, n_samples, a->seq_len, 0, a->source, a->options, a->sampling,
                                  &samples),
                  status);
    check_message(status, names);
    assert_null(samples);
    calib_corpus *corpus = (calib_corpus *)(uintptr_t)1;
    int opened = calib_corpus_open(tok, a->source, a->source ? 1 : 0, a->options, &corpus);
    if (opened) {
        assert_int_equal(opened, status);
        check_message(status, names);
        assert_null(corpus);
        return;
    }
    samples = (calib_samples *)(uintptr_t)1;
    assert_status(calib_corpus_sample(corpus, n_samples, a->seq_len, 0, a->sampling, &samples),
                  status);
    check_message(status, names);
    assert_null(samples);
    calib_corpus_close(corpus);
}

/** Fails because of its source or options alone. */
static inline void refuse_setup(const test_setup *setup, int status, const char *names)
{
    refuse(&(attempt){.seq_len = 1, OF_SETUP(*setup)}, status, names);
}

/** Fails with this tokenizer on this text. */
static inline void refuse_tokenizer(const calib_tokenizer_vtable *tok, const char *text, int status,
                                    const char *names)
{
    test_setup setup = text_setup(text, strlen(text));
    refuse(&(attempt){.tok = tok, .seq_len = 1, OF_SETUP(setup)}, status, names);
}

#endif
