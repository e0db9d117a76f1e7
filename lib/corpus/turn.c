/* SPDX-License-Identifier: MIT */
#include "corpus/turn.h"

#include "base/error.h"

int calib_turn_new(calib_turn *turn)
{
    int error = calib_monitor_new(&turn->monitor);
    return error ? calib_fail_system(error, "cannot open a corpus") : CALIB_OK;
}

int calib_turn_take(calib_turn *turn, calib_progress *progress)
{
    enum { PAUSE_MS = 50 };
    uint64_t start = calib_now_ns();
    int status = CALIB_OK;
    calib_monitor_enter(turn->monitor);
    while (!status && turn->taken) {
        calib_monitor_wait(turn->monitor, PAUSE_MS);
        calib_monitor_leave(turn->monitor); /* the callback must not run inside */
        uint64_t ms = (calib_now_ns() - start) / 1000000;
        status = calib_progress_tick(progress, CALIB_STAGE_WAIT, ms, 0);
        calib_monitor_enter(turn->monitor);
    }
    if (!status)
        turn->taken = true;
    calib_monitor_leave(turn->monitor);
    return status;
}

void calib_turn_give(calib_turn *turn)
{
    calib_monitor_enter(turn->monitor);
    turn->taken = false;
    calib_monitor_wake_all(turn->monitor);
    calib_monitor_leave(turn->monitor);
}

void calib_turn_free(calib_turn *turn)
{
    calib_monitor_free(turn->monitor);
    *turn = (calib_turn){0};
}
