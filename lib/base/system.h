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

/** Cores this process may use, at least 1. */
unsigned calib_cpu_count(void);

/** A mutex and its condition. enter and leave pair; wait leaves, sleeps until woken or `ms` have
 *  passed (0: no limit; may also wake for nothing) and enters again. */
typedef struct calib_monitor calib_monitor;
int calib_monitor_new(calib_monitor **out);
void calib_monitor_enter(calib_monitor *monitor);
void calib_monitor_leave(calib_monitor *monitor);
void calib_monitor_wait(calib_monitor *monitor, unsigned ms);
void calib_monitor_wake_all(calib_monitor *monitor);
void calib_monitor_free(calib_monitor *monitor);

/** A thread in which all signals are blocked: they belong to the host program's threads. */
typedef struct calib_thread calib_thread;
int calib_thread_start(void (*run)(void *ctx), void *ctx, calib_thread **out);
void calib_thread_join(calib_thread *thread);

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
