/* SPDX-License-Identifier: MIT */
/* Small files that options name, whole into memory. */
#ifndef CALIB_PROGRAM_INFILE_H
#define CALIB_PROGRAM_INFILE_H

#include "arguments.h"
#include "text.h"

/** `what` ("the tokenizer") is for the message. CLI_DONE, or the failure reported. */
int cli_infile_read(const char *path, const char *what, uint64_t max_bytes, cli_text *out);

enum { CLI_TOKEN_CAP = 8192 };

/** The bearer token of --token-file or $CALIB_TOKEN into `token` and the options. */
int cli_token_read(cli_arguments *arguments, char token[CLI_TOKEN_CAP]);

#endif
