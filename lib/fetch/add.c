/* SPDX-License-Identifier: MIT */
#include "fetch/add.h"

#include "base/error.h"
#include "fetch/download.h"
#include "fetch/record.h"
#include "fetch/url.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 256 * 1024 };

typedef struct adding {
    const calib_add_request *request;
    calib_texts texts;
    char key[CALIB_SHA256_HEX];
    calib_part part;
    uint8_t sha256[CALIB_SHA256_SIZE];
} adding;

static int tell_copying(void *ctx)
{
    const adding *a = ctx;
    return calib_progress_tick(a->request->progress, CALIB_STAGE_READ, a->part.size, 0);
}

static int copy_blocks(adding *a, calib_file *from, char *block)
{
    const calib_add_request *request = a->request;
    size_t n = 1;
    int status = CALIB_OK;
    a->part.poll = (calib_poll){tell_copying, a};
    while (!status && n > 0) {
        int error = calib_file_read(from, block, BLOCK, &n);
        if (error)
            return calib_fail_system(error, "cannot read %s", request->file);
        status = n ? calib_part_write(&a->part, block, n) : CALIB_OK;
        if (!status && a->part.size > request->max_bytes)
            status = calib_fail(CALIB_E_SIZE, "%s is larger than the %llu bytes allowed",
                                request->file, (unsigned long long)request->max_bytes);
        if (!status && n)
            status = tell_copying(a);
    }
    if (status)
        return status;
    if (a->part.size == 0)
        return calib_fail(CALIB_E_EMPTY, "%s is empty", request->file);
    if (request->size_bytes && a->part.size != request->size_bytes)
        return calib_fail(CALIB_E_SIZE, "%s has %llu bytes, the pin says %llu", request->file,
                          (unsigned long long)a->part.size,
                          (unsigned long long)request->size_bytes);
    return calib_part_hash(&a->part, a->sha256);
}

static int copy(adding *a)
{
    calib_file *from;
    int error = calib_file_open(a->request->file, &from);
    if (error)
        return calib_fail_system(error, "cannot open %s", a->request->file);
    char *block = malloc(BLOCK);
    int status =
        block ? calib_part_open(&a->part, &a->texts, a->key, false) : calib_fail_memory(BLOCK);
    if (!status)
        status = copy_blocks(a, from, block);
    free(block);
    calib_file_close(from);
    return status;
}

/* Without a pin the hash in the record counts, unless a change is accepted. */
static int check_hash(const adding *a)
{
    const calib_add_request *request = a->request;
    if (request->sha256)
        return memcmp(request->sha256, a->sha256, sizeof a->sha256) == 0
                   ? CALIB_OK
                   : calib_fail_hash(request->file, a->sha256, request->sha256, true);
    calib_record record;
    calib_record_state state;
    int status = calib_record_read(&a->texts, a->key, &record, &state);
    if (status || state != CALIB_RECORD_GOOD || request->accept_change ||
        memcmp(record.sha256, a->sha256, sizeof a->sha256) == 0)
        return status;
    return calib_fail_hash(request->url, a->sha256, record.sha256, false);
}

static int publish(adding *a)
{
    calib_record record = {
        .size = a->part.size,
        .fetched_at = calib_unix_time(),
        .pinned = a->request->sha256 != NULL,
    };
    memcpy(record.sha256, a->sha256, sizeof record.sha256);
    calib_url_display(a->request->url, record.url, sizeof record.url);
    calib_file *file;
    int status = calib_part_publish(&a->part, a->sha256, &file);
    if (status)
        return status;
    calib_file_close(file);
    bool taken;
    return calib_record_write(&a->texts, a->key, &record, false, &taken);
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
        status = check_hash(&a);
    if (!status)
        status = publish(&a);
    calib_part_close(&a.part, false);
    calib_texts_close(&a.texts);
    if (!status)
        calib_error_clear();
    return status;
}
