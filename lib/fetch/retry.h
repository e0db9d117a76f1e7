/* SPDX-License-Identifier: MIT */
/* Decides if another try can help, and how long to wait before it. */
#ifndef CALIB_FETCH_RETRY_H
#define CALIB_FETCH_RETRY_H

#include "base/progress.h"
#include "fetch/reply.h"

typedef enum calib_again {
    CALIB_AGAIN_NEVER = 0, /* it would fail the same way */
    CALIB_AGAIN_SOON,      /* a broken connection, a temporary fault of the server */
    CALIB_AGAIN_LATER      /* the server is overloaded */
} calib_again;

/** Returns how soon a request with this HTTP status may be repeated. */
calib_again calib_again_of_http(int http_status);

/**
 * Returns the milliseconds to wait before try number `next` (2, 3, ...). The wait is random,
 * between a minimum that doubles with each try and twice the minimum, up to ten seconds. A longer
 * Retry-After of the server replaces it.
 * @param random  32 random bits
 */
uint64_t calib_retry_wait_ms(calib_again again, uint32_t next, const calib_reply *reply,
                             uint32_t random);

/** The longest Retry-After that calib obeys if there is no deadline. */
enum { CALIB_RETRY_AFTER_LIMIT_MS = 60000 };

/** Waits and reports progress. Returns 0; E_CANCELLED; E_TIMEOUT if the deadline (0: none) comes
 *  first. */
int calib_retry_sleep(uint64_t ms, uint64_t deadline_ns, calib_progress *progress);

/** Returns the milliseconds left, 0 after the deadline; UINT64_MAX if there is none (0). */
uint64_t calib_left_ms(uint64_t deadline_ns);

#endif
