/* SPDX-License-Identifier: MIT */
/* Parses the header of a server's reply line by line. Pure functions that expect hostile input. */
#ifndef CALIB_FETCH_REPLY_H
#define CALIB_FETCH_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CALIB_ETAG_CAP = 256 };

/** Fields of the last reply of a chain. Redirects, 1xx replies and proxies each send a header of
 *  their own, and only the last one counts. All zero means that nothing was received. */
typedef struct calib_reply {
    int http_status;
    int http_version; /* 10 or 11, as on the status line */
    bool in_header;   /* lines after the header are trailers, which are ignored */
    bool has_length;
    bool chunked;
    bool coded;       /* the body is compressed or has an unknown transfer coding */
    bool contradicts; /* several or unreadable lengths or ranges */
    bool html;
    bool has_range; /* Content-Range: bytes first-last/total */
    bool has_retry_after;
    uint64_t length; /* Content-Length */
    uint64_t range_first, range_last, range_total;
    uint64_t retry_after_s;
    char etag[CALIB_ETAG_CAP]; /* with its quotes; "" if it is missing or weak */
} calib_reply;

/** Reads one line of the header, with or without its line end. `now`: seconds since 1970. */
void calib_reply_line(calib_reply *reply, const char *line, size_t len, int64_t now);

/** Returns the seconds since 1970 of an HTTP date ("Sun, 06 Nov 1994 08:49:37 GMT"), or -1. */
int64_t calib_http_date(const char *text, size_t len);

#endif
