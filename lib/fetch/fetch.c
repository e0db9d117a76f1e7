/* SPDX-License-Identifier: MIT */
#include "fetch/fetch.h"
#include "base/error.h"
#include "base/system.h"
#include <stdio.h>
#include <stdlib.h>
int calib_fetch_text(const calib_fetch_request *request, calib_fetch_result *out)
{
    (void)request; (void)out;
    return calib_fail(CALIB_E_NO_DOWNLOADS, "placeholder");
}
void calib_fetch_result_free(calib_fetch_result *result)
{
    if (result->fd >= 0)
        calib_file_close(result->fd);
    free(result->path);
    *result = (calib_fetch_result){.fd = -1};
}
void calib_url_display(const char *url, char *out, size_t cap)
{
    snprintf(out, cap, "%s", url);
}
