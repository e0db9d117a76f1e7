/* SPDX-License-Identifier: MIT */
/* Where the corpus comes from: finding it, opening it, and whether it is what was asked for. */
#include "corpus.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/system.h"
#include "text/builtin.h"

#include <stdlib.h>
#include <string.h>

void calib_fetch_request_fill(calib_settings *settings, calib_fetch_request *request)
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
    calib_fetch_request_fill(&corpus->settings, &request);
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

int calib_corpus_open(calib_corpus *corpus, calib_source *source)
{
    const calib_settings *settings = &corpus->settings;
    switch (settings->kind) {
    case CALIB_SOURCE_BUILTIN: return open_builtin(source, corpus->shown);
    case CALIB_SOURCE_MEMORY:
        return calib_source_open_memory(source, settings->options.text, settings->options.text_len,
                                        corpus->shown);
    case CALIB_SOURCE_STANDARD_INPUT:
        return calib_source_open_fd(source, calib_standard_input(), false, "standard input");
    case CALIB_SOURCE_PATH: return calib_source_open_path(source, settings->source);
    case CALIB_SOURCE_URL: break;
    }
    /* Found once, it is not fetched again: the second time its file will do. */
    if (corpus->fetched.path)
        return calib_source_open_path(source, corpus->fetched.path);
    int status = fetch_url(corpus);
    if (status)
        return status;
    int fd = corpus->fetched.fd;
    corpus->fetched.fd = -1;
    return calib_source_open_fd(source, fd, true, corpus->fetched.path);
}

/* A fetched text is checked by its stage; here are the pins of everything else, and the text once
 * more, since it may have been replaced between check and read. */
int calib_corpus_check(const calib_corpus *corpus, const calib_info *info)
{
    const calib_settings *settings = &corpus->settings;
    bool fetched = settings->kind == CALIB_SOURCE_URL;
    const uint8_t *pin = fetched ? corpus->fetched.sha256 : settings->sha256;
    uint64_t size = settings->options.size_bytes;
    if (info->corpus_bytes == 0)
        return calib_fail(CALIB_E_EMPTY, "%s is empty", corpus->shown);
    if (!fetched && size && size != info->corpus_bytes)
        return calib_fail(CALIB_E_SIZE, "%s has %llu bytes, the pin says %llu", corpus->shown,
                          (unsigned long long)info->corpus_bytes, (unsigned long long)size);
    if (!fetched && !settings->has_sha256)
        return CALIB_OK;
    if (memcmp(pin, info->corpus_sha256, CALIB_SHA256_SIZE) == 0)
        return CALIB_OK;
    char is[CALIB_SHA256_HEX], wanted[CALIB_SHA256_HEX];
    calib_sha256_to_hex(info->corpus_sha256, is);
    calib_sha256_to_hex(pin, wanted);
    return calib_fail(CALIB_E_HASH, "%s has SHA-256 %s, wanted is %s", corpus->shown, is, wanted);
}

static const char *shown(const calib_corpus *corpus)
{
    switch (corpus->settings.kind) {
    case CALIB_SOURCE_BUILTIN: return "the builtin corpus";
    case CALIB_SOURCE_MEMORY: return "the text in memory";
    case CALIB_SOURCE_STANDARD_INPUT: return "standard input";
    default: return corpus->name;
    }
}

static int copy_name(calib_corpus *corpus)
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

int calib_corpus_name(calib_corpus *corpus)
{
    int status = copy_name(corpus);
    corpus->shown = shown(corpus);
    return status;
}
