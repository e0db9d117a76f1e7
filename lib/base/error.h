/* SPDX-License-Identifier: MIT */
/* The thread's last error. Every failing path calls calib_fail() exactly once, where it knows
 * most; everything above hands the status on. Fixed buffers: reporting needs no memory. */
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

/** As calib_fail() with the status that fits `error_number`; appends the system's own text. */
int calib_fail_system(int error_number, const char *format, ...) CALIB_PRINTF(2, 3);

/** calib_fail(CALIB_E_NOMEM) for `n` bytes. */
int calib_fail_memory(size_t n);

/** The calling thread's record: to add numbers to, and to carry from a worker to its caller. */
calib_error *calib_error_record(void);

void calib_error_clear(void);

#endif
