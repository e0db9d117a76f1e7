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

#endif
