/* SPDX-License-Identifier: MIT */
/* A build without libcurl. What is in the cache is served all the same. */
#include "base/error.h"
#include "fetch/fetch.h"
#include "fetch/http.h"
#include "fetch/url.h"

bool calib_http_offered(void)
{
    return false;
}

static int refuse(const char *url)
{
    char shown[CALIB_URL_SHOWN];
    calib_url_display(url, shown, sizeof shown);
    return calib_fail(
        CALIB_E_UNSUPPORTED,
        "this build of calib has no downloads, and %s is not in the cache: put its text "
        "there with 'calib cache add URL FILE', or take another source (--source "
        "builtin, --source PATH)",
        shown);
}

int calib_http_check(const char *url, bool allow_http)
{
    (void)allow_http;
    return refuse(url);
}

bool calib_http_same_origin(const char *a, const char *b)
{
    (void)a;
    (void)b;
    return false;
}

int calib_http_get(calib_transfer *transfer)
{
    transfer->again = CALIB_AGAIN_NEVER;
    return refuse(transfer->url);
}
