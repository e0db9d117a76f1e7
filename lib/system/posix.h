/* SPDX-License-Identifier: MIT */
/* Makes the headers of the system declare what the POSIX files use. Include it first.
 * docs/architecture.md says which files may include headers of the system. */
#ifndef CALIB_SYSTEM_POSIX_H
#define CALIB_SYSTEM_POSIX_H

#if defined __linux__
#define _GNU_SOURCE /* sync_file_range(), sched_getaffinity() */
#elif defined __APPLE__
#define _DARWIN_C_SOURCE /* flock(), F_FULLFSYNC, _SC_NPROCESSORS_ONLN */
#else
/* Not _POSIX_C_SOURCE: on the BSDs it hides flock() and getentropy(). */
#define _DEFAULT_SOURCE
#define _BSD_SOURCE
#define _NETBSD_SOURCE
#endif

#include "system/system.h"

/** Blocks a signal in the calling thread; calib_signal_restore() ends that. */
void calib_signal_block(int number, calib_signal *state);

#endif
