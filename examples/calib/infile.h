/* SPDX-License-Identifier: MIT */
/* Reads small files that options name into memory, as a whole. */
#ifndef CALIB_PROGRAM_INFILE_H
#define CALIB_PROGRAM_INFILE_H

#include "arguments.h"
#include "text.h"

/** Reads a file; messages call it `what` ("the tokenizer"). Returns CLI_DONE, or reports the
 * failure and returns CLI_FAILED. */
int cli_infile_read(const char *path, const char *what, uint64_t max_bytes, cli_text *out);

/** Returns true if `path` is a folder. */
bool cli_infile_is_folder(const char *path);

/** Reads at most `cap` bytes from the beginning of a regular file and returns their number; 0 for
 *  anything else, such as a pipe, which can be read only once. */
size_t cli_infile_head(const char *path, char *out, size_t cap);

/** Reads a bearer token from a file, or from $CALIB_TOKEN if `path` is NULL. It is one word. The
 *  caller frees it. Returns as cli_infile_read(). */
int cli_token_read(const char *path, char **token);

#endif
