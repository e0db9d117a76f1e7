/* SPDX-License-Identifier: MIT */
/* One HTTP request through libcurl. Sets every option that safety depends on, even if it is
 * libcurl's default, and checks every result of libcurl against the reply's header.
 *
 * Not used on purpose: RESUME_FROM (libcurl reports success with a wrong file for several bad
 * replies; RANGE leaves the checks to calib), ACCEPT_ENCODING (size and hash are those of the
 * entity), cookies, HSTS, Alt-Svc, netrc (no hidden state), HTTP/2 (one way less to frame a body),
 * XFERINFOFUNCTION with curl_easy_perform() (called once a second if idle; the loop over a multi
 * handle checks cancelling, deadline and stall every POLL_MS). */
#include "fetch/http.h"

#include "base/error.h"
#include "base/version.h"
#include "fetch/fetch.h"
#include "fetch/url.h"
#include "system/system.h"

#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_REDIRECTS = 5, BUFFER = 256 * 1024, POLL_MS = 20, LEAST_BYTES_PER_S = 10 };

typedef struct http {
    calib_transfer *transfer;
    CURL *easy;
    CURLM *multi;
    struct curl_slist *headers;
    CURLcode set; /* of the first curl_easy_setopt() that failed */
    int status;   /* of the first callback that failed; its error is set */
    bool begun;
    uint64_t received;    /* body bytes */
    uint64_t activity_ns; /* start of the current stall interval */
    uint64_t activity_bytes;
    uint64_t moved; /* header and body bytes */
    char shown[CALIB_SHOWN];
    char message[CURL_ERROR_SIZE];
} http;

/* ---- URLs ---- */

typedef struct parts {
    char *scheme, *host, *port;
} parts;

static void parts_free(parts *url)
{
    curl_free(url->scheme);
    curl_free(url->host);
    curl_free(url->port);
}

static CURLUcode split(const char *url, parts *out)
{
    *out = (parts){0};
    CURLU *handle = curl_url();
    if (!handle)
        return CURLUE_OUT_OF_MEMORY;
    CURLUcode code = curl_url_set(handle, CURLUPART_URL, url, CURLU_DISALLOW_USER);
    if (!code)
        code = curl_url_get(handle, CURLUPART_SCHEME, &out->scheme, 0);
    if (!code)
        code = curl_url_get(handle, CURLUPART_HOST, &out->host, 0);
    if (!code)
        code = curl_url_get(handle, CURLUPART_PORT, &out->port, CURLU_DEFAULT_PORT);
    curl_url_cleanup(handle);
    return code;
}

int calib_http_check(const char *url, bool allow_http)
{
    parts split_url;
    char shown[CALIB_SHOWN];
    calib_url_display(url, shown, sizeof shown);
    CURLUcode code = split(url, &split_url);
    int status = CALIB_OK;
    if (code == CURLUE_OUT_OF_MEMORY)
        status = calib_fail(CALIB_E_NOMEM, "out of memory while reading the URL %s", shown);
    else if (code)
        status = calib_fail(CALIB_E_ARGUMENT, "the URL %s is malformed: %s", shown,
                            curl_url_strerror(code));
    else if (strcmp(split_url.scheme, "https") != 0 && strcmp(split_url.scheme, "http") != 0)
        status = calib_fail(CALIB_E_ARGUMENT, "the URL %s is neither https nor http", shown);
    else if (calib_url_is_plain(url) && !allow_http && !calib_host_is_loopback(split_url.host))
        status = calib_fail(CALIB_E_ARGUMENT,
                            "the URL %s is plain http, which anybody on the way can change: "
                            "use https, or allow it with CALIB_ALLOW_HTTP",
                            shown);
    parts_free(&split_url);
    return status;
}

bool calib_http_same_origin(const char *a, const char *b)
{
    parts left, right;
    bool same = split(a, &left) == CURLUE_OK;
    same = split(b, &right) == CURLUE_OK && same && strcmp(left.scheme, right.scheme) == 0 &&
           strcmp(left.port, right.port) == 0 && strcmp(left.host, right.host) == 0;
    parts_free(&left);
    parts_free(&right);
    return same;
}

/* ---- callbacks ---- */

static size_t on_header(char *line, size_t size, size_t n, void *ctx)
{
    http *h = ctx;
    calib_reply_line(&h->transfer->reply, line, size * n, calib_unix_time());
    h->moved += size * n;
    return size * n;
}

static int begin(http *h)
{
    const calib_transfer *t = h->transfer;
    const calib_reply *reply = &t->reply;
    if (h->begun)
        return CALIB_OK;
    long code = 0;
    curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &code);
    if (code != reply->http_status || (code != 200 && !(code == 206 && t->offset > 0)))
        return calib_fail(CALIB_E_HTTP, "%s answered with HTTP status %ld, not with the text",
                          h->shown, code);
    if (reply->contradicts)
        return calib_fail(CALIB_E_HTTP, "%s sent a header that contradicts itself", h->shown);
    if (reply->coded)
        return calib_fail(CALIB_E_HTTP, "%s sent the text compressed, though it was asked not to",
                          h->shown);
    h->begun = true;
    return t->begin(t->ctx, reply);
}

static size_t on_body(char *data, size_t size, size_t n, void *ctx)
{
    http *h = ctx;
    calib_transfer *t = h->transfer;
    h->moved += size * n;
    if (!h->status)
        h->status = begin(h);
    if (!h->status) {
        h->received += size * n;
        /* A server may answer a range request with the whole text. */
        uint64_t from = t->reply.http_status == 206 ? t->offset : 0;
        if (from + h->received > t->max_bytes)
            h->status = calib_fail(CALIB_E_SIZE, "%s sends more than %s, %llu bytes", h->shown,
                                   t->limit, (unsigned long long)t->max_bytes);
        else
            h->status = t->write(t->ctx, data, size * n);
    }
    if (!h->status)
        h->status = t->tick(t->ctx);
    if (!h->status)
        return size * n;
#ifdef CURL_WRITEFUNC_ERROR
    return CURL_WRITEFUNC_ERROR;
#else
    return size * n == 0 ? 1 : 0;
#endif
}

/* Called before each request of a chain. libcurl checks the schemes of redirects. This checks that
 * plain http stays on this machine unless it is allowed. */
static int before_request(void *ctx, char *remote, char *local, int remote_port, int local_port)
{
    (void)remote, (void)local, (void)remote_port, (void)local_port;
    http *h = ctx;
    char *url = NULL;
    h->activity_ns = calib_now_ns();
    curl_easy_getinfo(h->easy, CURLINFO_EFFECTIVE_URL, &url);
    if (url && !h->status)
        h->status = calib_http_check(url, h->transfer->allow_http);
    return h->status ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

/* The host program may fork and start other programs. */
static int on_socket(void *ctx, curl_socket_t fd, curlsocktype purpose)
{
    (void)ctx, (void)purpose;
    calib_socket_keep_private((uintptr_t)fd);
    return CURL_SOCKOPT_OK;
}

/* ---- options ---- */

#define SET(h, option, value)                                                                      \
    do {                                                                                           \
        if (!(h)->set)                                                                             \
            (h)->set = curl_easy_setopt((h)->easy, option, value);                                 \
    } while (0)

static void add_header(http *h, const char *name, const char *value)
{
    size_t n = strlen(name) + strlen(value) + 1;
    char *line = malloc(n);
    struct curl_slist *list = NULL;
    if (line) {
        snprintf(line, n, "%s%s", name, value);
        list = curl_slist_append(h->headers, line);
    }
    free(line);
    if (list)
        h->headers = list;
    else if (!h->set)
        h->set = CURLE_OUT_OF_MEMORY;
}

static void set_request(http *h)
{
    const calib_transfer *t = h->transfer;
    add_header(h, "Accept-Encoding: ", "identity");
    if (t->bearer_token)
        add_header(h, "Authorization: Bearer ", t->bearer_token);
    if (t->offset > 0) {
        char range[32];
        snprintf(range, sizeof range, "%llu-", (unsigned long long)t->offset);
        SET(h, CURLOPT_RANGE, range);
        add_header(h, "If-Range: ", t->if_range);
    }
    SET(h, CURLOPT_HTTPHEADER, h->headers);
    /* Hides the token from the proxy of a tunnel. */
    SET(h, CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
    SET(h, CURLOPT_URL, t->url);
    char agent[48];
    snprintf(agent, sizeof agent, "calib/%s", CALIB_VERSION_STRING);
    SET(h, CURLOPT_USERAGENT, agent);
    SET(h, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(h, CURLOPT_HTTP09_ALLOWED, 0L);
    SET(h, CURLOPT_FAILONERROR, 1L);
}

static void set_policy(http *h)
{
    const calib_transfer *t = h->transfer;
    bool plain = calib_url_is_plain(t->url);
    const char *schemes = plain ? "http,https" : "https"; /* for redirects, too */
    SET(h, CURLOPT_PROTOCOLS_STR, schemes);
    SET(h, CURLOPT_REDIR_PROTOCOLS_STR, schemes);
    SET(h, CURLOPT_FOLLOWLOCATION, 1L);
    SET(h, CURLOPT_MAXREDIRS, (long)MAX_REDIRECTS);
    SET(h, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    SET(h, CURLOPT_UNRESTRICTED_AUTH, 0L);
    SET(h, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    SET(h, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    /* Plain http to this machine is allowed because it stays here: a proxy of the environment must
     * not see it. */
    bool stays = plain && !t->allow_http;
    const char *proxy = !t->proxy && stays ? "" : t->proxy;
    if (proxy) {
        SET(h, CURLOPT_PROXY, proxy);
        /* The proxy of this call overrides the environment's no_proxy. */
        SET(h, CURLOPT_NOPROXY, "");
    }
    /* An https proxy is held to the same rules of TLS as the server. */
    SET(h, CURLOPT_SSL_VERIFYPEER, 1L);
    SET(h, CURLOPT_SSL_VERIFYHOST, 2L);
    SET(h, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(h, CURLOPT_PROXY_SSL_VERIFYPEER, 1L);
    SET(h, CURLOPT_PROXY_SSL_VERIFYHOST, 2L);
    SET(h, CURLOPT_PROXY_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    /* Useless for a single transfer, and libcurl 7.88 frees a session twice if it cannot add it. */
    SET(h, CURLOPT_SSL_SESSIONID_CACHE, 0L);
    if (t->ca_file) {
        SET(h, CURLOPT_CAINFO, t->ca_file);
        SET(h, CURLOPT_PROXY_CAINFO, t->ca_file);
    }
    /* Some TLS libraries have no such folders: then only the other authorities are trusted. */
    if (t->ca_folders) {
        CURLcode code = curl_easy_setopt(h->easy, CURLOPT_CAPATH, t->ca_folders);
        if (code == CURLE_OK)
            SET(h, CURLOPT_PROXY_CAPATH, t->ca_folders);
        else if (!h->set && code != CURLE_NOT_BUILT_IN && code != CURLE_UNKNOWN_OPTION)
            h->set = code;
    }
}

static void set_transfer(http *h)
{
    /* These limits are checked here again: libcurl does not count every kind of reply, cannot know
     * if a range or the whole text will come, and measures whole seconds. */
    const calib_transfer *t = h->transfer;
    uint64_t most = t->max_bytes < INT64_MAX ? t->max_bytes : INT64_MAX;
    SET(h, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)most);
    SET(h, CURLOPT_CONNECTTIMEOUT_MS, (long)t->connect_timeout_ms);
    SET(h, CURLOPT_LOW_SPEED_LIMIT, (long)LEAST_BYTES_PER_S);
    SET(h, CURLOPT_LOW_SPEED_TIME, (long)((t->stall_timeout_ms + 999) / 1000));
    SET(h, CURLOPT_BUFFERSIZE, (long)BUFFER);
    uint64_t ms = calib_left_ms(t->deadline_ns);
    if (ms < INT32_MAX)
        SET(h, CURLOPT_TIMEOUT_MS, (long)(ms ? ms : 1));
    SET(h, CURLOPT_NOSIGNAL, 1L);
    SET(h, CURLOPT_ERRORBUFFER, h->message);
    SET(h, CURLOPT_WRITEFUNCTION, on_body);
    SET(h, CURLOPT_WRITEDATA, h);
    SET(h, CURLOPT_HEADERFUNCTION, on_header);
    SET(h, CURLOPT_HEADERDATA, h);
    SET(h, CURLOPT_PREREQFUNCTION, before_request);
    SET(h, CURLOPT_PREREQDATA, h);
    SET(h, CURLOPT_SOCKOPTFUNCTION, on_socket);
#if LIBCURL_VERSION_NUM >= 0x075700
    /* Cancelling must not wait for a name server. */
    SET(h, CURLOPT_QUICK_EXIT, 1L);
#endif
}

/* ---- judging ---- */

static int status_of_code(const http *h, CURLcode code)
{
    bool redirect = h->transfer->reply.http_status / 100 == 3;
    switch (code) {
    case CURLE_OUT_OF_MEMORY: return CALIB_E_NOMEM;
    case CURLE_OPERATION_TIMEDOUT: return CALIB_E_TIMEOUT;
    case CURLE_FILESIZE_EXCEEDED: return CALIB_E_SIZE;
    case CURLE_URL_MALFORMAT: return CALIB_E_ARGUMENT;
    case CURLE_LOGIN_DENIED: return CALIB_E_ARGUMENT;
    case CURLE_UNSUPPORTED_PROTOCOL: return redirect ? CALIB_E_ARGUMENT : CALIB_E_HTTP;
    case CURLE_TOO_MANY_REDIRECTS: return CALIB_E_HTTP;
    case CURLE_HTTP_RETURNED_ERROR: return CALIB_E_HTTP;
    case CURLE_WEIRD_SERVER_REPLY: return CALIB_E_HTTP;
    case CURLE_BAD_CONTENT_ENCODING: return CALIB_E_HTTP;
    case CURLE_RANGE_ERROR: return CALIB_E_HTTP;
    case CURLE_SSL_CONNECT_ERROR: return CALIB_E_TLS;
    case CURLE_PEER_FAILED_VERIFICATION: return CALIB_E_TLS;
    case CURLE_SSL_CACERT_BADFILE: return CALIB_E_TLS;
    case CURLE_SSL_CERTPROBLEM: return CALIB_E_TLS;
    case CURLE_SSL_CIPHER: return CALIB_E_TLS;
    case CURLE_SSL_ISSUER_ERROR: return CALIB_E_TLS;
    case CURLE_SSL_INVALIDCERTSTATUS: return CALIB_E_TLS;
    default: return CALIB_E_NETWORK;
    }
}

static calib_again again_of_code(const http *h, CURLcode code, int status)
{
    switch (code) {
    case CURLE_HTTP_RETURNED_ERROR: return calib_again_of_http(h->transfer->reply.http_status);
    case CURLE_OPERATION_TIMEDOUT:
        return calib_left_ms(h->transfer->deadline_ns) ? CALIB_AGAIN_SOON : CALIB_AGAIN_NEVER;
    case CURLE_SSL_CONNECT_ERROR: return CALIB_AGAIN_SOON;
    case CURLE_FAILED_INIT: return CALIB_AGAIN_NEVER;
    case CURLE_NOT_BUILT_IN: return CALIB_AGAIN_NEVER;
    case CURLE_UNKNOWN_OPTION: return CALIB_AGAIN_NEVER;
    case CURLE_BAD_FUNCTION_ARGUMENT: return CALIB_AGAIN_NEVER;
    case CURLE_INTERFACE_FAILED: return CALIB_AGAIN_NEVER;
    default: return status == CALIB_E_NETWORK ? CALIB_AGAIN_SOON : CALIB_AGAIN_NEVER;
    }
}

static const char OTHERWISE[] =
    "; try again, name a mirror, or take another source (\"builtin\", a file)";

/* Returns what helps against a failure of TLS. `text` is libcurl's: the codes tell less, and the
 * numbers of CURLINFO_SSL_VERIFYRESULT are those of OpenSSL alone. */
static const char *tls_remedy(const http *h, CURLcode code, const char *text)
{
    long proxy = 0;
    curl_easy_getinfo(h->easy, CURLINFO_PROXY_SSL_VERIFYRESULT, &proxy);
    if (code == CURLE_SSL_CACERT_BADFILE)
        return "; ca_file or SSL_CERT_FILE must name a readable PEM file of authorities";
    if (code != CURLE_PEER_FAILED_VERIFICATION && code != CURLE_SSL_ISSUER_ERROR)
        return "; the server must speak TLS 1.2 or later: check the port of the URL, and the proxy";
    if (strstr(text, "expir") || strstr(text, "not yet") || strstr(text, "not activated"))
        return "; check this machine's clock: if it is right, the certificate must be renewed";
    if (strstr(text, "subject name"))
        return "; check the host of the URL, and the proxy: another machine answers in its place";
    if (proxy)
        return "; it is the proxy's certificate: name its authority with ca_file, SSL_CERT_FILE or "
               "SSL_CERT_DIR, or choose another proxy";
    return "; if you trust its authority, or that of a proxy on the way, name it with ca_file, "
           "SSL_CERT_FILE or SSL_CERT_DIR";
}

static int fail_code(http *h, CURLcode code)
{
    calib_transfer *t = h->transfer;
    long tunnel = 0;
    int status;
    if (h->status)
        return h->status;
    curl_easy_getinfo(h->easy, CURLINFO_HTTP_CONNECTCODE, &tunnel);
    if (tunnel >= 300 && t->reply.http_status == 0) {
        t->again = calib_again_of_http((int)tunnel);
        status =
            calib_fail(CALIB_E_NETWORK, "the proxy refused to connect to %s, with HTTP status %ld",
                       h->shown, tunnel);
        calib_error_record()->http_status = (int32_t)tunnel;
        return status;
    }
    status = status_of_code(h, code);
    t->again = again_of_code(h, code, status);
    /* libcurl's own text, unless it may quote a URL with secrets. */
    bool safe = h->message[0] && !strpbrk(h->message, "@?") && !strstr(h->message, "://");
    const char *text = safe ? h->message : curl_easy_strerror(code), *remedy = "";
    if (status == CALIB_E_NETWORK || status == CALIB_E_TIMEOUT)
        remedy = OTHERWISE;
    else if (status == CALIB_E_TLS)
        remedy = tls_remedy(h, code, text);
    if (code == CURLE_HTTP_RETURNED_ERROR)
        calib_fail(status, "%s answered with HTTP status %d", h->shown, t->reply.http_status);
    else if (code == CURLE_UNSUPPORTED_PROTOCOL && status == CALIB_E_ARGUMENT)
        calib_fail(status, "%s redirects to a URL that is not allowed: %s may only lead to %s",
                   h->shown, calib_url_is_plain(t->url) ? "http" : "https",
                   calib_url_is_plain(t->url) ? "http or https" : "https");
    else if (status == CALIB_E_SIZE && t->reply.has_length)
        calib_fail(status, "%s sends %llu bytes, more than %s, %llu bytes", h->shown,
                   (unsigned long long)t->reply.length, t->limit, (unsigned long long)t->max_bytes);
    else
        calib_fail(status, "the transfer of %s failed: %s%s", h->shown, text, remedy);
    calib_error_record()->http_status = t->reply.http_status;
    return status;
}

/* ---- running ---- */

static int check_stall(http *h)
{
    uint64_t now = calib_now_ns();
    uint64_t ms = (now - h->activity_ns) / 1000000;
    if (h->activity_ns == 0 || ms < h->transfer->stall_timeout_ms)
        return CALIB_OK;
    uint64_t bytes = h->moved - h->activity_bytes;
    h->activity_ns = now;
    h->activity_bytes = h->moved;
    if (bytes * 1000 >= LEAST_BYTES_PER_S * ms)
        return CALIB_OK;
    h->transfer->again = CALIB_AGAIN_SOON;
    return calib_fail(CALIB_E_TIMEOUT, "%s sent %llu bytes in %llu ms: the connection hangs",
                      h->shown, (unsigned long long)bytes, (unsigned long long)ms);
}

static int fail_multi(CURLMcode code)
{
    if (code == CURLM_OUT_OF_MEMORY)
        return calib_fail(CALIB_E_NOMEM, "out of memory during the transfer");
    return calib_fail(CALIB_E_NETWORK, "the transfer failed: %s", curl_multi_strerror(code));
}

static int run(http *h)
{
    int running = 1;
    for (;;) {
        CURLMcode multi = curl_multi_perform(h->multi, &running);
        if (multi)
            return h->status ? h->status : fail_multi(multi);
        int left;
        const CURLMsg *message = curl_multi_info_read(h->multi, &left);
        if (message && message->msg == CURLMSG_DONE) {
            CURLcode code = message->data.result;
            return code || h->status ? fail_code(h, code) : CALIB_OK;
        }
        if (!running)
            return calib_fail(CALIB_E_NETWORK, "the transfer of %s ended without a result",
                              h->shown);
        int status = h->transfer->tick(h->transfer->ctx);
        if (!status)
            status = check_stall(h);
        if (!status && (multi = curl_multi_poll(h->multi, NULL, 0, POLL_MS, NULL)) != CURLM_OK)
            status = fail_multi(multi);
        if (status)
            return status;
    }
}

static int perform(http *h)
{
    const calib_reply *reply = &h->transfer->reply;
    h->easy = curl_easy_init();
    h->multi = curl_multi_init();
    if (!h->easy || !h->multi)
        return calib_fail(CALIB_E_NOMEM, "out of memory while preparing the transfer");
    set_request(h);
    set_policy(h);
    set_transfer(h);
    if (h->set)
        return fail_code(h, h->set);
    CURLMcode code = curl_multi_add_handle(h->multi, h->easy);
    if (code)
        return fail_multi(code);
    int status = run(h);
    curl_multi_remove_handle(h->multi, h->easy);
    if (status)
        return status;
    /* libcurl reported success. A reply without a body has not begun yet. */
    status = begin(h);
    if (status) {
        h->transfer->again = calib_again_of_http(reply->http_status);
        calib_error_record()->http_status = reply->http_status;
        return status;
    }
    if (reply->chunked || !reply->has_length || h->received == reply->length)
        return CALIB_OK;
    h->transfer->again = CALIB_AGAIN_SOON;
    return calib_fail(CALIB_E_NETWORK, "%s announced %llu bytes and sent %llu", h->shown,
                      (unsigned long long)reply->length, (unsigned long long)h->received);
}

int calib_http_get(calib_transfer *transfer)
{
    static bool initialized;
    transfer->reply = (calib_reply){0};
    transfer->again = CALIB_AGAIN_NEVER;
    /* libcurl is never cleaned up: another user of it in the process may have initialized it as
     * well, and resolver threads outlive transfers. After a failure the next call tries again. */
    calib_process_lock();
    CURLcode code = initialized ? CURLE_OK : curl_global_init(CURL_GLOBAL_DEFAULT);
    initialized = initialized || code == CURLE_OK;
    calib_process_unlock();
    if (code == CURLE_OUT_OF_MEMORY)
        return calib_fail(CALIB_E_NOMEM, "out of memory while starting libcurl");
    if (code)
        return calib_fail(CALIB_E_NETWORK, "libcurl does not start: %s", curl_easy_strerror(code));
    http h = {.transfer = transfer};
    calib_url_display(transfer->url, h.shown, sizeof h.shown);
    calib_signal signals;
    calib_sigpipe_block(&signals);
    int status = perform(&h);
    curl_easy_cleanup(h.easy);
    curl_multi_cleanup(h.multi);
    curl_slist_free_all(h.headers);
    calib_signal_restore(&signals);
    return status;
}
