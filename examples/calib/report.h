/* SPDX-License-Identifier: MIT */
/* What the program says, one line each, and how it ends. */
#ifndef CALIB_PROGRAM_REPORT_H
#define CALIB_PROGRAM_REPORT_H

#include <calib.h>

#ifdef __GNUC__
#define CLI_PRINTF(at, first) __attribute__((format(printf, at, first)))
#else
#define CLI_PRINTF(at, first)
#endif

/** Exit statuses, and what most functions here return. */
enum { CLI_DONE = 0, CLI_FAILED = 1, CLI_USAGE = 2 };

/** Prints "calib: error: ..." and returns CLI_FAILED. */
int cli_fail(const char *format, ...) CLI_PRINTF(1, 2);

/** The same for a wrong command line; returns CLI_USAGE. */
int cli_usage(const char *format, ...) CLI_PRINTF(1, 2);

/** cli_fail() with the library's own last error; a signal that cancelled is named instead. */
int cli_fail_library(void);

/** Prints "calib: warning: ...". */
void cli_warn(const char *format, ...) CLI_PRINTF(1, 2);

/** Prints a name on standard output, as it is but for control characters. */
void cli_print_name(const char *name);

/** Flushes standard output: CLI_DONE, or the failure reported. */
int cli_flush_results(void);

#endif
