/* SPDX-License-Identifier: MIT */
/* What servers say in their headers: lines of anything. */
#include "fetch/reply.h"
#include "target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    calib_reply reply = {0};
    for (size_t at = 0; at < size;) {
        const uint8_t *end = memchr(data + at, '\n', size - at);
        size_t len = end ? (size_t)(end - data) - at + 1 : size - at;
        calib_reply_line(&reply, (const char *)data + at, len, 1000000000);
        at += len;
    }
    MUST(memchr(reply.etag, '\0', sizeof reply.etag));
    MUST(!reply.has_range ||
         (reply.range_first <= reply.range_last && reply.range_last < reply.range_total));
    MUST(calib_http_date((const char *)data, size) >= -1);
    return 0;
}
