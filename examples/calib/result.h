/* SPDX-License-Identifier: MIT */
/* What a run found out, for everybody who tells of it. */
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
    calib_samples *samples; /* NULL for info */
    uint64_t sample_ns, write_ns, start_ns;
    char sha256[CLI_HEX];
    char fingerprint[CLI_HEX]; /* empty: none */
} cli_result;

/** Opens the corpus with the arguments' options and fills all but the samples and the times. */
int cli_result_open(cli_result *result);

void cli_result_close(cli_result *result);

/** "off", "hit" or "miss" of a CALIB_CACHE_* number. */
const char *cli_cache_word(uint32_t state);

/** The corpus's part of the JSON object. */
void cli_result_json_corpus(const cli_result *result, cli_json *json);

/** Adds the decoded text of one row. CLI_DONE, or the failure reported. */
int cli_result_row_text(const cli_result *result, const int32_t *row, size_t len, cli_text *out);

/** The rows [0, --preview) as a "preview" array, or as a line each on standard output: those of
 *  the samples, or without samples the first ones of the corpus. */
int cli_result_json_preview(const cli_result *result, cli_json *json);
int cli_result_print_preview(const cli_result *result);

/** What every output ends with: seconds, preview and version, the object printed and freed; the
 *  preview, and standard output flushed. CLI_DONE, or the failure reported. */
int cli_result_json_end(const cli_result *result, cli_json *json);
int cli_result_print_end(const cli_result *result);

#endif
