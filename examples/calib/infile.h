/* SPDX-License-Identifier: MIT */
/* Reads small files that options name into memory, as a whole. */
#ifndef CALIB_PROGRAM_INFILE_H
#define CALIB_PROGRAM_INFILE_H

#include "arguments.h"
#include "text.h"

/** Reads a file; messages call it `what` ("the tokenizer"). Returns CLI_DONE, or reports the
 * failure and returns CLI_FAILED. */
int cli_infile_read(const char *path, const char *what, uint64_t max_bytes, cli_text *out);

enum { CLI_TOKEN_CAP = 8192 };

/** Reads the bearer token of --token-file or $CALIB_TOKEN, if there is one, into `token`, and sets
 * it in the source. Returns as cli_infile_read(). */
int cli_token_read(cli_arguments *arguments, char token[CLI_TOKEN_CAP]);

#endif
