/* SPDX-License-Identifier: MIT */
/* The tokenizer that --tokenizer names: bytes, or a model told by its content. */
#ifndef CALIB_PROGRAM_TOKENIZER_H
#define CALIB_PROGRAM_TOKENIZER_H

#include "arguments.h"

/** Zero is none; cli_tokenizer_close() takes it. */
typedef struct cli_tokenizer {
    const calib_tokenizer_vtable *vtable;
    void *model; /* the adapter's handle, or NULL */
} cli_tokenizer;

/** CLI_DONE, or the failure reported. */
int cli_tokenizer_open(const cli_arguments *arguments, cli_tokenizer *out);

void cli_tokenizer_close(cli_tokenizer *tokenizer);

/** Why the text cannot be cut and so is encoded in one call; NULL when it can be, or when that is
 *  not known. */
const char *cli_tokenizer_why_whole(const cli_tokenizer *tokenizer);

#endif
