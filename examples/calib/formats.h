/* SPDX-License-Identifier: MIT */
/* The file formats of rows and tokens. All are little-endian on every machine. Equal runs give
 * equal files: a file holds no time. */
#ifndef CALIB_PROGRAM_FORMATS_H
#define CALIB_PROGRAM_FORMATS_H

#include "outfile.h"
#include "result.h"

typedef enum cli_format { CLI_NO_FORMAT, CLI_NPY, CLI_SAFETENSORS, CLI_BIN } cli_format;

/** Returns the format of --format, else of the output's extension, or CLI_NO_FORMAT. */
cli_format cli_format_of(const cli_arguments *arguments);
const char *cli_format_name(cli_format format);

/** Write a header and the rows, or all tokens of the corpus. Return CLI_DONE, or report the failure
 *  and return CLI_FAILED. */
int cli_write_rows(cli_result *result, cli_format format, cli_outfile *file);
int cli_write_stream(cli_result *result, cli_format format, cli_outfile *file);

/** Writes where each document begins in the stream, and where the last one ends, as a 1-D .npy of
 *  int64. Returns as the others. */
int cli_write_bounds(cli_result *result, cli_outfile *file);

/** Writes ids as 4 bytes each. Returns as the others. */
int cli_write_ids(const int32_t *ids, size_t n, cli_outfile *file);

/** Writes the `n` low bytes of a number. */
void cli_little_endian(uint64_t value, size_t n, unsigned char *out);

/** Adds spaces, then `last` (0: none), so that the text ends at a multiple of 64. `before` bytes
 *  stand in front of the text. */
void cli_pad(cli_text *text, size_t before, char last);

#endif
