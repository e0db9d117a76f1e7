/* SPDX-License-Identifier: MIT */
/* From a URL to a verified file in the cache. Knows nothing of text, tokens or samples. */
#ifndef CALIB_FETCH_FETCH_H
#define CALIB_FETCH_FETCH_H

#include "base/progress.h"
#include "base/sha256.h"
#include "system/system.h"

#include <stdbool.h>

/** A text to fetch. Every default is resolved, every string borrowed for the call. */
typedef struct calib_fetch_request {
    const char *url;
    const char *const *mirrors;
    size_t n_mirrors;
    const uint8_t *sha256; /* pin; NULL: none */
    uint64_t size_bytes;   /* pin; 0: none */
    uint64_t max_bytes;
    uint64_t max_cache_bytes; /* 0: no bound */
    const char *cache_dir;    /* NULL: unknown */
    const char *proxy;        /* NULL: environment; "": none */
    const char *ca_file;
    const char *ca_folders;
    const char *bearer_token;
    uint32_t connect_timeout_ms;
    uint32_t stall_timeout_ms;
    uint32_t deadline_ms; /* 0: none */
    uint32_t lock_timeout_ms;
    uint32_t max_tries;
    bool offline;
    bool accept_change;
    bool raw_bytes; /* binary data is accepted */
    bool allow_http;
    calib_progress *progress;
} calib_fetch_request;

typedef struct calib_fetch_result {
    calib_file *file; /* the verified file, open for reading at its start; NULL: none */
    char *path;       /* its name in the cache */
    uint8_t sha256[CALIB_SHA256_SIZE];
    uint64_t size;
    bool downloaded; /* false: it was in the cache */
} calib_fetch_result;

/** Returns 0 or a status of calib_fetch(). Free *out in both cases. */
int calib_fetch_text(const calib_fetch_request *request, calib_fetch_result *out);

void calib_fetch_result_free(calib_fetch_result *result);

#endif
