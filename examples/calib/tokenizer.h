/* SPDX-License-Identifier: MIT */
/* The tokenizer that --tokenizer names: bytes, or a file, recognized by its content. */
#ifndef CALIB_PROGRAM_TOKENIZER_H
#define CALIB_PROGRAM_TOKENIZER_H

#include "arguments.h"
#include "text.h"

/** How the adapter that opened a file is used. */
typedef struct cli_adapter {
    void (*close)(void *model);
    const char *(*why_whole)(const void *model);
    const char *(*describe)(const void *model); /* NULL: it describes nothing */
} cli_adapter;

/** An open tokenizer. Zero is none; cli_tokenizer_close() accepts it. */
typedef struct cli_tokenizer {
    const calib_tokenizer_vtable *vtable;
    void *model; /* the adapter's handle, or NULL */
    const cli_adapter *adapter;
} cli_tokenizer;

/** Opens the tokenizer of the arguments. Returns CLI_DONE, or reports the failure and returns
 * another exit status. */
int cli_tokenizer_open(const cli_arguments *arguments, cli_tokenizer *out);

void cli_tokenizer_close(cli_tokenizer *tokenizer);

/** Open a file with one of the optional adapters, or report that this build lacks it. `bytes` are
 *  those of the file; NULL: the adapter reads the path. Return as cli_tokenizer_open(). */
int cli_sentencepiece_open(const cli_arguments *arguments, const cli_text *bytes,
                           cli_tokenizer *out);
int cli_tokenizer_json_open(const cli_arguments *arguments, const cli_text *bytes,
                            cli_tokenizer *out);

/** Returns true if `path` is a file of the tokenizer of the arguments. */
bool cli_tokenizer_is(const cli_arguments *arguments, const char *path);

/** Returns the reason why the text cannot be cut and is encoded in one call; NULL if it can be cut,
 * or if that is not known. */
const char *cli_tokenizer_why_whole(const cli_tokenizer *tokenizer);

/** Returns how texts are cut and what of the file is ignored; NULL if there is nothing to tell. */
const char *cli_tokenizer_describe(const cli_tokenizer *tokenizer);

#endif
