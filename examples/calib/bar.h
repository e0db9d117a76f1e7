/* SPDX-License-Identifier: MIT */
/* The progress bar on standard error, if that is a terminal. */
#ifndef CALIB_PROGRAM_BAR_H
#define CALIB_PROGRAM_BAR_H

#include <stdint.h>

/** A stage of the program's own, beside those of the library: tokens are counted. */
enum { CLI_STAGE_COUNT = 1000 };

/** A calib_progress_fn; does not use `ctx`. After a signal it cancels with the signal's number. */
int cli_bar_progress(void *ctx, uint32_t stage, uint64_t done, uint64_t total);

/** Removes the bar from the screen, if there is one. */
void cli_bar_clear(void);

#endif
