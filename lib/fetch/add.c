/* SPDX-License-Identifier: MIT */
#include "fetch/add.h"

#include "base/error.h"
#include "base/pin.h"
#include "fetch/partial.h"
#include "fetch/record.h"
#include "fetch/url.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 256 * 1024 };

typedef struct adding {
    const calib_add_request *request;
    calib_texts texts;
    char key[CALIB_SHA256_HEX];
    calib_partial partial;
    uint8_t sha256[CALIB_SHA256_SIZE];
} adding;

static int report_copying(void *ctx)
{
    const adding *a = ctx;
    return calib_progress_tick(a->request->progress, CALIB_STAGE_READ, a->partial.size, 0);
}

/* A file that grows while it is read is refused at once: it may grow as fast as it is read. */
static int copy_bytes(adding *a, calib_file *from, char *block)
{
    const calib_add_request *request = a->request;
    uint64_t before, now;
    size_t n = 1;
    int status = CALIB_OK;
    int error = calib_file_size(from, &before);
    now = before;
    while (!status && !error && n > 0 && now == before) {
        error = calib_file_read(from, block, BLOCK, &n);
        if (!error && n)
            status = calib_partial_write(&a->partial, block, n);
        if (!status && a->partial.size > request->max_bytes)
            status = calib_fail(CALIB_E_SIZE, "%s is larger than max_download_bytes, %llu bytes",
                                calib_shown(request->file), (unsigned long long)request->max_bytes);
        if (!status && !error && n)
            status = report_copying(a);
        if (!error && (n == 0 || (before && a->partial.size > before)))
            error = calib_file_size(from, &now);
    }
    if (!status && error)
        status = calib_fail_system(error, "cannot read %s", calib_shown(request->file));
    if (status || now == before)
        return status;
    return calib_fail(CALIB_E_UNSTABLE,
                      "%s changed while it was read: it had %llu bytes and has %llu now; copy the "
                      "file first and add the copy",
                      calib_shown(request->file), (unsigned long long)before,
                      (unsigned long long)now);
}

static int copy(adding *a)
{
    const calib_add_request *request = a->request;
    calib_file *from;
    int error = calib_file_open(request->file, &from);
    if (error)
        return calib_fail_system(error, "cannot open %s", calib_shown(request->file));
    char *block = malloc(BLOCK);
    calib_poll poll = {report_copying, a};
    int status = block ? calib_partial_open(&a->partial, &a->texts, a->key, false, &poll)
                       : calib_fail_memory(BLOCK);
    if (!status)
        status = copy_bytes(a, from, block);
    free(block);
    calib_file_close(from);
    if (status)
        return status;
    if (a->partial.size == 0)
        return calib_fail(CALIB_E_EMPTY, "%s is empty", calib_shown(request->file));
    if (request->size_bytes && a->partial.size != request->size_bytes)
        return calib_fail_size(request->file, a->partial.size, request->size_bytes);
    int hashed = calib_partial_hash(&a->partial, a->sha256);
    if (hashed || request->sha256)
        return hashed;
    return calib_partial_check_kind(&a->partial, request->file, request->raw_bytes);
}

/* Without a pin the hash in the record counts, unless a change is accepted. */
static int publish(adding *a)
{
    const calib_add_request *request = a->request;
    calib_record record = {
        .size = a->partial.size,
        .fetched_at = calib_unix_time(),
        .pinned = request->sha256 != NULL,
    };
    memcpy(record.sha256, a->sha256, sizeof record.sha256);
    calib_url_display(request->url, record.url, sizeof record.url);
    if (request->sha256 && memcmp(request->sha256, a->sha256, sizeof a->sha256) != 0)
        return calib_fail_hash(request->file, a->sha256, request->sha256);
    int status = CALIB_OK;
    if (!request->sha256 && !request->accept_change)
        status = calib_record_compare(&a->texts, a->key, record.url, a->sha256);
    calib_file *file;
    if (!status)
        status = calib_partial_publish(&a->partial, a->sha256, &file);
    if (status)
        return status;
    calib_file_close(file);
    status = calib_record_set(&a->texts, a->key, &record, request->accept_change);
    if (!status)
        calib_texts_trim(&a->texts, a->sha256, request->max_cache_bytes);
    return status;
}

int calib_add_text(const calib_add_request *request)
{
    adding a = {.request = request};
    int status = calib_url_check(request->url);
    if (!status)
        status = calib_url_key(request->url, a.key);
    if (!status)
        status = calib_texts_open(&a.texts, request->cache_dir);
    if (!status)
        status = calib_texts_make(&a.texts);
    if (!status)
        status = copy(&a);
    if (!status)
        status = publish(&a);
    calib_partial_close(&a.partial, false);
    calib_texts_close(&a.texts);
    if (!status)
        calib_error_clear();
    return status;
}
