/* SPDX-License-Identifier: MIT */
/* The thread's last error. Each failing path calls calib_fail() exactly once, where the details are
 * known, and callers pass the status on. The buffers are fixed, so reporting needs no memory. */
#ifndef CALIB_BASE_ERROR_H
#define CALIB_BASE_ERROR_H

#include <calib.h>

#ifdef __GNUC__
#define CALIB_PRINTF(at, first) __attribute__((format(printf, at, first)))
#else
#define CALIB_PRINTF(at, first)
#endif

/** Records the failure and returns `status`. The message is one line without a final period. */
int calib_fail(int status, const char *format, ...) CALIB_PRINTF(2, 3);

/** Records a failure with the status for an error number of system.h; appends the system's text. */
int calib_fail_system(int error, const char *format, ...) CALIB_PRINTF(2, 3);

/** Records that `n` bytes could not be allocated, and returns E_NOMEM. */
int calib_fail_memory(size_t n);

/** Puts a place and ": " in front of the recorded message, and returns its status. */
int calib_fail_within(const char *format, ...) CALIB_PRINTF(1, 2);

/** Returns the calling thread's record, to add numbers to it or to copy it to another thread. */
calib_error *calib_error_record(void);

void calib_error_clear(void);

/** Room for a path or a URL in a message. Two of them fit beside the words of any message. */
enum { CALIB_SHOWN = 400 };

/** Copies a path or a URL. If it is longer than the buffer, "..." replaces its middle (its end, if
 *  the buffer is tiny). */
void calib_shorten(const char *name, size_t len, char *out, size_t cap);

/** Returns a path as messages quote it, shortened by calib_shorten(). The result is `name` itself
 * or a buffer of this thread, valid until its next but one call. */
const char *calib_shown(const char *name);

#endif
