/* SPDX-License-Identifier: MIT */
/* The output. A regular file appears whole or not at all. A device, a pipe and an open descriptor
 * are written directly, and an existing file that cannot be replaced is written in place. */
#ifndef CALIB_PROGRAM_OUTFILE_H
#define CALIB_PROGRAM_OUTFILE_H

#include <stdbool.h>
#include <stddef.h>

/** An output. Initialize it with {.fd = -1, .old_fd = -1}; cli_outfile_discard() accepts it at any
 *  time. */
typedef struct cli_outfile {
    int fd;
    const char *name; /* for messages; borrowed */
    char *path;       /* of the regular file; NULL if written directly */
    char *temporary;  /* has the bytes until they are whole; NULL if written directly or in place */
    char *old;        /* second name of the file that was replaced, until cli_outfile_keep() */
    int old_fd;
    bool existed; /* there was a file at `path` */
    bool touched; /* the file at `path` is not the old one, or is changed */
    bool whole;   /* it has all bytes */
} cli_outfile;

/** Returns true if the output would replace or change the file `input` ("-": standard input). */
bool cli_outfile_is(const char *path, const char *input);

/** Returns true if the output is what standard output leads to, under another name. */
bool cli_outfile_is_results(const char *path);

/** Opens the output, before any work, so that a bad name costs no time. "-" is standard output.
 * This and the next two functions return CLI_DONE, or report their failure and return CLI_FAILED.
 */
int cli_outfile_open(cli_outfile *file, const char *path);
int cli_outfile_write(cli_outfile *file, const void *data, size_t len);

/** Returns true if two open outputs are regular files with one name, whatever leads there. */
bool cli_outfile_equals(const cli_outfile *a, const cli_outfile *b);

/** Flushes the file to the disk, closes it and gives it its name. */
int cli_outfile_publish(cli_outfile *file);

/** Ends the possibility to undo cli_outfile_publish(). */
void cli_outfile_keep(cli_outfile *file);

/** Removes a file that was not kept, and puts the old one back. If this is not possible, warns
 * about what the file now has. Frees everything. */
void cli_outfile_discard(cli_outfile *file);

#endif
