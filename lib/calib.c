/* SPDX-License-Identifier: MIT */
/* The one place that knows the order of the stages: source, text, tokens, rows. */
#include "base/error.h"
#include "base/memory.h"
#include "base/structs.h"
#include "base/system.h"
#include "fetch/fetch.h"
#include "options.h"
#include "sample/sample.h"
#include "text/builtin.h"
#include "text/source.h"
#include "text/text.h"
#include "tokenize/tokenize.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_OF(number) #number
#define JOIN(major, minor, patch) TEXT_OF(major) "." TEXT_OF(minor) "." TEXT_OF(patch)

struct calib_corpus {
    calib_tokenizer_vtable tok;
    calib_settings settings;
    calib_fetch_result fetched;
    char *name; /* the source as messages and calib_info show it */
    calib_info info;
    int32_t bos; /* asked for once: threads that sample must not call back side by side */
    calib_buffer ids; /* int32 */
};

const char *calib_version(void)
{
    return JOIN(CALIB_VERSION_MAJOR, CALIB_VERSION_MINOR, CALIB_VERSION_PATCH);
}

/* ---- source ---- */

static void fill_request(calib_settings *settings, calib_fetch_request *request)
{
    const calib_options *options = &settings->options;
    *request = (calib_fetch_request){
        .url = settings->source,
        .mirrors = (const char *const *)settings->mirrors,
        .n_mirrors = options->n_mirrors,
        .sha256 = settings->has_sha256 ? settings->sha256 : NULL,
        .size_bytes = options->size_bytes,
        .max_bytes = options->max_download_bytes,
        .cache_dir = settings->cache_dir,
        .proxy = settings->proxy,
        .ca_file = settings->ca_file,
        .bearer_token = settings->bearer_token,
        .connect_timeout_ms = options->connect_timeout_ms,
        .stall_timeout_ms = options->stall_timeout_ms,
        .deadline_ms = options->deadline_ms,
        .lock_timeout_ms = options->lock_timeout_ms,
        .max_tries = options->max_tries,
        .offline = settings->offline,
        .accept_change = options->flags & CALIB_ACCEPT_CHANGE,
        .allow_http = options->flags & CALIB_ALLOW_HTTP,
        .progress = &settings->progress,
    };
}

static int fetch_url(calib_corpus *corpus)
{
    calib_fetch_request request;
    fill_request(&corpus->settings, &request);
    uint64_t start = calib_now_ns();
    int status = calib_fetch_text(&request, &corpus->fetched);
    corpus->info.fetch_ns = calib_now_ns() - start;
    corpus->info.download = corpus->fetched.downloaded ? CALIB_CACHE_MISS : CALIB_CACHE_HIT;
    return status;
}

static int open_builtin(calib_source *source, const char *name)
{
    if (calib_builtin_text_len == 0)
        return calib_fail(CALIB_E_UNSUPPORTED, "this build has no builtin corpus: build with "
                                               "-Dbuiltin_corpus=enabled, or name another source");
    return calib_source_open_memory(source, calib_builtin_text, calib_builtin_text_len, name);
}

static int open_source(calib_corpus *corpus, calib_source *source)
{
    const calib_settings *settings = &corpus->settings;
    switch (settings->kind) {
    case CALIB_SOURCE_BUILTIN: return open_builtin(source, corpus->name);
    case CALIB_SOURCE_MEMORY:
        return calib_source_open_memory(source, settings->options.text, settings->options.text_len,
                                        corpus->name);
    case CALIB_SOURCE_STANDARD_INPUT:
        return calib_source_open_fd(source, calib_standard_input(), false, "standard input");
    case CALIB_SOURCE_PATH: return calib_source_open_path(source, settings->source);
    case CALIB_SOURCE_URL: break;
    }
    int status = fetch_url(corpus);
    if (status)
        return status;
    int fd = corpus->fetched.fd;
    corpus->fetched.fd = -1;
    return calib_source_open_fd(source, fd, true, corpus->fetched.path);
}

/* A fetched text is checked by its stage; here are the pins of everything else, and the text once
 * more, since it may have been replaced between check and read. */
static int check_source(const calib_corpus *corpus)
{
    const calib_info *info = &corpus->info;
    const calib_settings *settings = &corpus->settings;
    bool fetched = settings->kind == CALIB_SOURCE_URL;
    const uint8_t *pin = fetched ? corpus->fetched.sha256 : settings->sha256;
    uint64_t size = settings->options.size_bytes;
    if (info->corpus_bytes == 0)
        return calib_fail(CALIB_E_EMPTY, "the corpus %s is empty", corpus->name);
    if (!fetched && size && size != info->corpus_bytes)
        return calib_fail(CALIB_E_SIZE, "%s has %llu bytes, the pin says %llu", corpus->name,
                          (unsigned long long)info->corpus_bytes, (unsigned long long)size);
    if (!fetched && !settings->has_sha256)
        return CALIB_OK;
    if (memcmp(pin, info->corpus_sha256, CALIB_SHA256_SIZE) == 0)
        return CALIB_OK;
    char is[CALIB_SHA256_HEX], wanted[CALIB_SHA256_HEX];
    calib_sha256_to_hex(info->corpus_sha256, is);
    calib_sha256_to_hex(pin, wanted);
    return calib_fail(CALIB_E_HASH, "%s has SHA-256 %s, wanted is %s", corpus->name, is, wanted);
}

/* ---- text to tokens ---- */

static int read_block(calib_corpus *corpus, calib_source *source, calib_text *text,
                      calib_buffer *buffer, bool *end)
{
    const char *block;
    size_t len;
    int status = calib_source_read(source, &block, &len);
    *end = !status && len == 0;
    buffer->len = 0;
    if (!status)
        status = calib_text_feed(text, block, len, buffer);
    corpus->info.text_bytes += buffer->len;
    if (!status)
        status = calib_progress_tick(&corpus->settings.progress, CALIB_STAGE_READ, source->n_bytes,
                                     source->total);
    return status;
}

static int read_all(calib_corpus *corpus, calib_source *source, calib_tokenizing *run)
{
    calib_text text = {.raw = corpus->settings.options.flags & CALIB_RAW_BYTES};
    calib_buffer buffer = {0};
    bool end = false;
    int status = CALIB_OK;
    while (!status && !end) {
        uint64_t start = calib_now_ns();
        status = read_block(corpus, source, &text, &buffer, &end);
        corpus->info.read_ns += calib_now_ns() - start;
        if (!status && !end)
            status = calib_tokenizing_feed(run, buffer.data, buffer.len);
    }
    calib_buffer_free(&buffer);
    if (!status)
        status = calib_text_end(&text);
    corpus->info.corpus_bytes = source->n_bytes;
    if (!status)
        status = calib_source_end(source, corpus->info.corpus_sha256);
    return status ? status : check_source(corpus);
}

static int tokenize(calib_corpus *corpus, calib_source *source)
{
    const calib_options *options = &corpus->settings.options;
    calib_tokenize_request request = {
        .tok = &corpus->tok,
        .max_whole_bytes = options->max_whole_bytes,
        .max_memo_bytes = options->max_memo_bytes,
        .threads = options->threads,
        .total = source->total,
        .progress = &corpus->settings.progress,
        .sink = {calib_ids_append, &corpus->ids},
    };
    calib_tokenizing *run = NULL;
    uint64_t start = calib_now_ns();
    int status = calib_tokenizing_begin(&request, &run);
    if (!status)
        status = read_all(corpus, source, run);
    if (!status)
        status = calib_tokenizing_end(run);
    calib_tokenizing_free(run);
    corpus->info.tokenize_ns = calib_now_ns() - start - corpus->info.read_ns;
    corpus->info.n_tokens = corpus->ids.len / sizeof(int32_t);
    return status;
}

/* A callback may have used calib and met a failure of its own: a success shows none of it. */
static int finish(int status)
{
    if (!status)
        calib_error_clear();
    return status;
}

/* ---- the handle ---- */

static int name_source(calib_corpus *corpus)
{
    const calib_settings *settings = &corpus->settings;
    if (settings->kind != CALIB_SOURCE_URL)
        return calib_string_copy(settings->source, &corpus->name);
    size_t cap = strlen(settings->source) + 1;
    corpus->name = malloc(cap);
    if (!corpus->name)
        return calib_fail_memory(cap);
    calib_url_display(settings->source, corpus->name, cap);
    return CALIB_OK;
}

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
    int status = name_source(corpus);
    if (status)
        return status;
    calib_source source = {.fd = -1};
    status = open_source(corpus, &source);
    if (!status)
        status = tokenize(corpus, &source);
    calib_source_close(&source);
    if (status)
        return status;
    describe_tokenizer(corpus);
    corpus->info.struct_size = sizeof corpus->info;
    corpus->info.source = corpus->name;
    return CALIB_OK;
}

int calib_open(const calib_tokenizer_vtable *tok, const calib_options *options, calib_corpus **out)
{
    calib_error_clear();
    if (!out)
        return calib_fail(CALIB_E_NULL, "out is NULL");
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
    calib_fetch_result_free(&corpus->fetched);
    calib_settings_free(&corpus->settings);
    calib_buffer_free(&corpus->ids);
    free(corpus->name);
    free(corpus);
}

int calib_corpus_info(const calib_corpus *corpus, calib_info *out)
{
    calib_error_clear();
    if (!corpus || !out)
        return calib_fail(CALIB_E_NULL, "%s is NULL", corpus ? "out" : "corpus");
    return calib_struct_write(out, &corpus->info, sizeof corpus->info,
                              offsetof(calib_info, vocab_size) + sizeof out->vocab_size,
                              "calib_info");
}

/* ---- rows ---- */

static int fill_sample(int32_t bos, int64_t n_samples, size_t seq_len, uint64_t seed,
                       const calib_sampling *sampling, calib_sample_request *request)
{
    *request = (calib_sample_request){
        .n_samples = n_samples,
        .seq_len = seq_len,
        .seed = seed,
        .bos = bos,
    };
    int status = calib_sampling_read(sampling, &request->sampling);
    return status ? status : calib_sample_check(request);
}

static int read_ids(void *ctx, uint64_t first, size_t n, int32_t *out)
{
    const calib_corpus *corpus = ctx;
    uint64_t n_tokens = corpus->info.n_tokens;
    if (first > n_tokens || n > n_tokens - first)
        return calib_fail(CALIB_E_RANGE,
                          "tokens %llu and %zu more are beyond the stream's end, %llu",
                          (unsigned long long)first, n, (unsigned long long)n_tokens);
    if (n)
        memcpy(out, (const int32_t *)corpus->ids.data + first, n * sizeof *out);
    return CALIB_OK;
}

int calib_tokens(calib_corpus *corpus, uint64_t first, size_t n, int32_t *out)
{
    calib_error_clear();
    if (!corpus || (!out && n))
        return calib_fail(CALIB_E_NULL, "%s is NULL", corpus ? "out" : "corpus");
    return read_ids(corpus, first, n, out);
}

int calib_sample(calib_corpus *corpus, int64_t n_samples, size_t seq_len, uint64_t seed,
                 const calib_sampling *sampling, calib_samples **out)
{
    calib_error_clear();
    if (!out)
        return calib_fail(CALIB_E_NULL, "out is NULL");
    *out = NULL;
    if (!corpus)
        return calib_fail(CALIB_E_NULL, "corpus is NULL");
    /* A copy: threads may sample side by side, and the clock in it is written. */
    calib_progress progress = corpus->settings.progress;
    calib_sample_request request;
    int status = fill_sample(corpus->bos, n_samples, seq_len, seed, sampling, &request);
    request.n_tokens = corpus->info.n_tokens;
    request.reader = (calib_id_reader){read_ids, corpus};
    request.progress = &progress;
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
        return calib_fail(CALIB_E_NULL, "out is NULL");
    *out = NULL;
    /* A bad argument is told before the corpus is fetched and tokenized. */
    calib_tokenizer_vtable checked;
    calib_sample_request request;
    int status = calib_tokenizer_read(tok, &checked);
    if (!status)
        status = fill_sample(bos_of(&checked), n_samples, seq_len, seed, sampling, &request);
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
        return calib_fail(CALIB_E_NULL, "path is NULL");
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
        fill_request(&settings, &request);
        status = calib_fetch_text(&request, &fetched);
    }
    if (!status && strlen(fetched.path) >= cap)
        status = calib_fail(CALIB_E_RANGE, "the path needs %zu bytes, there is room for %zu",
                            strlen(fetched.path) + 1, cap);
    if (!status)
        memcpy(path, fetched.path, strlen(fetched.path) + 1);
    calib_fetch_result_free(&fetched);
    calib_settings_free(&settings);
    return finish(status);
}
