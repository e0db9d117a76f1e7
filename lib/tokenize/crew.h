/* SPDX-License-Identifier: MIT */
/* A few threads that work off a queue of jobs together with the thread that fills it. Jobs are
 * begun in order and may end in any; the asking thread takes them back in order. */
#ifndef CALIB_TOKENIZE_CREW_H
#define CALIB_TOKENIZE_CREW_H

#include <stdbool.h>
#include <stddef.h>

typedef struct calib_crew calib_crew;

typedef struct calib_crew_work {
    /** Job `job`, by worker 0 (the asking thread) to n_workers - 1, one at a time each. */
    void (*run)(void *ctx, size_t worker, size_t job);
    /** On the asking thread while it waits, about fifty times a second. */
    void (*idle)(void *ctx);
    void *ctx;
} calib_crew_work;

/** A crew of `n_workers` with the asking thread, for at most `n_slots` jobs at a time. 0, E_NOMEM
 * or E_SYSTEM. */
int calib_crew_new(size_t n_workers, size_t n_slots, const calib_crew_work *work, calib_crew **out);

/* All that follows is for the asking thread. */

/** Number of the next job to be given, from 0 on. */
size_t calib_crew_next(const calib_crew *crew);

/** No more can be given before one is taken back. */
bool calib_crew_full(const calib_crew *crew);

/** All are taken back. */
bool calib_crew_empty(const calib_crew *crew);

/** Gives the next job. With the second that is not yet taken back the threads are started; when the
 *  system gives fewer, the crew is smaller. */
void calib_crew_give(calib_crew *crew);

/** Takes back the oldest job, which is done then: meanwhile the asking thread works, too. */
size_t calib_crew_take_back(calib_crew *crew);

/** Jobs that nobody has begun are not run any more; waits for those that are. NULL is fine. */
void calib_crew_free(calib_crew *crew);

#endif
