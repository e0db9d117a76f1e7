/* SPDX-License-Identifier: MIT */
/* One HTTP request. Only http.c includes libcurl; a build without libcurl has http_none.c. */
#ifndef CALIB_FETCH_HTTP_H
#define CALIB_FETCH_HTTP_H

#include "fetch/reply.h"
#include "fetch/retry.h"

typedef struct calib_transfer {
    const char *url;
    const char *proxy;      /* NULL: environment; "": none */
    const char *ca_file;    /* NULL: the system's */
    const char *ca_folders; /* likewise; in OpenSSL's form: names are hashes, a colon between two */
    const char *bearer_token; /* NULL: none */
    const char *if_range;     /* strong ETag, for `offset` */
    uint64_t offset;          /* 0: the whole text; else its rest from this offset */
    uint64_t max_bytes;       /* limit of the whole text */
    const char *limit;        /* name of the limit, for messages */
    uint64_t deadline_ns;     /* on calib_now_ns()'s clock; 0: none */
    uint32_t connect_timeout_ms;
    uint32_t stall_timeout_ms;
    bool allow_http;

    /* Called on the caller's thread. A status other than 0 ends the transfer and is returned. */
    void *ctx;
    int (*begin)(void *ctx, const calib_reply *reply); /* 200, or 206 to a range request */
    int (*write)(void *ctx, const void *data, size_t len);
    int (*tick)(void *ctx); /* at least 20 times a second */

    /* Results, also of a failure. */
    calib_reply reply;
    calib_again again; /* after a failure: how soon another try can help */
} calib_transfer;

/** Checks if the URL may be requested at all, without opening a socket. Returns 0; E_ARGUMENT,
 *  E_NOMEM, E_UNSUPPORTED. */
int calib_http_check(const char *url, bool allow_http);

/** Returns true if the URLs have the same scheme, host and port. */
bool calib_http_same_origin(const char *a, const char *b);

/**
 * Sends one GET and follows redirects, without retries.
 * @return 0 if the server ended its reply properly; E_NETWORK, E_TLS, E_HTTP, E_TIMEOUT, E_SIZE,
 *   E_ARGUMENT, E_NOMEM, E_UNSUPPORTED, or the status of a callback.
 */
int calib_http_get(calib_transfer *transfer);

#endif
