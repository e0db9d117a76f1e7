/* SPDX-License-Identifier: MIT */
/* The caller's progress callback, called at a bounded rate. */
#ifndef CALIB_BASE_PROGRESS_H
#define CALIB_BASE_PROGRESS_H

#include <calib.h>

typedef struct calib_progress {
    calib_progress_fn fn; /* NULL: none */
    void *ctx;
    uint64_t last_ns; /* end of the last call; 0: none yet */
} calib_progress;

/** Called regularly by code that waits or works for long. Returns 0, or a status, with its error
 *  set, that ends the work. */
typedef struct calib_poll {
    int (*fn)(void *ctx); /* NULL: none */
    void *ctx;
} calib_poll;

static inline int calib_poll_call(calib_poll poll)
{
    return poll.fn ? poll.fn(poll.ctx) : 0;
}

/** Reports if at least 50 ms have passed since the last report. Called only on the thread that
 *  called calib. Returns 0 or E_CANCELLED. */
int calib_progress_tick(calib_progress *progress, uint32_t stage, uint64_t done, uint64_t total);

/** Reports at once, for the end of a stage. */
int calib_progress_now(calib_progress *progress, uint32_t stage, uint64_t done, uint64_t total);

#endif
