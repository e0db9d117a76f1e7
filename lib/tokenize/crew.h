/* SPDX-License-Identifier: MIT */
/* A few threads that work through numbered jobs together with the thread that asks. */
#ifndef CALIB_TOKENIZE_CREW_H
#define CALIB_TOKENIZE_CREW_H

#include <stddef.h>

typedef struct calib_crew calib_crew;

typedef struct calib_jobs {
    size_t n;
    /** Job `index`, by worker 0 (the asking thread) to n_workers - 1, one at a time each. */
    void (*run)(void *ctx, size_t worker, size_t index);
    /** On the asking thread while others are still at work, about fifty times a second. */
    void (*idle)(void *ctx);
    void *ctx;
} calib_jobs;

/** A crew of `n_workers` with the asking thread. When the system gives fewer threads, the crew is
 *  smaller. 0 or E_NOMEM, E_SYSTEM. */
int calib_crew_new(size_t n_workers, calib_crew **out);

/** Works off all jobs, lower numbers first, and returns when they are done. */
void calib_crew_run(calib_crew *crew, const calib_jobs *jobs);

/** Ends the threads. NULL is fine. */
void calib_crew_free(calib_crew *crew);

#endif
