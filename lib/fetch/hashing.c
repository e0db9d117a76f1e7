/* SPDX-License-Identifier: MIT */
#include "fetch/hashing.h"

#include "base/error.h"
#include "system/system.h"

#include <stdlib.h>

enum { BLOCK = 256 * 1024, FLUSH = 8 * 1024 * 1024, MOST_BEHIND = 8 * 1024 * 1024 };

struct calib_hashing {
    const calib_file *file;
    calib_sha256 *hash;
    calib_thread *thread;
    uint64_t n_flushed;
    void *block;
    calib_monitor *monitor; /* guards: */
    uint64_t size;          /* bytes of the file */
    uint64_t n_hashed;      /* written by the thread alone */
    bool complete;          /* there will be no more */
    bool over;
    int error;
};

static int hash_block(calib_hashing *hashing, size_t n)
{
    size_t got;
    int error = calib_file_read_at(hashing->file, hashing->block, n, hashing->n_hashed, &got);
    if (error || got < n)
        return error ? error : calib_system_error_of(CALIB_SYSTEM_IO);
    return calib_sha256_add(hashing->hash, hashing->block, n)
               ? calib_system_error_of(CALIB_SYSTEM_NO_MEMORY)
               : 0;
}

/* The disk begins with what is certain to stay, so that fsync() has little left to do. */
static void flush(calib_hashing *hashing)
{
    if (hashing->n_hashed - hashing->n_flushed < FLUSH)
        return;
    calib_file_sync_soon(hashing->file, hashing->n_flushed, FLUSH);
    hashing->n_flushed += FLUSH;
}

/* A block, outside the monitor. */
static void advance(calib_hashing *hashing)
{
    uint64_t left = hashing->size - hashing->n_hashed;
    size_t n = left < BLOCK ? (size_t)left : BLOCK;
    calib_monitor_leave(hashing->monitor);
    int error = hash_block(hashing, n);
    flush(hashing);
    calib_monitor_enter(hashing->monitor);
    hashing->n_hashed += n;
    hashing->error = error;
    calib_monitor_wake_all(hashing->monitor);
}

static void hash_main(void *ctx)
{
    calib_hashing *hashing = ctx;
    calib_monitor_enter(hashing->monitor);
    while (!hashing->over && !hashing->error) {
        if (hashing->n_hashed < hashing->size)
            advance(hashing);
        else if (hashing->complete)
            break;
        else
            calib_monitor_wait(hashing->monitor, 0);
    }
    calib_monitor_leave(hashing->monitor);
}

static void release(calib_hashing *hashing)
{
    calib_monitor_free(hashing->monitor);
    free(hashing->block);
    free(hashing);
}

calib_hashing *calib_hashing_start(const calib_file *file, calib_sha256 *hash, uint64_t size)
{
    calib_hashing *hashing = calloc(1, sizeof *hashing);
    if (!hashing)
        return NULL;
    hashing->file = file;
    hashing->hash = hash;
    hashing->size = hashing->n_hashed = size;
    hashing->block = malloc(BLOCK);
    if (hashing->block && calib_monitor_new(&hashing->monitor) == 0 &&
        calib_thread_start(hash_main, hashing, &hashing->thread) == 0)
        return hashing;
    release(hashing);
    return NULL;
}

int calib_hashing_grow(calib_hashing *hashing, uint64_t size)
{
    calib_monitor_enter(hashing->monitor);
    hashing->size = size;
    calib_monitor_wake_all(hashing->monitor);
    while (!hashing->error && hashing->size - hashing->n_hashed > MOST_BEHIND)
        calib_monitor_wait(hashing->monitor, 0);
    int error = hashing->error;
    calib_monitor_leave(hashing->monitor);
    return error;
}

static int join(calib_hashing *hashing, bool complete)
{
    calib_monitor_enter(hashing->monitor);
    hashing->complete = complete;
    hashing->over = !complete;
    calib_monitor_wake_all(hashing->monitor);
    calib_monitor_leave(hashing->monitor);
    calib_thread_join(hashing->thread);
    int error = hashing->error;
    release(hashing);
    return error;
}

int calib_hashing_end(calib_hashing *hashing)
{
    return join(hashing, true);
}

void calib_hashing_stop(calib_hashing *hashing)
{
    if (hashing)
        join(hashing, false);
}
