/* SPDX-License-Identifier: MIT */
/* Hidden files beside an output: the new bytes until they are whole, and the file that they
 * replace until the results are printed. A lock shows that the run that made such a file still
 * lives; without it the next run over the same output removes the file. */
#ifndef CALIB_PROGRAM_SIDEFILE_H
#define CALIB_PROGRAM_SIDEFILE_H

/** Removes what killed runs left beside the output `path`, then creates a new hidden file there,
 *  open for reading and writing. Returns its name, which the caller frees, or NULL with errno. */
char *cli_sidefile_create(const char *path, int *fd);

/** Gives the file `path` a hidden second name. Returns it, and in `fd` a descriptor that holds the
 *  lock; returns NULL if this is not possible. */
char *cli_sidefile_link(const char *path, int *fd);

#endif
