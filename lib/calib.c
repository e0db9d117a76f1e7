/* SPDX-License-Identifier: MIT */
/* The public functions that open, sample and close in one call, and the library's version. */
#include "base/error.h"
#include "base/version.h"
#include "options.h"
#include "sample/gather.h"
#include "sources.h"

const char *calib_version(void)
{
    return CALIB_VERSION_STRING;
}

/* Checks everything that needs no corpus, so that a wrong argument costs no download. */
static int check_arguments(const calib_tokenizer_vtable *tok, int64_t n_samples, size_t seq_len,
                           const calib_sampling *sampling)
{
    calib_tokenizer_vtable copy;
    calib_sample_request request = {.n_samples = n_samples, .seq_len = seq_len, .bos_id = -1};
    int status = calib_tokenizer_read(tok, &copy);
    if (!status)
        status = calib_sample_configure(sampling, &request);
    if (status)
        return status;
    if (copy.special_id)
        request.bos_id = copy.special_id(copy.ctx, CALIB_SPECIAL_BOS);
    request.vocab_size = copy.vocab_size;
    return calib_sample_check(&request);
}

int calib_load_from(const calib_tokenizer_vtable *tok, int64_t n_samples, size_t seq_len,
                    uint64_t seed, const calib_source *source, const calib_options *options,
                    const calib_sampling *sampling, calib_samples **out)
{
    calib_error_clear();
    calib_corpus *corpus = NULL;
    int status = out ? CALIB_OK : calib_fail(CALIB_E_ARGUMENT, "out is NULL");
    if (!status)
        *out = NULL;
    if (!status)
        status = check_arguments(tok, n_samples, seq_len, sampling);
    if (status)
        calib_sources_release(source, source ? 1 : 0);
    else
        status = calib_corpus_open(tok, source, source ? 1 : 0, options, &corpus);
    if (!status)
        status = calib_corpus_sample(corpus, n_samples, seq_len, seed, sampling, out);
    calib_corpus_close(corpus);
    return status;
}

int calib_load(const calib_tokenizer_vtable *tok, int64_t n_samples, size_t seq_len, uint64_t seed,
               calib_samples **out)
{
    return calib_load_from(tok, n_samples, seq_len, seed, NULL, NULL, NULL, out);
}
