/* SPDX-License-Identifier: MIT */
/* The tokenizer that --tokenizer names: bytes, or a model, recognized by its content. */
#ifndef CALIB_PROGRAM_TOKENIZER_H
#define CALIB_PROGRAM_TOKENIZER_H

#include "arguments.h"

/** An open tokenizer. Zero is none; cli_tokenizer_close() accepts it. */
typedef struct cli_tokenizer {
    const calib_tokenizer_vtable *vtable;
    void *model; /* the adapter's handle, or NULL */
} cli_tokenizer;

/** Opens the tokenizer of the arguments. Returns CLI_DONE, or reports the failure and returns
 * another exit status. */
int cli_tokenizer_open(const cli_arguments *arguments, cli_tokenizer *out);

void cli_tokenizer_close(cli_tokenizer *tokenizer);

/** Returns the reason why the text cannot be cut and is encoded in one call; NULL if it can be cut,
 * or if that is not known. */
const char *cli_tokenizer_why_whole(const cli_tokenizer *tokenizer);

#endif
