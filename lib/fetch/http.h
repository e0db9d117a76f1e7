/* SPDX-License-Identifier: MIT */
/* One HTTP request. http.c is the only unit that includes libcurl; a build without it has
 * http_none.c instead. */
#ifndef CALIB_FETCH_HTTP_H
#define CALIB_FETCH_HTTP_H

#include "fetch/reply.h"
#include "fetch/retry.h"

typedef struct calib_transfer {
    const char *url;
    const char *proxy;        /* NULL: environment; "": none */
    const char *ca_file;      /* NULL: the system's */
    const char *bearer_token; /* NULL: none */
    const char *if_range;     /* strong ETag that goes with `offset` */
    uint64_t offset;          /* 0: the whole text; else the rest from here */
    uint64_t max_bytes;       /* the text may have so many */
    uint64_t deadline_ns;     /* on calib_now_ns()'s clock; 0: none */
    uint32_t connect_timeout_ms;
    uint32_t stall_timeout_ms;
    bool allow_http;

    /* Called on the caller's thread; a status other than 0 ends the transfer with it. */
    void *ctx;
    int (*begin)(void *ctx, const calib_reply *reply); /* 200, or 206 when a range was asked for */
    int (*write)(void *ctx, const void *data, size_t len);
    int (*tick)(void *ctx); /* at least 20 times a second */

    /* Filled in whatever the outcome. */
    calib_reply reply;
    calib_again again; /* whether a failure may pass by itself */
} calib_transfer;

/** Whether this build has downloads. */
bool calib_http_offered(void);

/** Whether the URL may be asked for at all; opens no socket. 0; E_ARGUMENT, E_NOMEM, E_UNSUPPORTED.
 */
int calib_http_check(const char *url, bool allow_http);

/** Whether a token for one URL may go to the other: same scheme, host and port. */
bool calib_http_same_origin(const char *a, const char *b);

/**
 * One GET with its redirects, no retries.
 * @return 0 when the server ended its reply properly; E_NETWORK, E_TLS, E_HTTP, E_TIMEOUT, E_SIZE,
 *   E_ARGUMENT, E_NOMEM, E_UNSUPPORTED, or what a callback returned.
 */
int calib_http_get(calib_transfer *transfer);

#endif
