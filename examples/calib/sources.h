/* SPDX-License-Identifier: MIT */
/* The sources of the command line: an option behind --source binds to that source, one before the
 * first to all. */
#ifndef CALIB_PROGRAM_SOURCES_H
#define CALIB_PROGRAM_SOURCES_H

#include "arguments.h"

/** What is met while the line is read. Zero-initialize. */
typedef struct cli_binding {
    cli_source defaults; /* given before the first source */
    bool named;          /* a --source was met */
} cli_binding;

/** Returns true if an option binds to a source. */
bool cli_option_binds(const cli_option *option);

/** Begins the source of a --source. Returns CLI_DONE, or reports a lack of memory. */
int cli_sources_next(cli_arguments *arguments, cli_binding *binding, const char *location);

/** Ends the last source, and points each struct to its parts. Returns CLI_DONE, or reports the
 *  error. */
int cli_sources_end(cli_arguments *arguments);

/** Reads the bearer token of every source: of --token-file, or of $CALIB_TOKEN for the one URL that
 *  there is. Returns CLI_DONE, or reports the failure. */
int cli_sources_tokens(cli_arguments *arguments);

/** Returns the number of sources that are one text, and of those with --specials none, which is
 * then an option of the tokenizer. */
size_t cli_sources_texts(const cli_arguments *arguments, size_t *n_none);

#endif
