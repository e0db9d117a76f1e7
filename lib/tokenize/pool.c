/* SPDX-License-Identifier: MIT */
#include "tokenize/pool.h"

#include "base/error.h"
#include "system/system.h"

#include <stdlib.h>

enum { IDLE_MS = 20 };

typedef struct pool_thread {
    calib_pool *pool;
    calib_thread *thread;
    size_t worker;
} pool_thread;

struct calib_pool {
    calib_pool_work work;
    size_t n_workers;
    size_t n_slots;
    calib_monitor *monitor;
    /* Written by the caller's thread only, inside the monitor; it may read them outside. */
    size_t n_submitted;
    size_t n_collected;
    /* Read and written inside the monitor. */
    size_t n_begun;
    bool waits; /* the caller's thread waits for job n_collected */
    bool over;
    bool *done; /* [n_slots] */
    /* For the caller's thread. A pool_thread does not change once it runs. */
    size_t n_threads;
    pool_thread threads[];
};

/* Runs the next job that has not begun, if there is one. Called and left inside the monitor. */
static bool run_next(calib_pool *pool, size_t worker)
{
    if (pool->over || pool->n_begun == pool->n_submitted)
        return false;
    size_t job = pool->n_begun++;
    calib_monitor_leave(pool->monitor);
    pool->work.run(pool->work.ctx, worker, job);
    calib_monitor_enter(pool->monitor);
    pool->done[job % pool->n_slots] = true;
    if (pool->waits && job == pool->n_collected)
        calib_monitor_wake_all(pool->monitor);
    return true;
}

static void thread_main(void *ctx)
{
    pool_thread *self = ctx;
    calib_pool *pool = self->pool;
    calib_monitor_enter(pool->monitor);
    while (!pool->over)
        if (!run_next(pool, self->worker))
            calib_monitor_wait(pool->monitor, 0);
    calib_monitor_leave(pool->monitor);
}

int calib_pool_new(size_t n_workers, size_t n_slots, const calib_pool_work *work, calib_pool **out)
{
    size_t bytes = sizeof(calib_pool) + n_workers * sizeof(pool_thread);
    calib_pool *pool = calloc(1, bytes);
    bool *done = calloc(n_slots, sizeof *done);
    int error = pool && done ? calib_monitor_new(&pool->monitor) : 0;
    if (!pool || !done || error) {
        free(done);
        free(pool);
        return error ? calib_fail_system(error, "cannot make a lock") : calib_fail_memory(bytes);
    }
    pool->work = *work;
    pool->n_workers = n_workers;
    pool->n_slots = n_slots;
    pool->done = done;
    *out = pool;
    return CALIB_OK;
}

size_t calib_pool_next(const calib_pool *pool)
{
    return pool->n_submitted;
}

bool calib_pool_full(const calib_pool *pool)
{
    return pool->n_submitted - pool->n_collected == pool->n_slots;
}

bool calib_pool_empty(const calib_pool *pool)
{
    return pool->n_submitted == pool->n_collected;
}

void calib_pool_submit(calib_pool *pool)
{
    while (!calib_pool_empty(pool) && pool->n_threads + 1 < pool->n_workers) {
        pool_thread *next = &pool->threads[pool->n_threads];
        *next = (pool_thread){.pool = pool, .worker = pool->n_threads + 1};
        if (calib_thread_start(thread_main, next, &next->thread) == 0)
            pool->n_threads++;
        else
            pool->n_workers = pool->n_threads + 1; /* work with those that run */
    }
    calib_monitor_enter(pool->monitor);
    pool->done[pool->n_submitted % pool->n_slots] = false;
    pool->n_submitted++;
    calib_monitor_wake_all(pool->monitor);
    calib_monitor_leave(pool->monitor);
}

size_t calib_pool_collect(calib_pool *pool)
{
    size_t job = pool->n_collected;
    calib_monitor_enter(pool->monitor);
    while (!pool->done[job % pool->n_slots]) {
        if (run_next(pool, 0))
            continue;
        pool->waits = true;
        calib_monitor_wait(pool->monitor, IDLE_MS);
        pool->waits = false;
        calib_monitor_leave(pool->monitor);
        pool->work.idle(pool->work.ctx);
        calib_monitor_enter(pool->monitor);
    }
    pool->n_collected++;
    calib_monitor_leave(pool->monitor);
    return job;
}

void calib_pool_free(calib_pool *pool)
{
    if (!pool)
        return;
    calib_monitor_enter(pool->monitor);
    pool->over = true;
    calib_monitor_wake_all(pool->monitor);
    calib_monitor_leave(pool->monitor);
    for (size_t i = 0; i < pool->n_threads; i++)
        calib_thread_join(pool->threads[i].thread);
    calib_monitor_free(pool->monitor);
    free(pool->done);
    free(pool);
}
