/* SPDX-License-Identifier: MIT */
/* Errors and warnings, one line each, and the exit statuses. */
#ifndef CALIB_PROGRAM_REPORT_H
#define CALIB_PROGRAM_REPORT_H

#include <calib.h>

#ifdef __GNUC__
#define CLI_PRINTF(at, first) __attribute__((format(printf, at, first)))
#else
#define CLI_PRINTF(at, first)
#endif

/** The exit statuses. Most functions of the program return CLI_DONE, or report their failure and
 *  return another one. */
enum { CLI_DONE = 0, CLI_FAILED = 1, CLI_USAGE = 2 };

/** Prints "calib: error: ..." and returns CLI_FAILED. */
int cli_fail(const char *format, ...) CLI_PRINTF(1, 2);

/** Does the same for a wrong command line; returns CLI_USAGE. */
int cli_usage(const char *format, ...) CLI_PRINTF(1, 2);

/** Reports the library's last error and a hint about options; returns CLI_FAILED. If a signal
 *  cancelled the call, names the signal. */
int cli_fail_library(void);

/** Does the same for a recipe: the hint is about its keys. */
int cli_fail_recipe(void);

/** Prints "calib: warning: ...". */
void cli_warn(const char *format, ...) CLI_PRINTF(1, 2);

/** Prints a name on standard output; control characters become '?'. */
void cli_print_name(const char *name);

/** Flushes standard output. Returns CLI_DONE, or reports the failure and returns CLI_FAILED. */
int cli_flush_results(void);

#endif
