/* SPDX-License-Identifier: MIT */
#include "input/hasher.h"

#include "base/error.h"

static void thread_main(void *ctx)
{
    calib_hasher *hasher = ctx;
    calib_monitor_enter(hasher->monitor);
    while (!hasher->over) {
        if (!hasher->block) {
            calib_monitor_wait(hasher->monitor, 0);
            continue;
        }
        calib_monitor_leave(hasher->monitor);
        int status = calib_sha256_add(&hasher->hash, hasher->block, hasher->len);
        calib_monitor_enter(hasher->monitor);
        hasher->status = status;
        hasher->block = NULL;
        hasher->over = status != CALIB_OK;
        calib_monitor_wake_all(hasher->monitor);
    }
    calib_monitor_leave(hasher->monitor);
}

/* If the system gives no thread, the caller's hashes. */
static void start(calib_hasher *hasher)
{
    hasher->over = false;
    if (calib_monitor_new(&hasher->monitor))
        return;
    if (calib_thread_start(thread_main, hasher, &hasher->thread)) {
        calib_monitor_free(hasher->monitor);
        hasher->monitor = NULL;
    }
}

/* Waits until the last block is hashed. Called and left inside the monitor. */
static void settle(calib_hasher *hasher)
{
    while (hasher->block)
        calib_monitor_wait(hasher->monitor, 0);
}

static int fail_thread(int status)
{
    return calib_fail(status, "out of memory while hashing");
}

static int hand_over(calib_hasher *hasher, const void *block, size_t len)
{
    calib_monitor_enter(hasher->monitor);
    settle(hasher);
    int status = hasher->status;
    if (!status) {
        hasher->block = block;
        hasher->len = len;
        calib_monitor_wake_all(hasher->monitor);
    }
    calib_monitor_leave(hasher->monitor);
    return status ? fail_thread(status) : CALIB_OK;
}

/* Ends the thread, which hashes the block that it has. */
static void stop(calib_hasher *hasher)
{
    if (!hasher->thread)
        return;
    calib_monitor_enter(hasher->monitor);
    settle(hasher);
    hasher->over = true;
    calib_monitor_wake_all(hasher->monitor);
    calib_monitor_leave(hasher->monitor);
    calib_thread_join(hasher->thread);
    calib_monitor_free(hasher->monitor);
    hasher->thread = NULL;
    hasher->monitor = NULL;
}

int calib_hasher_begin(calib_hasher *hasher)
{
    hasher->len = 0;
    hasher->status = CALIB_OK;
    return calib_sha256_begin(&hasher->hash);
}

/* A thread is worth its while from the second block on. */
int calib_hasher_add(calib_hasher *hasher, const void *block, size_t len)
{
    if (!hasher->thread && hasher->aside && hasher->len > 0)
        start(hasher);
    if (hasher->thread)
        return hand_over(hasher, block, len);
    hasher->len = len;
    return calib_sha256_add(&hasher->hash, block, len);
}

const calib_sha256 *calib_hasher_state(calib_hasher *hasher)
{
    if (hasher->thread) {
        calib_monitor_enter(hasher->monitor);
        settle(hasher);
        calib_monitor_leave(hasher->monitor);
    }
    return &hasher->hash;
}

int calib_hasher_end(calib_hasher *hasher, uint8_t out[CALIB_SHA256_SIZE])
{
    stop(hasher);
    return hasher->status ? fail_thread(hasher->status) : calib_sha256_end(&hasher->hash, out);
}

void calib_hasher_free(calib_hasher *hasher)
{
    stop(hasher);
    calib_sha256_free(&hasher->hash);
}
