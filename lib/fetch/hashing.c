/* SPDX-License-Identifier: MIT */
/* The thread owns all that it touches: its own handle of the file, the hash, the block. If the
 * disk stalls, the caller abandons it, and it frees everything when its read returns. */
#include "fetch/hashing.h"

#include "base/error.h"

#include <stdlib.h>

enum {
    BLOCK = 256 * 1024,
    FLUSH = 8 * 1024 * 1024,
    MOST_BEHIND = 8 * 1024 * 1024,
    POLL_MS = 20,
    STOP_MS = 250 /* longer than any read of a block that does not hang */
};

struct calib_hashing {
    const char *name;
    calib_file *file;
    calib_sha256 hash;
    calib_thread *thread;
    uint64_t n_flushed;
    void *block;
    calib_monitor *monitor; /* guards: */
    uint64_t size;          /* bytes of the file */
    uint64_t n_hashed;      /* written by the thread alone */
    bool complete;          /* there will be no more bytes */
    bool stopped;           /* the result is not wanted */
    bool abandoned;         /* the thread frees everything */
    bool ended;             /* the thread touches nothing any more */
    int error;              /* of the system */
};

static void release(calib_hashing *hashing)
{
    calib_monitor_free(hashing->monitor);
    calib_sha256_free(&hashing->hash);
    calib_file_close(hashing->file);
    free(hashing->block);
    free(hashing);
}

static void hash_main(void *ctx)
{
    calib_hashing *hashing = ctx;
    calib_monitor_enter(hashing->monitor);
    while (!hashing->stopped && !hashing->error) {
        uint64_t at = hashing->n_hashed, left = hashing->size - at;
        if (left == 0 && hashing->complete)
            break;
        if (left == 0) {
            calib_monitor_wait(hashing->monitor, 0);
            continue;
        }
        calib_monitor_leave(hashing->monitor);
        size_t got, n = left < BLOCK ? (size_t)left : BLOCK;
        int error = calib_file_read_at(hashing->file, hashing->block, n, at, &got);
        if (!error && got < n)
            error = calib_system_error_of(CALIB_SYSTEM_IO);
        if (!error && calib_sha256_add(&hashing->hash, hashing->block, n))
            error = calib_system_error_of(CALIB_SYSTEM_NO_MEMORY);
        /* Starts the sync of bytes that will not change, so that the final sync is short. */
        if (at - hashing->n_flushed >= FLUSH) {
            calib_file_sync_soon(hashing->file, hashing->n_flushed, FLUSH);
            hashing->n_flushed += FLUSH;
        }
        calib_monitor_enter(hashing->monitor);
        hashing->n_hashed += n;
        hashing->error = error;
        calib_monitor_wake_all(hashing->monitor);
    }
    hashing->ended = true;
    bool abandoned = hashing->abandoned;
    calib_monitor_wake_all(hashing->monitor);
    calib_monitor_leave(hashing->monitor);
    if (abandoned)
        release(hashing);
}

calib_hashing *calib_hashing_start(const calib_file *file, calib_sha256 *hash, uint64_t size,
                                   const char *name)
{
    calib_hashing *hashing = calloc(1, sizeof *hashing);
    if (!hashing)
        return NULL;
    hashing->name = name;
    hashing->size = hashing->n_hashed = size;
    hashing->hash = *hash;
    hashing->block = malloc(BLOCK);
    if (hashing->block && calib_file_duplicate(file, &hashing->file) == 0 &&
        calib_monitor_new(&hashing->monitor) == 0 &&
        calib_thread_start(hash_main, hashing, &hashing->thread) == 0) {
        hash->state = NULL;
        return hashing;
    }
    hashing->hash.state = NULL;
    release(hashing);
    return NULL;
}

static int fail_read(const calib_hashing *hashing, int error)
{
    return calib_fail_system(error, "cannot read the download back in the cache directory %s",
                             calib_shown(hashing->name));
}

/* Called inside the monitor. Leaves it while polling. */
static int wait_once(calib_hashing *hashing, const calib_poll *poll)
{
    calib_monitor_wait(hashing->monitor, POLL_MS);
    if (!poll->fn)
        return CALIB_OK;
    calib_monitor_leave(hashing->monitor);
    int status = poll->fn(poll->ctx);
    calib_monitor_enter(hashing->monitor);
    return status;
}

int calib_hashing_grow(calib_hashing *hashing, uint64_t size, const calib_poll *poll)
{
    int status = CALIB_OK;
    calib_monitor_enter(hashing->monitor);
    hashing->size = size;
    calib_monitor_wake_all(hashing->monitor);
    while (!status && !hashing->error && hashing->size - hashing->n_hashed > MOST_BEHIND)
        status = wait_once(hashing, poll);
    int error = hashing->error;
    calib_monitor_leave(hashing->monitor);
    return !status && error ? fail_read(hashing, error) : status;
}

uint64_t calib_hashing_done(const calib_hashing *hashing)
{
    calib_monitor_enter(hashing->monitor);
    uint64_t n = hashing->n_hashed;
    calib_monitor_leave(hashing->monitor);
    return n;
}

int calib_hashing_end(calib_hashing *hashing, calib_sha256 *hash, const calib_poll *poll)
{
    int status = CALIB_OK;
    calib_monitor_enter(hashing->monitor);
    hashing->complete = true;
    calib_monitor_wake_all(hashing->monitor);
    while (!status && !hashing->ended)
        status = wait_once(hashing, poll);
    calib_monitor_leave(hashing->monitor);
    if (status) {
        calib_hashing_stop(hashing);
        return status;
    }
    calib_thread_join(hashing->thread);
    if (hashing->error) {
        status = fail_read(hashing, hashing->error);
    } else {
        *hash = hashing->hash;
        hashing->hash.state = NULL;
    }
    release(hashing);
    return status;
}

void calib_hashing_stop(calib_hashing *hashing)
{
    if (!hashing)
        return;
    calib_monitor_enter(hashing->monitor);
    hashing->stopped = true;
    calib_monitor_wake_all(hashing->monitor);
    uint64_t start = calib_now_ns();
    while (!hashing->ended && calib_now_ns() - start < UINT64_C(1000000) * STOP_MS)
        calib_monitor_wait(hashing->monitor, POLL_MS);
    /* Once the monitor is left, an abandoned thread may free everything. */
    calib_thread *thread = hashing->thread;
    bool ended = hashing->ended;
    hashing->abandoned = !ended;
    calib_monitor_leave(hashing->monitor);
    if (ended) {
        calib_thread_join(thread);
        release(hashing);
    } else {
        calib_thread_detach(thread);
    }
}
