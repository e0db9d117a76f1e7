/* SPDX-License-Identifier: MIT */
#include "fetch/download.h"

#include "base/error.h"
#include "base/pin.h"
#include "fetch/http.h"
#include "fetch/record.h"
#include "fetch/url.h"
#include "system/system.h"

#include <string.h>

/* The state of all tries of one URL. */
typedef struct trying {
    calib_download *download;
    const char *url;
    char shown[CALIB_SHOWN];
    calib_transfer transfer;
    bool resumed;   /* some of the bytes are from an earlier reply */
    bool misfit;    /* the reply does not continue the bytes that are there */
    bool restarted; /* the whole text was asked for again because of that; happens once */
    bool unframed;  /* the end of the reply looks like a broken connection */
} trying;

/* ---- callbacks of a transfer ---- */

static int fail_misfit(trying *t)
{
    t->misfit = true;
    return calib_fail(CALIB_E_HTTP, "%s sent a part of the text that was not asked for", t->shown);
}

static int on_begin(void *ctx, const calib_reply *reply)
{
    trying *t = ctx;
    const calib_fetch_request *request = t->download->request;
    calib_partial *partial = &t->download->partial;
    if (reply->http_status == 206) {
        /* A server that does not know If-Range still sends the ETag of its range: a 206 reply must
         * have it (RFC 9110, 15.3.7). */
        bool fits = reply->has_range && reply->range_first == partial->size &&
                    reply->range_total == partial->total &&
                    reply->range_last + 1 == partial->total &&
                    (!reply->has_length || reply->length == partial->total - partial->size) &&
                    strcmp(reply->etag, partial->etag) == 0;
        return fits ? CALIB_OK : fail_misfit(t);
    }
    t->resumed = false;
    t->unframed = !reply->chunked && !reply->has_length;
    /* Without a hash to compare with, the header alone must tell an error page from the text, and a
     * broken connection from the end. */
    if (!request->sha256 && reply->html)
        return calib_fail(CALIB_E_HTTP,
                          "%s sent a web page, not a text: pin its SHA-256 if you want the page",
                          t->shown);
    uint64_t size = request->size_bytes;
    if (!request->sha256 && t->unframed && !size)
        return calib_fail(CALIB_E_HTTP,
                          "%s does not say how long its text is, so a part of it could pass for "
                          "the whole: pin its SHA-256 or its size",
                          t->shown);
    uint64_t length = reply->has_length && !reply->chunked ? reply->length : 0;
    if (size && length && length != size)
        return calib_fail_size(t->shown, length, size);
    return calib_partial_restart(partial, reply->etag, length);
}

static int on_write(void *ctx, const void *data, size_t len)
{
    trying *t = ctx;
    return calib_partial_write(&t->download->partial, data, len);
}

static int on_tick(void *ctx)
{
    trying *t = ctx;
    const calib_partial *partial = &t->download->partial;
    if (calib_left_ms(t->download->deadline_ns) == 0)
        return calib_fail(CALIB_E_TIMEOUT, "the deadline of %lu ms passed while %s was downloaded",
                          (unsigned long)t->download->request->deadline_ms, t->shown);
    return calib_progress_tick(t->download->request->progress, CALIB_STAGE_DOWNLOAD, partial->size,
                               partial->total);
}

/* ---- one try ---- */

static int check_text(trying *t)
{
    calib_download *download = t->download;
    uint64_t size = download->partial.size, pin = download->request->size_bytes;
    calib_again again = t->unframed ? CALIB_AGAIN_SOON : CALIB_AGAIN_NEVER;
    if (size == 0)
        return calib_fail(CALIB_E_EMPTY, "the text of %s is empty", t->shown);
    if (pin && size != pin) {
        t->transfer.again = again;
        return calib_fail_size(t->shown, size, pin);
    }
    int status = calib_partial_hash(&download->partial, download->sha256);
    if (!status && !download->expected)
        status =
            calib_partial_check_kind(&download->partial, t->shown, download->request->raw_bytes);
    if (status || !download->expected ||
        memcmp(download->sha256, download->expected, CALIB_SHA256_SIZE) == 0)
        return status;
    t->misfit = t->resumed;
    t->transfer.again = again;
    return download->expected_is_pin
               ? calib_fail_hash(t->shown, download->sha256, download->expected)
               : calib_fail_changed(t->shown, download->sha256, download->expected);
}

static int try_once(trying *t)
{
    const calib_fetch_request *request = t->download->request;
    const calib_partial *partial = &t->download->partial;
    /* A range request needs a strong ETag. */
    bool resume = partial->etag[0] && partial->size > 0 && partial->total > partial->size;
    t->resumed = t->resumed || resume;
    t->misfit = false;
    t->transfer.offset = resume ? partial->size : 0;
    t->transfer.if_range = partial->etag;
    t->transfer.max_bytes = request->size_bytes ? request->size_bytes : request->max_bytes;
    t->transfer.limit = request->size_bytes ? "the pinned size" : "max_download_bytes";
    int status = calib_http_get(&t->transfer);
    /* The server refuses the range, but may send the whole text. */
    int http_status = t->transfer.reply.http_status;
    if (status == CALIB_E_HTTP && resume)
        t->misfit = http_status == 206 || http_status == 412 || http_status == 416;
    /* A chunked reply may have another length than the range that it claims to be. */
    if (!status && http_status == 206 && partial->size != partial->total)
        status = fail_misfit(t);
    return status ? status : check_text(t);
}

/* Waits before the next try, or returns `failed` if no other try is worthwhile. */
static int wait_again(trying *t, uint32_t tries, int failed)
{
    const calib_fetch_request *request = t->download->request;
    const calib_reply *reply = &t->transfer.reply;
    /* If the server asks for too long a wait, the URL is given up: an earlier try would only add to
     * the server's load. */
    uint64_t left = calib_left_ms(t->download->deadline_ns);
    uint64_t limit = left < UINT64_MAX ? left : CALIB_RETRY_AFTER_LIMIT_MS;
    bool too_long = reply->has_retry_after && reply->retry_after_s > limit / 1000;
    if (t->transfer.again == CALIB_AGAIN_NEVER || tries >= request->max_tries || too_long)
        return failed;
    calib_error first = *calib_error_record();
    uint32_t random = 0;
    calib_random(&random, sizeof random);
    uint64_t ms = calib_retry_wait_ms(t->transfer.again, tries + 1, reply, random);
    int status = calib_retry_sleep(ms, t->download->deadline_ns, request->progress);
    if (status != CALIB_E_TIMEOUT)
        return status;
    /* The deadline comes before the next try. The failure stays that of the last try. */
    *calib_error_record() = first;
    return first.status;
}

static int try_url(trying *t)
{
    const calib_fetch_request *request = t->download->request;
    const calib_partial *partial = &t->download->partial;
    /* An earlier call may have had all bytes without publishing them. They need no request, unless
     * the caller wants the text that the server has now. */
    bool asks_again = request->accept_change && !t->download->expected;
    if (partial->size > 0 && partial->size == partial->total && !asks_again) {
        t->resumed = true;
        if (check_text(t) == CALIB_OK)
            return CALIB_OK;
    }
    int status = CALIB_OK;
    bool restart = t->resumed;
    for (uint32_t tries = 1; !status;) {
        if (restart) {
            t->restarted = true;
            t->resumed = false;
            status = calib_partial_restart(&t->download->partial, "", 0);
            if (status)
                return status;
        }
        int failed = try_once(t);
        if (!failed)
            return CALIB_OK;
        restart = t->misfit && !t->restarted;
        status = restart ? CALIB_OK : wait_again(t, tries++, failed);
    }
    return status;
}

/* ---- mirrors ---- */

/* Tries the URL (0) or a mirror (1, 2, ...). */
static int run_url(calib_download *download, size_t index)
{
    const calib_fetch_request *request = download->request;
    const char *url = index == 0 ? request->url : request->mirrors[index - 1];
    char key[CALIB_SHA256_HEX];
    int status = calib_url_key(url, key);
    if (status)
        return status;
    trying t = {.download = download, .url = url};
    calib_url_display(url, t.shown, sizeof t.shown);
    t.transfer = (calib_transfer){
        .url = url,
        .proxy = request->proxy,
        .ca_file = request->ca_file,
        .ca_folders = request->ca_folders,
        .deadline_ns = download->deadline_ns,
        .connect_timeout_ms = request->connect_timeout_ms,
        .stall_timeout_ms = request->stall_timeout_ms,
        .allow_http = request->allow_http,
        .ctx = &t,
        .begin = on_begin,
        .write = on_write,
        .tick = on_tick,
    };
    bool keep = false;
    calib_poll poll = {on_tick, &t};
    status = calib_partial_open(&download->partial, download->texts, key, true, &poll);
    if (!status) {
        if (request->bearer_token && calib_http_same_origin(url, request->url))
            t.transfer.bearer_token = request->bearer_token;
        status = try_url(&t);
        download->partial.poll = (calib_poll){0};
        keep = status == CALIB_E_NETWORK || status == CALIB_E_TIMEOUT ||
               status == CALIB_E_CANCELLED || status == CALIB_E_HTTP;
    }
    if (status) {
        calib_error reason = *calib_error_record();
        calib_partial_close(&download->partial, keep);
        *calib_error_record() = reason;
    }
    return status;
}

int calib_download_run(calib_download *download)
{
    calib_error first = {0};
    download->partial = (calib_partial){0};
    for (size_t i = 0; i <= download->request->n_mirrors; i++) {
        int status = run_url(download, i);
        if (!status)
            return CALIB_OK;
        if (i == 0)
            first = *calib_error_record();
        switch (status) {
        case CALIB_E_NETWORK:
        case CALIB_E_TLS:
        case CALIB_E_HTTP:
        case CALIB_E_TIMEOUT:
        case CALIB_E_SIZE:
        case CALIB_E_HASH:
        case CALIB_E_CHANGED:
        case CALIB_E_EMPTY:
        case CALIB_E_ARGUMENT: break;
        default: return status; /* another server cannot help */
        }
        if (calib_left_ms(download->deadline_ns) == 0)
            return status;
    }
    *calib_error_record() = first;
    return first.status;
}
