/* SPDX-License-Identifier: MIT */
/* The run of a command that writes a file of ids: calib sample and calib tokenize. */
#ifndef CALIB_PROGRAM_PRODUCE_H
#define CALIB_PROGRAM_PRODUCE_H

#include "formats.h"

/** The parts that differ between commands. The functions return CLI_DONE, or report their failure
 *  and return another exit status. */
typedef struct cli_product {
    const char *what;                /* is written, as messages name it: "rows" */
    unsigned formats;                /* bits 1 << cli_format that are allowed */
    const char *list;                /* of these formats, as messages name them */
    int (*pick)(cli_result *result); /* after the corpus is open; NULL: nothing to do */
    int (*write)(cli_result *result, cli_format format, cli_outfile *file);
    void (*json)(const cli_result *result, cli_json *json); /* adds the keys before the corpus's */
    void (*print)(const cli_result *result);                /* the summary's lines before "took" */
} cli_product;

/** Opens the corpus of the arguments and writes its product to --output. */
int cli_produce(cli_arguments *arguments, const cli_product *product);

/** Refuses to replace an input by an output: this is most likely a slip, and would lose the input.
 *  Returns CLI_DONE, or reports the failure and returns CLI_FAILED. */
int cli_spare_inputs(const cli_arguments *arguments, const char *output);

#endif
