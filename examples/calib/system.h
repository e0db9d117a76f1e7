/* SPDX-License-Identifier: MIT */
/* What the program asks the operating system: clock, terminal, descriptors, signals. */
#ifndef CALIB_PROGRAM_SYSTEM_H
#define CALIB_PROGRAM_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

uint64_t cli_now_ns(void);

/** Seconds since 1970. */
int64_t cli_unix_time(void);

bool cli_is_terminal(int fd);

/** Columns of the terminal on `fd`, else of $COLUMNS, else 80. */
size_t cli_columns(int fd);

/** Fills descriptors 0, 1 and 2 where they are closed, so that no file that is opened later takes
 *  their place: what is then read or written there fails. */
void cli_guard_standard_descriptors(void);

/** From here on SIGINT, SIGTERM and SIGHUP are only noted; a broken pipe and a file size limit
 *  become failed writes. A second signal, or two seconds in which nobody looked, end the program at
 *  once. */
void cli_signals_begin(void);

/** The signal that was noted, or 0. */
int cli_signal_seen(void);
const char *cli_signal_name(void);

/** A file to be removed when a signal ends the program at once; NULL: none. The string is
 *  borrowed. */
void cli_signals_remove(const char *path);

/** Ends the program by the noted signal, so that the shell sees it; returns when there is none. */
void cli_signals_end(void);

#endif
