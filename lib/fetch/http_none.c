/* SPDX-License-Identifier: MIT */
/* A build without libcurl. Texts in the cache are still served. */
#include "base/error.h"
#include "fetch/fetch.h"
#include "fetch/http.h"
#include "fetch/url.h"

static int refuse(const char *url)
{
    char shown[CALIB_SHOWN];
    calib_url_display(url, shown, sizeof shown);
    return calib_fail(CALIB_E_UNSUPPORTED,
                      "this build of calib has no downloads, and %s is not in the cache: put the "
                      "text there with calib_cache_add(), or take another source (\"builtin\", a "
                      "file)",
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
