/* SPDX-License-Identifier: MIT */
/* The progress bar on standard error, when that is a terminal. */
#ifndef CALIB_PROGRAM_BAR_H
#define CALIB_PROGRAM_BAR_H

#include <stdint.h>

/** A calib_progress_fn, `ctx` unused. Cancels with the signal's number once one was noted. */
int cli_bar_progress(void *ctx, uint32_t stage, uint64_t done, uint64_t total);

/** Takes the bar off the screen; nothing when none is there. */
void cli_bar_clear(void);

#endif
