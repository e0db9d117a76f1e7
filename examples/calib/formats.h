/* SPDX-License-Identifier: MIT */
/* The file formats of the rows. All are little-endian on every machine, and equal runs give equal
 * files: no time and no path of this machine goes in. */
#ifndef CALIB_PROGRAM_FORMATS_H
#define CALIB_PROGRAM_FORMATS_H

#include "outfile.h"
#include "result.h"

typedef enum cli_format { CLI_NO_FORMAT, CLI_NPY, CLI_SAFETENSORS, CLI_BIN } cli_format;

/** The format of --format, else of the output's extension. CLI_NO_FORMAT: none. */
cli_format cli_format_of(const cli_arguments *arguments);
const char *cli_format_name(cli_format format);

/** Header and rows. CLI_DONE, or the failure reported. */
int cli_write_rows(const cli_result *result, cli_format format, cli_outfile *file);

#endif
