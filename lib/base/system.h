/* SPDX-License-Identifier: MIT */
/* Everything that differs between operating systems. A port to another one replaces system.c.
 * Functions that can fail return 0 or an errno; the caller knows what to say. */
#ifndef CALIB_BASE_SYSTEM_H
#define CALIB_BASE_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Monotonic clock, nanoseconds. */
uint64_t calib_now_ns(void);

/** The system's text of an errno, NUL-terminated; safe in threads. */
void calib_errno_text(int error_number, char *out, size_t cap);

/** An environment variable that is set and not empty, or NULL. */
const char *calib_environment(const char *name);

/** Opens a file for reading (not inherited by child processes). A directory is EISDIR. */
int calib_file_open(const char *path, int *fd);

/** Reads up to `cap` bytes; *n is 0 at the end only. Goes on after EINTR. */
int calib_file_read(int fd, void *data, size_t cap, size_t *n);

/** Size of a regular file, 0 for everything else (pipes, devices). */
int calib_file_size(int fd, uint64_t *size);

void calib_file_close(int fd);

/** Descriptor of standard input. */
int calib_standard_input(void);

#endif
