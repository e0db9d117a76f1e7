/* SPDX-License-Identifier: MIT */
/* Where rows come from: the sources with the options that bind to them, as JSON. */
#ifndef CALIB_PROGRAM_ORIGIN_H
#define CALIB_PROGRAM_ORIGIN_H

#include "result.h"

/** Returns the name of a source without its directories, so that equal runs in two directories give
 *  equal files. A URL stays whole: it is the same on every machine. */
const char *cli_origin_name(const char *source);

/** Adds the array `key` with an object for each source: its name, its SHA-256, and every option
 * that changes its documents or its share of the rows, if it is not the default. Returns CLI_DONE,
 * or reports the failure. */
int cli_origin_json(const cli_result *result, const char *key, cli_json *json);

#endif
