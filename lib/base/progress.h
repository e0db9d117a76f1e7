/* SPDX-License-Identifier: MIT */
/* The caller's progress callback, called often enough and not more. */
#ifndef CALIB_BASE_PROGRESS_H
#define CALIB_BASE_PROGRESS_H

#include <calib.h>

typedef struct calib_progress {
    calib_progress_fn fn; /* NULL: nothing is reported and nothing cancels */
    void *ctx;
    uint64_t last_ns; /* when it was last called; 0 = never */
} calib_progress;

/**
 * Reports when at least 50 ms have passed since the last report.
 * Only on the thread that called calib. 0, or E_CANCELLED with the error set.
 */
int calib_progress_tick(calib_progress *progress, uint32_t stage, uint64_t done, uint64_t total);

/** Reports at once: the end of a stage. */
int calib_progress_now(calib_progress *progress, uint32_t stage, uint64_t done, uint64_t total);

#endif
