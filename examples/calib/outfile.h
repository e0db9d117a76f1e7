/* SPDX-License-Identifier: MIT */
/* The output: a regular file appears whole or not at all, a device or pipe is written straight. */
#ifndef CALIB_PROGRAM_OUTFILE_H
#define CALIB_PROGRAM_OUTFILE_H

#include <stdbool.h>
#include <stddef.h>

/** Begin with {.fd = -1}; cli_outfile_discard() takes it at any time. */
typedef struct cli_outfile {
    int fd;
    const char *name; /* for messages; borrowed */
    char *path;       /* what the temporary file becomes; NULL when written straight */
    char *temporary;
} cli_outfile;

/** Whether the output would take the place of the file that is read ("-": standard input). */
bool cli_outfile_is(const char *path, const char *input);

/** Makes ready to write, so that a bad name is told before the work. "-" is standard output.
 *  These report their failure and return CLI_DONE or CLI_FAILED. */
int cli_outfile_open(cli_outfile *file, const char *path);
int cli_outfile_write(cli_outfile *file, const void *data, size_t len);

/** All is written: now it is on the disk, still under the temporary name. */
int cli_outfile_finish(cli_outfile *file);

/** Gives the file its name. */
int cli_outfile_publish(cli_outfile *file);

/** Removes what was not published. */
void cli_outfile_discard(cli_outfile *file);

#endif
