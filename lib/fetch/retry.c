/* SPDX-License-Identifier: MIT */
/* The classes are those of Nix: errors of the client are permanent, except 408 (request timeout)
 * and 429 (too many requests); errors of the server are temporary, except 501, 505 and 511. */
#include "fetch/retry.h"

#include "base/error.h"
#include "system/system.h"

enum { FLOOR_MS = 250, FLOOR_LATER_MS = 1000, CAP_MS = 10000, STEP_MS = 20 };

calib_again calib_again_of_http(int http_status)
{
    switch (http_status) {
    case 429: return CALIB_AGAIN_LATER;
    case 503: return CALIB_AGAIN_LATER;
    case 408: return CALIB_AGAIN_SOON;
    case 501: return CALIB_AGAIN_NEVER;
    case 505: return CALIB_AGAIN_NEVER;
    case 511: return CALIB_AGAIN_NEVER;
    default: return http_status >= 500 ? CALIB_AGAIN_SOON : CALIB_AGAIN_NEVER;
    }
}

uint64_t calib_retry_wait_ms(calib_again again, uint32_t next, const calib_reply *reply,
                             uint32_t random)
{
    uint64_t floor = again == CALIB_AGAIN_LATER ? FLOOR_LATER_MS : FLOOR_MS;
    for (uint32_t i = 2; i < next && floor < CAP_MS; i++)
        floor *= 2;
    uint64_t ms = floor + random % (floor + 1);
    if (ms > CAP_MS)
        ms = CAP_MS;
    if (!reply->has_retry_after)
        return ms;
    uint64_t asked = reply->retry_after_s > UINT32_MAX ? UINT64_C(1000) * UINT32_MAX
                                                       : reply->retry_after_s * 1000;
    return asked > ms ? asked : ms;
}

uint64_t calib_left_ms(uint64_t deadline_ns)
{
    if (deadline_ns == 0)
        return UINT64_MAX;
    uint64_t now = calib_now_ns();
    return deadline_ns > now ? (deadline_ns - now + 999999) / 1000000 : 0;
}

int calib_retry_sleep(uint64_t ms, uint64_t deadline_ns, calib_progress *progress)
{
    if (calib_left_ms(deadline_ns) <= ms)
        return calib_fail(CALIB_E_TIMEOUT, "the deadline leaves no time for another try");
    uint64_t start = calib_now_ns();
    for (;;) {
        uint64_t gone = (calib_now_ns() - start) / 1000000;
        int status = calib_progress_tick(progress, CALIB_STAGE_WAIT, gone < ms ? gone : ms, ms);
        if (status || gone >= ms)
            return status;
        calib_sleep_ms((uint32_t)(ms - gone < STEP_MS ? ms - gone : STEP_MS));
    }
}
