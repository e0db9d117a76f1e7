/* SPDX-License-Identifier: MIT */
/* The public functions on an open corpus. */
#include "corpus/corpus.h"

#include "base/error.h"
#include "base/structs.h"
#include "sample/gather.h"

#include <stdlib.h>
#include <string.h>

/* A callback may have used calib and failed there: a success clears its error. */
static int finish(int status)
{
    if (!status)
        calib_error_clear();
    return status;
}

int calib_corpus_open(const calib_tokenizer_vtable *tok, const calib_source *sources,
                      size_t n_sources, const calib_options *options, calib_corpus **out)
{
    calib_error_clear();
    if (!out)
        return calib_fail(CALIB_E_ARGUMENT, "out is NULL");
    *out = NULL;
    calib_corpus *corpus = calloc(1, sizeof *corpus);
    if (!corpus)
        return calib_fail_memory(sizeof *corpus);
    int status = calib_tokenizer_read(tok, &corpus->tok);
    if (!status)
        status = calib_sources_read(sources, n_sources, &corpus->source);
    if (!status)
        status = calib_settings_read(options, &corpus->settings);
    if (!status)
        status = calib_corpus_name(corpus);
    int error = status ? 0 : calib_monitor_new(&corpus->repairing);
    if (error)
        status = calib_fail_system(error, "cannot open %s", calib_shown(corpus->shown));
    if (!status) {
        const calib_tokenizer_vtable *copy = &corpus->tok;
        calib_info *info = &corpus->info;
        corpus->bos = copy->special_id ? copy->special_id(copy->ctx, CALIB_SPECIAL_BOS) : -1;
        info->struct_size = sizeof *info;
        info->source = corpus->name;
        info->vocab_size = copy->vocab_size;
        info->has_fingerprint =
            copy->fingerprint && copy->fingerprint(copy->ctx, info->fingerprint) == 0;
        if (!info->has_fingerprint)
            memset(info->fingerprint, 0, sizeof info->fingerprint);
        status = calib_corpus_load(corpus, CALIB_LOAD_FIND, info);
    }
    if (status) {
        calib_corpus_close(corpus);
        return status;
    }
    *out = corpus;
    return finish(CALIB_OK);
}

void calib_corpus_close(calib_corpus *corpus)
{
    if (!corpus)
        return;
    calib_corpus_unload(corpus);
    calib_fetch_result_free(&corpus->fetched);
    calib_settings_free(&corpus->settings);
    calib_source_free(&corpus->source);
    free(corpus->name);
    free(corpus);
}

int calib_corpus_info(const calib_corpus *corpus, calib_info *out)
{
    calib_error_clear();
    if (!corpus || !out)
        return calib_fail(CALIB_E_ARGUMENT, "%s is NULL", corpus ? "out" : "corpus");
    return calib_struct_write(out, &corpus->info, sizeof corpus->info,
                              CALIB_SIZE_THROUGH(calib_info, vocab_size), "calib_info");
}

static int stream_tokens(void *ctx, uint64_t document, uint64_t first, size_t n, int32_t *out)
{
    (void)document;
    calib_corpus *corpus = ctx;
    uint64_t n_tokens = corpus->info.n_tokens;
    if (first > n_tokens || n > n_tokens - first)
        return calib_fail(CALIB_E_ARGUMENT,
                          "first is %llu and n is %zu, but the stream has %llu tokens",
                          (unsigned long long)first, n, (unsigned long long)n_tokens);
    return n ? calib_corpus_read(corpus, first, n, out) : CALIB_OK;
}

static int stream_length(void *ctx, uint64_t document, uint64_t *n_tokens)
{
    const calib_corpus *corpus = ctx;
    (void)document;
    *n_tokens = corpus->info.n_tokens;
    return CALIB_OK;
}

int calib_corpus_tokens(calib_corpus *corpus, uint64_t first, size_t n, int32_t *out)
{
    calib_error_clear();
    if (!corpus || (!out && n))
        return calib_fail(CALIB_E_ARGUMENT, "%s is NULL", corpus ? "out" : "corpus");
    return finish(stream_tokens(corpus, 0, first, n, out));
}

int calib_corpus_sample(calib_corpus *corpus, int64_t n_samples, size_t seq_len, uint64_t seed,
                        const calib_sampling *sampling, calib_samples **out)
{
    calib_error_clear();
    if (!out)
        return calib_fail(CALIB_E_ARGUMENT, "out is NULL");
    *out = NULL;
    if (!corpus)
        return calib_fail(CALIB_E_ARGUMENT, "corpus is NULL");
    /* A copy: several threads may sample at the same time, and ticking writes the clock in it. */
    calib_progress progress = corpus->settings.progress;
    calib_sample_request request = {
        .n_samples = n_samples,
        .seq_len = seq_len,
        .seed = seed,
        .bos_id = corpus->bos,
        .vocab_size = corpus->tok.vocab_size,
        .n_tokens = corpus->info.n_tokens,
        .view = {corpus, 1, stream_length, stream_tokens},
        .progress = &progress,
    };
    int status = calib_sample_configure(sampling, &request);
    if (!status)
        status = calib_sample_check(&request);
    if (!status)
        status = calib_sample_rows(&request, out);
    if (!status)
        memcpy((*out)->corpus_sha256, corpus->info.corpus_sha256, CALIB_SHA256_SIZE);
    return finish(status);
}
