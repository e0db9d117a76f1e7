/* SPDX-License-Identifier: MIT */
/* The program's calls to the operating system: clock, terminal, descriptors, signals. */
#ifndef CALIB_PROGRAM_SYSTEM_H
#define CALIB_PROGRAM_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Returns the time of a monotonic clock. */
uint64_t cli_now_ns(void);

/** Returns the seconds since 1970. */
int64_t cli_unix_time(void);

bool cli_is_terminal(int fd);

/** Returns the columns of the terminal on `fd`, else $COLUMNS, else 80. */
size_t cli_columns(int fd);

/** Fills descriptors 0, 1 and 2 if they are closed, so that no file that is opened later gets their
 *  number. Reading and writing through them then fails. */
void cli_guard_standard_descriptors(void);

/** From now on the program only records SIGINT, SIGTERM and SIGHUP. A broken pipe and a file size
 *  limit become failed writes. A second signal, or two seconds after the first one, ends the
 * program at once. */
void cli_signals_begin(void);

/** Returns the recorded signal, or 0. */
int cli_signal_seen(void);

/** Returns the name of the recorded signal. */
const char *cli_signal_name(void);

/** Sets what to undo if a signal ends the program at once: removes the file `path`, or renames it
 * to `home` if that is not NULL. NULL: nothing. Borrows the strings. */
void cli_signals_undo(const char *path, const char *home);

/** Ends the program by the recorded signal, so that the shell sees it. Returns if there is none. */
void cli_signals_end(void);

#endif
