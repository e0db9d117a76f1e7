/* SPDX-License-Identifier: MIT */
/* Lets one thread at a time run the tokenizer and the callbacks of an open corpus. */
#ifndef CALIB_CORPUS_TURN_H
#define CALIB_CORPUS_TURN_H

#include "base/progress.h"
#include "system/system.h"

#include <stdbool.h>

/** Zero-initialize; calib_turn_free() accepts that. */
typedef struct calib_turn {
    calib_monitor *monitor; /* guards: */
    bool taken;
} calib_turn;

/** Returns 0, E_NOMEM or E_SYSTEM. */
int calib_turn_new(calib_turn *turn);

/** Waits until no other thread has the turn. Returns 0 or E_CANCELLED. */
int calib_turn_take(calib_turn *turn, calib_progress *progress);

void calib_turn_give(calib_turn *turn);

void calib_turn_free(calib_turn *turn);

#endif
