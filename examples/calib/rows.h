/* SPDX-License-Identifier: MIT */
/* Picks the rows of the output. Many rows are picked in blocks, so that memory does not grow with
 * their number. */
#ifndef CALIB_PROGRAM_ROWS_H
#define CALIB_PROGRAM_ROWS_H

#include "result.h"

/** Picks the rows that the arguments ask for: sets result->n_rows and the facts in result->samples.
 *  This and the next function return CLI_DONE, or report their failure and return CLI_FAILED. */
int cli_rows_pick(cli_result *result);

/** Loads the row `index` of the output: it is row `at` of result->samples, and `n` rows follow each
 *  other there, at least 1. The rows are valid until the next call. */
int cli_rows_at(cli_result *result, uint64_t index, size_t *at, size_t *n);

#endif
