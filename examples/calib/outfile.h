/* SPDX-License-Identifier: MIT */
/* The output. A regular file appears whole or not at all; a device or pipe is written directly. */
#ifndef CALIB_PROGRAM_OUTFILE_H
#define CALIB_PROGRAM_OUTFILE_H

#include <stdbool.h>
#include <stddef.h>

/** An output. Initialize it with {.fd = -1}; cli_outfile_discard() accepts it at any time. */
typedef struct cli_outfile {
    int fd;
    const char *name; /* for messages; borrowed */
    char *path;       /* final name of the temporary file; NULL if written directly */
    char *temporary;
} cli_outfile;

/** Returns true if the output would replace the file `input` ("-": standard input). */
bool cli_outfile_is(const char *path, const char *input);

/** Opens the output, before any work, so that a bad name costs no time. "-" is standard output.
 * This and the next three functions return CLI_DONE, or report their failure and return CLI_FAILED.
 */
int cli_outfile_open(cli_outfile *file, const char *path);
int cli_outfile_write(cli_outfile *file, const void *data, size_t len);

/** Flushes the file to the disk and closes it; it keeps its temporary name. */
int cli_outfile_finish(cli_outfile *file);

/** Gives the file its final name. */
int cli_outfile_publish(cli_outfile *file);

/** Closes and removes a file that was not published. */
void cli_outfile_discard(cli_outfile *file);

#endif
