/* SPDX-License-Identifier: MIT */
/* The public functions of calib_cache.h. */
#include "base/error.h"
#include "base/structs.h"
#include "corpus/corpus.h"
#include "fetch/add.h"
#include "fetch/inventory.h"
#include "store/store.h"

#include <calib_cache.h>
#include <string.h>

CALIB_NO_TAIL(calib_cache_entry, removed);

static int run(const calib_options *options, calib_inventory *inventory)
{
    calib_settings settings;
    int status = calib_settings_read(options, &settings);
    if (status)
        return status;
    inventory->cache_dir = settings.cache_dir;
    inventory->progress = &settings.progress;
    inventory->max_cache_bytes = settings.options.max_cache_bytes;
    status = calib_inventory_run(inventory);
    calib_settings_free(&settings);
    return status;
}

int calib_cache_list(const calib_options *options, calib_cache_fn fn, void *ctx)
{
    calib_error_clear();
    if (!fn)
        return calib_fail(CALIB_E_ARGUMENT, "fn is NULL");
    calib_inventory inventory = {.fn = fn, .ctx = ctx};
    return run(options, &inventory);
}

int calib_cache_verify(const calib_options *options, calib_cache_fn fn, void *ctx)
{
    calib_error_clear();
    calib_inventory inventory = {
        .fn = fn, .ctx = ctx, .verify = true, .check_tokens = calib_store_check};
    int status = run(options, &inventory);
    if (!status && inventory.n_damaged)
        return calib_fail(CALIB_E_CORRUPT,
                          "%llu of the cached files are damaged: each is fetched or made again "
                          "when it is next asked for",
                          (unsigned long long)inventory.n_damaged);
    return status;
}

int calib_cache_prune(const calib_options *options, uint64_t max_age_s, calib_cache_fn fn,
                      void *ctx)
{
    calib_error_clear();
    calib_inventory inventory = {.fn = fn, .ctx = ctx, .prune = true, .max_age_s = max_age_s};
    return run(options, &inventory);
}

/* ---- the texts of URLs ---- */

typedef struct calib_url_call {
    calib_source_copy source;
    calib_settings settings;
} calib_url_call;

/* Reads both structs; the source must be a URL. The caller frees them also after a failure. */
static int read_url(calib_url_call *call, const calib_source *source, const calib_options *options)
{
    *call = (calib_url_call){0};
    int status = calib_source_read(source, &call->source);
    if (!status)
        status = calib_settings_read(options, &call->settings);
    if (!status && call->source.kind != CALIB_SOURCE_URL)
        status = calib_fail(CALIB_E_ARGUMENT,
                            "the location %s is not a URL: only the texts of "
                            "URLs are cached",
                            calib_shown(call->source.location));
    return status;
}

static int end_url(calib_url_call *call, int status)
{
    calib_source_free(&call->source);
    calib_settings_free(&call->settings);
    return status;
}

static int fetch(calib_url_call *call, char *path, size_t cap)
{
    calib_fetch_result fetched = {0};
    calib_fetch_request request;
    calib_corpus_fetch_request(&call->source, &call->settings, &request);
    int status = calib_fetch_text(&request, &fetched);
    size_t n = status ? 0 : strlen(fetched.path) + 1;
    if (n > cap)
        status = calib_fail(CALIB_E_ARGUMENT, "cap is %zu, but the path needs %zu bytes", cap, n);
    if (!status)
        memcpy(path, fetched.path, n);
    calib_fetch_result_free(&fetched);
    return status;
}

int calib_fetch(const calib_source *source, const calib_options *options, char *path, size_t cap)
{
    calib_error_clear();
    if (!path)
        return calib_fail(CALIB_E_ARGUMENT, "path is NULL");
    calib_url_call call;
    int status = read_url(&call, source, options);
    if (!status)
        status = fetch(&call, path, cap);
    return end_url(&call, status);
}

int calib_cache_add(const calib_source *source, const calib_options *options, const char *file)
{
    calib_error_clear();
    if (!file)
        return calib_fail(CALIB_E_ARGUMENT, "file is NULL");
    calib_url_call call;
    int status = read_url(&call, source, options);
    if (!status) {
        calib_add_request request = {
            .url = call.source.location,
            .file = file,
            .cache_dir = call.settings.cache_dir,
            .sha256 = call.source.has_sha256 ? call.source.sha256 : NULL,
            .size_bytes = call.source.size_bytes,
            .max_bytes = call.settings.options.max_download_bytes,
            .max_cache_bytes = call.settings.options.max_cache_bytes,
            .accept_change = call.source.accept_change,
            .raw_bytes = call.source.raw_bytes,
            .progress = &call.settings.progress,
        };
        status = calib_add_text(&request);
    }
    return end_url(&call, status);
}

int calib_cache_remove(const calib_source *source, const calib_options *options)
{
    calib_error_clear();
    calib_url_call call;
    int status = read_url(&call, source, options);
    if (!status)
        status = calib_inventory_remove(call.settings.cache_dir, call.source.location);
    return end_url(&call, status);
}
