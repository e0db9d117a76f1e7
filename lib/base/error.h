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

/** Returns the calling thread's record, to add numbers to it or to copy it to another thread. */
calib_error *calib_error_record(void);

void calib_error_clear(void);

#endif
