/* SPDX-License-Identifier: MIT */
#include "base/progress.h"

#include "base/error.h"
#include "system/system.h"

#include <stdbool.h>

static const uint64_t INTERVAL_NS = 50 * 1000 * 1000;

int calib_progress_now(calib_progress *progress, uint32_t stage, uint64_t done, uint64_t total)
{
    if (!progress->fn)
        return CALIB_OK;
    int result = progress->fn(progress->ctx, stage, done, total);
    progress->last_ns =
        calib_now_ns(); /* taken after the call, so that a slow callback leaves time for work */
    if (!result)
        return CALIB_OK;
    int status = calib_fail(CALIB_E_CANCELLED, "cancelled by the progress callback");
    calib_error_record()->callback_result = result;
    return status;
}

int calib_progress_tick(calib_progress *progress, uint32_t stage, uint64_t done, uint64_t total)
{
    if (!progress->fn)
        return CALIB_OK;
    bool due = progress->last_ns == 0 || calib_now_ns() - progress->last_ns >= INTERVAL_NS;
    return due ? calib_progress_now(progress, stage, done, total) : CALIB_OK;
}
