/* SPDX-License-Identifier: MIT */
/* The public functions of calib_cache.h: options in, the fetch stage's work out. The store says
 * which files of tokens are whole. */
#include "base/error.h"
#include "fetch/add.h"
#include "fetch/inventory.h"
#include "options.h"
#include "store/store.h"

#include <calib_cache.h>

_Static_assert(sizeof(calib_cache_entry) == offsetof(calib_cache_entry, removed) + sizeof(uint32_t),
               "calib_cache_entry has tail padding");

static int run(const calib_options *options, calib_inventory *inventory)
{
    calib_settings settings;
    int status = calib_settings_read(options, &settings);
    if (status)
        return status;
    inventory->cache_dir = settings.cache_dir;
    inventory->progress = &settings.progress;
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

static int read_url(const calib_options *options, calib_settings *settings)
{
    int status = calib_settings_read(options, settings);
    if (status || settings->kind == CALIB_SOURCE_URL)
        return status;
    status = calib_fail(CALIB_E_ARGUMENT, "%s is no URL: the cache knows texts by their URLs",
                        settings->source);
    calib_settings_free(settings);
    return status;
}

int calib_cache_add(const calib_options *options, const char *file)
{
    calib_error_clear();
    if (!file)
        return calib_fail(CALIB_E_ARGUMENT, "file is NULL");
    calib_settings settings;
    int status = read_url(options, &settings);
    if (status)
        return status;
    calib_add_request request = {
        .url = settings.source,
        .file = file,
        .cache_dir = settings.cache_dir,
        .sha256 = settings.has_sha256 ? settings.sha256 : NULL,
        .size_bytes = settings.options.size_bytes,
        .max_bytes = settings.options.max_download_bytes,
        .accept_change = settings.options.flags & CALIB_ACCEPT_CHANGE,
        .progress = &settings.progress,
    };
    status = calib_add_text(&request);
    calib_settings_free(&settings);
    return status;
}

int calib_cache_remove(const calib_options *options)
{
    calib_error_clear();
    calib_settings settings;
    int status = read_url(options, &settings);
    if (status)
        return status;
    status = calib_inventory_remove(settings.cache_dir, settings.source);
    calib_settings_free(&settings);
    return status;
}
