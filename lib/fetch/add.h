/* SPDX-License-Identifier: MIT */
/* Puts a file's bytes into the cache as the text of a URL, as if they had been downloaded. */
#ifndef CALIB_FETCH_ADD_H
#define CALIB_FETCH_ADD_H

#include "base/progress.h"

#include <stdbool.h>

typedef struct calib_add_request {
    const char *url;
    const char *file;
    const char *cache_dir; /* NULL: unknown */
    const uint8_t *sha256; /* pin; NULL: none */
    uint64_t size_bytes;   /* pin; 0: none */
    uint64_t max_bytes;
    uint64_t max_cache_bytes; /* 0: no bound */
    bool raw_bytes;           /* binary data is accepted */
    bool accept_change;
    calib_progress *progress;
} calib_add_request;

/** Returns 0, with the error cleared, or a status of calib_cache_add(). */
int calib_add_text(const calib_add_request *request);

#endif
