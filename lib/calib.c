/* SPDX-License-Identifier: MIT */
/* The public functions: arguments checked, the corpus loaded (load.c), rows taken from it. */
#include "base/error.h"
#include "base/structs.h"
#include "base/system.h"
#include "corpus.h"
#include "sample/sample.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_OF(number) #number
#define JOIN(major, minor, patch) TEXT_OF(major) "." TEXT_OF(minor) "." TEXT_OF(patch)

const char *calib_version(void)
{
    return JOIN(CALIB_VERSION_MAJOR, CALIB_VERSION_MINOR, CALIB_VERSION_PATCH);
}

/* A callback may have used calib and met a failure of its own: a success shows none of it. */
static int finish(int status)
{
    if (!status)
        calib_error_clear();
    return status;
}

/* ---- the handle ---- */

static int32_t bos_of(const calib_tokenizer_vtable *tok)
{
    return tok->special_id ? tok->special_id(tok->ctx, CALIB_SPECIAL_BOS) : -1;
}

static void describe_tokenizer(calib_corpus *corpus)
{
    const calib_tokenizer_vtable *tok = &corpus->tok;
    calib_info *info = &corpus->info;
    corpus->bos = bos_of(tok);
    info->vocab_size = tok->vocab_size;
    info->has_fingerprint = tok->fingerprint && tok->fingerprint(tok->ctx, info->fingerprint) == 0;
    if (!info->has_fingerprint)
        memset(info->fingerprint, 0, sizeof info->fingerprint);
}

static int load(calib_corpus *corpus)
{
    int status = calib_corpus_name(corpus);
    if (status)
        return status;
    int error = calib_monitor_new(&corpus->repairing);
    if (error)
        return calib_fail_system(error, "cannot open %s", corpus->shown);
    describe_tokenizer(corpus);
    corpus->info.struct_size = sizeof corpus->info;
    corpus->info.source = corpus->name;
    return calib_corpus_load(corpus);
}

int calib_open(const calib_tokenizer_vtable *tok, const calib_options *options, calib_corpus **out)
{
    calib_error_clear();
    if (!out)
        return calib_fail(CALIB_E_ARGUMENT, "out is NULL");
    *out = NULL;
    calib_corpus *corpus = calloc(1, sizeof *corpus);
    if (!corpus)
        return calib_fail_memory(sizeof *corpus);
    corpus->fetched.fd = -1;
    int status = calib_tokenizer_read(tok, &corpus->tok);
    if (!status)
        status = calib_settings_read(options, &corpus->settings);
    if (!status)
        status = load(corpus);
    if (status) {
        calib_close(corpus);
        return status;
    }
    *out = corpus;
    return finish(CALIB_OK);
}

void calib_close(calib_corpus *corpus)
{
    if (!corpus)
        return;
    calib_corpus_unload(corpus);
    calib_fetch_result_free(&corpus->fetched);
    calib_settings_free(&corpus->settings);
    free(corpus->name);
    free(corpus);
}

int calib_corpus_info(const calib_corpus *corpus, calib_info *out)
{
    calib_error_clear();
    if (!corpus || !out)
        return calib_fail(CALIB_E_ARGUMENT, "%s is NULL", corpus ? "out" : "corpus");
    return calib_struct_write(out, &corpus->info, sizeof corpus->info,
                              offsetof(calib_info, vocab_size) + sizeof out->vocab_size,
                              "calib_info");
}

/* ---- rows ---- */

static int check_sample(const calib_sampling *sampling, calib_sample_request *request)
{
    int status = calib_sampling_read(sampling, &request->sampling);
    return status ? status : calib_sample_check(request);
}

static int read_ids(void *ctx, uint64_t first, size_t n, int32_t *out)
{
    calib_corpus *corpus = ctx;
    uint64_t n_tokens = corpus->info.n_tokens;
    if (first > n_tokens || n > n_tokens - first)
        return calib_fail(CALIB_E_ARGUMENT,
                          "tokens %llu and %zu more are beyond the stream's end, %llu",
                          (unsigned long long)first, n, (unsigned long long)n_tokens);
    return n ? calib_corpus_read(corpus, first, n, out) : CALIB_OK;
}

int calib_tokens(calib_corpus *corpus, uint64_t first, size_t n, int32_t *out)
{
    calib_error_clear();
    if (!corpus || (!out && n))
        return calib_fail(CALIB_E_ARGUMENT, "%s is NULL", corpus ? "out" : "corpus");
    return finish(read_ids(corpus, first, n, out));
}

int calib_sample(calib_corpus *corpus, int64_t n_samples, size_t seq_len, uint64_t seed,
                 const calib_sampling *sampling, calib_samples **out)
{
    calib_error_clear();
    if (!out)
        return calib_fail(CALIB_E_ARGUMENT, "out is NULL");
    *out = NULL;
    if (!corpus)
        return calib_fail(CALIB_E_ARGUMENT, "corpus is NULL");
    /* A copy: threads may sample side by side, and the clock in it is written. */
    calib_progress progress = corpus->settings.progress;
    calib_sample_request request = {
        .n_samples = n_samples,
        .seq_len = seq_len,
        .seed = seed,
        .bos = corpus->bos,
        .vocab_size = corpus->tok.vocab_size,
        .n_tokens = corpus->info.n_tokens,
        .reader = {read_ids, corpus},
        .progress = &progress,
    };
    int status = check_sample(sampling, &request);
    if (!status)
        status = calib_sample_rows(&request, out);
    if (!status)
        memcpy((*out)->corpus_sha256, corpus->info.corpus_sha256, CALIB_SHA256_SIZE);
    return finish(status);
}

int calib_load_ex(const calib_tokenizer_vtable *tok, int64_t n_samples, size_t seq_len,
                  uint64_t seed, const calib_options *options, const calib_sampling *sampling,
                  calib_samples **out)
{
    calib_error_clear();
    if (!out)
        return calib_fail(CALIB_E_ARGUMENT, "out is NULL");
    *out = NULL;
    /* A bad argument is told before the corpus is fetched and tokenized. */
    calib_tokenizer_vtable checked;
    calib_sample_request request = {.n_samples = n_samples, .seq_len = seq_len};
    int status = calib_tokenizer_read(tok, &checked);
    if (!status) {
        request.bos = bos_of(&checked);
        request.vocab_size = checked.vocab_size;
        status = check_sample(sampling, &request);
    }
    calib_corpus *corpus = NULL;
    if (!status)
        status = calib_open(tok, options, &corpus);
    if (!status)
        status = calib_sample(corpus, n_samples, seq_len, seed, sampling, out);
    calib_close(corpus);
    return status;
}

int calib_load(const calib_tokenizer_vtable *tok, int64_t n_samples, size_t seq_len, uint64_t seed,
               calib_samples **out)
{
    return calib_load_ex(tok, n_samples, seq_len, seed, NULL, NULL, out);
}

int calib_fetch(const calib_options *options, char *path, size_t cap)
{
    calib_error_clear();
    if (!path)
        return calib_fail(CALIB_E_ARGUMENT, "path is NULL");
    calib_settings settings;
    int status = calib_settings_read(options, &settings);
    if (status)
        return status;
    calib_fetch_result fetched = {.fd = -1};
    if (settings.kind != CALIB_SOURCE_URL) {
        status =
            calib_fail(CALIB_E_ARGUMENT, "%s is no URL: only URLs are fetched", settings.source);
    } else {
        calib_fetch_request request;
        calib_fetch_request_fill(&settings, &request);
        status = calib_fetch_text(&request, &fetched);
    }
    if (!status && strlen(fetched.path) >= cap)
        status = calib_fail(CALIB_E_ARGUMENT, "the path needs %zu bytes, there is room for %zu",
                            strlen(fetched.path) + 1, cap);
    if (!status)
        memcpy(path, fetched.path, strlen(fetched.path) + 1);
    calib_fetch_result_free(&fetched);
    calib_settings_free(&settings);
    return finish(status);
}
