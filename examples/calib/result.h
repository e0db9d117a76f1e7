/* SPDX-License-Identifier: MIT */
/* The result of a run, and the output that commands share. */
#ifndef CALIB_PROGRAM_RESULT_H
#define CALIB_PROGRAM_RESULT_H

#include "arguments.h"
#include "json.h"
#include "tokenizer.h"

typedef struct cli_result {
    const cli_arguments *arguments;
    const cli_tokenizer *tokenizer;
    calib_corpus *corpus;
    calib_info info;
    calib_samples *samples; /* the rows, or the block of them that is loaded; NULL without rows */
    uint64_t n_rows;        /* of the output */
    uint64_t first_row;     /* its first row in the order of all ranks, if there are blocks */
    uint64_t n_blocks;      /* 0: `samples` has all rows */
    uint64_t block;         /* the one that is loaded */
    uint64_t sample_ns, write_ns, start_ns;
    cli_text lock; /* the text of the lock that gave the rows; empty: none */
    char sha256[CLI_HEX];
    char fingerprint[CLI_HEX]; /* empty: none */
} cli_result;

/** Opens the corpus and fills everything but the samples and the times. Returns CLI_DONE, or
 * reports the failure and returns CLI_FAILED. */
int cli_result_open(cli_result *result);

void cli_result_close(cli_result *result);

/** Returns the name of the sampler that --sampler chooses. */
const char *cli_sampler_name(const cli_arguments *arguments);

/** Adds the keys about the corpus to a JSON object. */
void cli_result_json_corpus(const cli_result *result, cli_json *json);

/** Write the rows [0, --preview) of the samples, or without samples of the corpus: as the array
 *  "preview", or one line each on standard output. Return as cli_result_open(). */
int cli_result_json_preview(cli_result *result, cli_json *json);
int cli_result_print_preview(cli_result *result);

/** End the output. cli_result_json_end() adds seconds, preview and version, prints the object and
 *  frees it; cli_result_print_end() prints the preview and flushes standard output. Return as
 *  cli_result_open(). */
int cli_result_json_end(cli_result *result, cli_json *json);
int cli_result_print_end(cli_result *result);

#endif
