/* SPDX-License-Identifier: MIT */
/* What calib sample and calib lock say about samples, whether options or a recipe asked for them.
 */
#ifndef CALIB_PROGRAM_SAMPLES_H
#define CALIB_PROGRAM_SAMPLES_H

#include "json.h"

#include <calib.h>

/** Warns if there is less than was asked for, and of which sources. `corpus` names them; NULL: they
 *  are those of a recipe. Returns CLI_DONE, or reports the failure and returns CLI_FAILED. */
int cli_samples_warn(const calib_samples *samples, const calib_corpus *corpus);

/** Adds the keys from "requested" to "tail_dropped"; `n_rows` is that of the output. */
void cli_samples_json(const calib_samples *samples, uint64_t n_rows, cli_json *json);

#endif
