/* SPDX-License-Identifier: MIT */
/* From URLs to a complete and checked file that is not published yet: tries, resuming, mirrors. */
#ifndef CALIB_FETCH_DOWNLOAD_H
#define CALIB_FETCH_DOWNLOAD_H

#include "fetch/fetch.h"
#include "fetch/partial.h"

typedef struct calib_download {
    const calib_fetch_request *request;
    const calib_texts *texts;
    uint64_t deadline_ns;
    const uint8_t *expected; /* the hash that the text must have; NULL: unknown */
    bool expected_is_pin;    /* false: the hash that the text had when it was first used */

    calib_partial partial; /* out: the complete file, to publish or close */
    uint8_t sha256[CALIB_SHA256_SIZE];
} calib_download;

/** Tries the URL and then its mirrors. Returns 0 or the first URL's failure. Close the partial file
 * in both cases. */
int calib_download_run(calib_download *download);

#endif
