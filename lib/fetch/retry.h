/* SPDX-License-Identifier: MIT */
/* When another try can help, and how long to wait before it. */
#ifndef CALIB_FETCH_RETRY_H
#define CALIB_FETCH_RETRY_H

#include "base/progress.h"
#include "fetch/reply.h"

typedef enum calib_again {
    CALIB_AGAIN_NEVER = 0, /* it would end the same way */
    CALIB_AGAIN_SOON,      /* a broken connection, a server's hiccup */
    CALIB_AGAIN_LATER      /* the server says that it has too much to do */
} calib_again;

/** Whether an HTTP status passes by itself. */
calib_again calib_again_of_http(int http_status);

/**
 * Milliseconds to wait before try number `next` (2, 3, ...): doubling, at random between a floor
 * and twice of it, at most ten seconds, and never less than the server's Retry-After.
 * @param random  32 random bits
 */
uint64_t calib_retry_wait_ms(calib_again again, uint32_t next, const calib_reply *reply,
                             uint32_t random);

/** The longest Retry-After that is obeyed when no deadline bounds it. */
enum { CALIB_RETRY_AFTER_LIMIT_MS = 60000 };

/** Waits with progress. 0; E_CANCELLED; E_TIMEOUT when the deadline (0: none) comes first. */
int calib_retry_sleep(uint64_t ms, uint64_t deadline_ns, calib_progress *progress);

/** Milliseconds left, 0 when the deadline (0: none, then UINT64_MAX) has passed. */
uint64_t calib_left_ms(uint64_t deadline_ns);

#endif
