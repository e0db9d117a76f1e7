/* SPDX-License-Identifier: MIT */
/* The order of a fetch: look into the cache, lock, download, publish. */
#include "fetch/fetch.h"

#include "base/error.h"
#include "base/pin.h"
#include "fetch/download.h"
#include "fetch/http.h"
#include "fetch/record.h"
#include "fetch/url.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct fetching {
    const calib_fetch_request *request;
    calib_fetch_result *out;
    calib_texts texts;
    char key[CALIB_SHA256_HEX];
    char shown[CALIB_SHOWN];
    calib_record record;
    calib_record_state recorded;
    calib_found found;
    uint64_t deadline_ns;
    calib_lock *lock; /* NULL: none */
} fetching;

/* ---- checks of the request ---- */

static int check_request(fetching *f)
{
    const calib_fetch_request *request = f->request;
    const char *token = request->bearer_token;
    calib_url_display(request->url, f->shown, sizeof f->shown);
    int status = calib_url_check(request->url);
    for (size_t i = 0; i < request->n_mirrors && !status; i++)
        status = calib_url_check(request->mirrors[i]);
    if (status)
        return status;
    for (const char *c = token; c && *c; c++)
        if ((unsigned char)*c <= ' ' || *c == 0x7f)
            return calib_fail(CALIB_E_ARGUMENT,
                              "the bearer token holds a space, a line end or a "
                              "control character at offset %zu",
                              (size_t)(c - token));
    if (token && calib_url_is_plain(request->url))
        return calib_fail(CALIB_E_ARGUMENT,
                          "a bearer token is sent over https only, and the URL is plain "
                          "http");
    return calib_url_key(request->url, f->key);
}

/* ---- the cache ---- */

/* Returns the hash that the text must have, or NULL if none is known. */
static const uint8_t *expected_hash(const fetching *f)
{
    if (f->request->sha256)
        return f->request->sha256;
    return f->recorded == CALIB_RECORD_GOOD ? f->record.sha256 : NULL;
}

static int give(fetching *f, calib_file *file, uint64_t size,
                const uint8_t sha256[CALIB_SHA256_SIZE])
{
    f->out->file = file;
    f->out->size = size;
    memcpy(f->out->sha256, sha256, CALIB_SHA256_SIZE);
    return calib_texts_path(&f->texts, sha256, &f->out->path);
}

/* Returns true if the caller wants the text that the server has now, not a cached one. */
static bool asks_again(const fetching *f)
{
    return f->request->accept_change && !f->request->sha256 && !f->request->offline;
}

/* Looks for the text and writes nothing. A good one goes to the result. */
static int look(fetching *f)
{
    f->found = CALIB_FOUND_NOTHING;
    int status = calib_texts_open(&f->texts, f->request->cache_dir);
    if (!status)
        status = calib_record_read(&f->texts, f->key, &f->record, &f->recorded);
    const uint8_t *expected = expected_hash(f);
    if (status || !expected)
        return status;
    calib_file *file;
    uint64_t size;
    status = calib_texts_find(&f->texts, expected, f->request->progress, &f->found, &file, &size);
    if (status || f->found != CALIB_FOUND_GOOD)
        return status;
    uint64_t pin = f->request->size_bytes;
    if (pin && pin != size && !asks_again(f)) {
        calib_file_close(file);
        if (f->request->sha256)
            return calib_fail_size(f->shown, size, pin);
        return calib_fail(CALIB_E_SIZE,
                          "the cached text of %s has %llu bytes, the pin is %llu: "
                          "CALIB_ACCEPT_CHANGE asks the server again",
                          f->shown, (unsigned long long)size, (unsigned long long)pin);
    }
    calib_file_touch(file);
    return give(f, file, size, expected);
}

/* ---- the lock: it saves bandwidth, and nothing else depends on it ---- */

static int wait_once(void *ctx, uint64_t waited_ms, bool *enough)
{
    fetching *f = ctx;
    const calib_fetch_request *request = f->request;
    if (calib_left_ms(f->deadline_ns) == 0)
        return calib_fail(CALIB_E_TIMEOUT,
                          "the deadline of %lu ms passed while another process downloaded %s",
                          (unsigned long)request->deadline_ms, f->shown);
    int status = calib_progress_tick(request->progress, CALIB_STAGE_WAIT, waited_ms,
                                     request->lock_timeout_ms);
    /* Hashes a text only if another process has published it after the last look. */
    const uint8_t *expected = request->sha256;
    if (!status && !request->accept_change && f->found == CALIB_FOUND_NOTHING) {
        calib_record_state state = CALIB_RECORD_ABSENT;
        if (!expected && !calib_record_read(&f->texts, f->key, &f->record, &state) &&
            state == CALIB_RECORD_GOOD)
            expected = f->record.sha256;
        char name[CALIB_SHA256_HEX];
        calib_file_info info;
        if (expected)
            calib_sha256_to_hex(expected, name);
        if (expected && calib_file_info_at(f->texts.corpora, name, &info) == 0)
            status = look(f);
    }
    *enough = f->out->file != NULL;
    return status;
}

/* ---- publishing ---- */

/* If the record was lost, an unchanged text is recognized because it is still in the cache. */
static int check_known(fetching *f, const calib_download *download)
{
    if (f->request->sha256 || f->request->accept_change || f->recorded != CALIB_RECORD_DAMAGED)
        return CALIB_OK;
    calib_found found;
    calib_file *file;
    uint64_t size;
    int status =
        calib_texts_find(&f->texts, download->sha256, f->request->progress, &found, &file, &size);
    calib_file_close(file);
    if (status || found == CALIB_FOUND_GOOD)
        return status;
    return calib_fail(CALIB_E_CORRUPT,
                      "the cache's record of %s is damaged, so nobody can tell if its text has "
                      "changed: CALIB_ACCEPT_CHANGE takes the text that the server has now",
                      f->shown);
}

/* The first process to record a URL's hash decides; others agree with it or fail. */
static int record_text(fetching *f, const calib_download *download, uint64_t size)
{
    bool pinned = f->request->sha256 != NULL;
    bool known = f->recorded == CALIB_RECORD_GOOD &&
                 memcmp(f->record.sha256, download->sha256, CALIB_SHA256_SIZE) == 0;
    if (known && f->record.pinned == pinned)
        return CALIB_OK;
    calib_record record = {.size = size, .fetched_at = calib_unix_time(), .pinned = pinned};
    memcpy(record.sha256, download->sha256, CALIB_SHA256_SIZE);
    calib_url_display(f->request->url, record.url, sizeof record.url);
    return calib_record_set(&f->texts, f->key, &record, f->request->accept_change);
}

static int download(fetching *f)
{
    const uint8_t *expected = expected_hash(f);
    if (expected && f->found == CALIB_FOUND_DAMAGED)
        calib_texts_set_aside(&f->texts, expected);
    calib_download run = {
        .request = f->request,
        .texts = &f->texts,
        .deadline_ns = f->deadline_ns,
        .expected = f->request->accept_change ? f->request->sha256 : expected,
        .expected_is_pin = f->request->sha256 != NULL,
    };
    calib_file *file = NULL;
    int status = calib_download_run(&run);
    uint64_t size = run.partial.size;
    if (!status)
        status = check_known(f, &run);
    if (!status)
        status = calib_partial_publish(&run.partial, run.sha256, &file);
    if (!status)
        status = give(f, file, size, run.sha256);
    if (!status)
        status = record_text(f, &run, size);
    f->out->downloaded = !status;
    calib_error reason = *calib_error_record();
    calib_partial_close(&run.partial, false);
    static const char *const leftovers[] = {".part", ".corrupt", NULL};
    calib_cachedir_reap(f->texts.corpora, leftovers);
    calib_cachedir_reap(f->texts.urls, NULL);
    if (!status)
        calib_texts_trim(&f->texts, run.sha256, f->request->max_cache_bytes);
    *calib_error_record() = reason;
    return status;
}

/* ---- the order ---- */

static int fetch_missing(fetching *f)
{
    const calib_fetch_request *request = f->request;
    calib_lock_wait wait = {request->lock_timeout_ms, wait_once, f};
    if (request->offline && f->found == CALIB_FOUND_DAMAGED)
        return calib_fail(CALIB_E_CORRUPT,
                          "the cached text of %s is damaged and cannot be fetched again offline: "
                          "go online, or put it there with calib_cache_add()",
                          f->shown);
    if (request->offline && !request->sha256 && f->recorded == CALIB_RECORD_DAMAGED)
        return calib_fail(
            CALIB_E_CORRUPT,
            "the cache's record of %s is damaged and cannot be fetched again offline: "
            "go online, or put the text there with calib_cache_add()",
            f->shown);
    if (request->offline)
        return calib_fail(CALIB_E_OFFLINE,
                          "offline, and %s is not in the cache: take another source (\"builtin\", "
                          "a file), or put the text there with calib_cache_add()",
                          f->shown);
    int status = calib_http_check(request->url, request->allow_http);
    for (size_t i = 0; i < request->n_mirrors && !status; i++)
        status = calib_http_check(request->mirrors[i], request->allow_http);
    if (!status)
        status = calib_texts_make(&f->texts);
    if (!status)
        status = calib_cachedir_lock(f->texts.urls, f->key, &wait, &f->lock);
    /* Another process may have done the work in the meantime. A text that it repaired must not be
     * set aside. */
    if (!status && !f->out->file && !request->accept_change)
        status = look(f);
    if (!status && !f->out->file)
        status = download(f);
    return status;
}

int calib_fetch_text(const calib_fetch_request *request, calib_fetch_result *out)
{
    *out = (calib_fetch_result){0};
    fetching f = {
        .request = request,
        .out = out,
    };
    if (request->deadline_ms)
        f.deadline_ns = calib_now_ns() + UINT64_C(1000000) * request->deadline_ms;
    int status = check_request(&f);
    if (!status)
        status = look(&f);
    if (!status && (!f.out->file || asks_again(&f))) {
        calib_fetch_result_free(f.out);
        status = fetch_missing(&f);
    }
    calib_cachedir_unlock(f.texts.urls, f.key, f.lock);
    calib_texts_close(&f.texts);
    if (status) {
        calib_fetch_result_free(out);
        return status;
    }
    calib_error_clear();
    return CALIB_OK;
}

void calib_fetch_result_free(calib_fetch_result *result)
{
    calib_file_close(result->file);
    free(result->path);
    *result = (calib_fetch_result){0};
}
