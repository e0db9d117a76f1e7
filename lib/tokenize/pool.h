/* SPDX-License-Identifier: MIT */
/* A few worker threads that run a queue of jobs together with the thread that fills it. Jobs begin
 * in order and may end in any order; the caller's thread collects them in order. */
#ifndef CALIB_TOKENIZE_POOL_H
#define CALIB_TOKENIZE_POOL_H

#include <stdbool.h>
#include <stddef.h>

typedef struct calib_pool calib_pool;

typedef struct calib_pool_work {
    /** Runs job `job` in worker 0 (the caller's thread) to n_workers - 1, each one job at a time.
     */
    void (*run)(void *ctx, size_t worker, size_t job);
    /** Called by the caller's thread while it waits, about fifty times a second. */
    void (*idle)(void *ctx);
    void *ctx;
} calib_pool_work;

/** Makes a pool of `n_workers`, the caller's thread included, for at most `n_slots` jobs that are
 *  not yet collected. Returns 0, E_NOMEM or E_SYSTEM. */
int calib_pool_new(size_t n_workers, size_t n_slots, const calib_pool_work *work, calib_pool **out);

/* Only the caller's thread may call the functions below. */

/** Returns the number of the next job to be submitted, from 0 on. */
size_t calib_pool_next(const calib_pool *pool);

/** Returns true if a job must be collected before the next one is submitted. */
bool calib_pool_full(const calib_pool *pool);

/** Returns true if all jobs are collected. */
bool calib_pool_empty(const calib_pool *pool);

/** Submits the next job. The threads start when a second job is submitted before the first is
 *  collected; if the system gives fewer, the pool is smaller. */
void calib_pool_submit(calib_pool *pool);

/** Waits until the oldest job is done, running jobs meanwhile, and returns its number. */
size_t calib_pool_collect(calib_pool *pool);

/** Drops the jobs that have not begun, and waits for those that have. Accepts NULL. */
void calib_pool_free(calib_pool *pool);

#endif
