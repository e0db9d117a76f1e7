/* SPDX-License-Identifier: MIT */
/* Where the name of an output leads: to an open descriptor, or through symbolic links to a file. */
#ifndef CALIB_PROGRAM_TARGET_H
#define CALIB_PROGRAM_TARGET_H

/** Returns the descriptor of this process that `path` names, such as /dev/stdout, /dev/fd/3,
 *  /proc/self/fd/1, or a link to one of them; -1 if it names none. */
int cli_target_descriptor(const char *path);

/** Returns the path that remains after following the symbolic links of the last component. The file
 *  need not exist. The caller frees the path. Returns NULL with errno on failure. */
char *cli_target_follow(const char *path);

#endif
