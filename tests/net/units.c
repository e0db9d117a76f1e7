/* SPDX-License-Identifier: MIT */
/* The pure parts of a download (headers, dates, waits, URLs), and the signal mask. */
#include "fetch/fetch.h"
#include "fetch/reply.h"
#include "fetch/retry.h"
#include "fetch/url.h"
#include "system/system.h"
#include "test.h"

#include <pthread.h>
#include <signal.h>

static calib_reply reply_of(const char *lines)
{
    calib_reply reply = {0};
    calib_reply_line(&reply, "HTTP/1.1 200 OK\r\n", strlen("HTTP/1.1 200 OK\r\n"), 0);
    while (*lines) {
        size_t n = strcspn(lines, "\n") + 1;
        calib_reply_line(&reply, lines, n, 1000000000);
        lines += n;
    }
    return reply;
}

static void dates(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        int64_t seconds;
    } cases[] = {
        {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
        {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
        {"Tue, 29 Feb 2000 23:59:60 GMT", 951868800},
        {"Fri, 31 Dec 9999 23:59:59 GMT", 253402300799},
        {"Sun Nov  6 08:49:37 1994", -1},
        {"Sun, 06 Nov 1994 08:49:37", -1},
        {"Sun, 06 Nov 1994 24:00:00 GMT", -1},
        {"Sun, 06 Nox 1994 08:49:37 GMT", -1},
        {"Sun, 06 Nov 99999999999999999999 08:49:37 GMT", -1},
        {"", -1},
        {",", -1},
        {"Sun, 32 Nov 1994 08:49:37 GMT", -1},
        {"Sun, 06 Nov 1969 08:49:37 GMT", -1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t is = calib_http_date(cases[i].text, strlen(cases[i].text));
        if (is != cases[i].seconds)
            fail_msg("%s is %lld", cases[i].text, (long long)is);
    }
    for (size_t n = 0; n < strlen(cases[0].text); n++)
        assert_int_equal(calib_http_date(cases[0].text, n), -1);
}

static void ranges(void **unused)
{
    (void)unused;
    calib_reply reply = reply_of("Content-Range: bytes 5-9/10\r\n");
    assert_true(reply.has_range && !reply.contradicts);
    assert_int_equal(reply.range_first, 5);
    assert_int_equal(reply.range_last, 9);
    assert_int_equal(reply.range_total, 10);
    static const char *const bad[] = {
        "bytes */10",     "bytes 5-9/*",
        "bytes 9-5/10",   "bytes 5-10/10",
        "bytes 5-9/10x",  "lines 5-9/10",
        "bytes 5-9",      "bytes -5-9/10",
        "bytes",          "",
        "bytes 5 - 9/10", "bytes 18446744073709551621-9/10",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char line[128];
        snprintf(line, sizeof line, "Content-Range: %s\r\n", bad[i]);
        assert_false(reply_of(line).has_range);
    }
    assert_true(reply_of("Content-Range: bytes 0-1/2\nContent-Range: bytes 0-1/2\n").contradicts);
}

static void validators(void **unused)
{
    (void)unused;
    assert_string_equal(reply_of("etag:\"a\"\r\n").etag, "\"a\"");
    static const char *const weak[] = {"W/\"a\"", "w/\"a\"", "a",       "\"a",
                                       "\"",      "",        "\"a b\"", "\"a\"b\""};
    for (size_t i = 0; i < sizeof weak / sizeof *weak; i++) {
        char line[64];
        snprintf(line, sizeof line, "ETag: %s\r\n", weak[i]);
        assert_string_equal(reply_of(line).etag, "");
    }
    char huge[400] = "ETag: \"";
    memset(huge + 7, 'x', 300);
    memcpy(huge + 307, "\"\r\n", 4);
    assert_string_equal(reply_of(huge).etag, "");
    assert_string_equal(reply_of("ETag: \"a\"\nETag: W/\"b\"\n").etag, "");
}

static void lengths_and_codings(void **unused)
{
    (void)unused;
    calib_reply reply = reply_of("Content-Length: 18446744073709551615\r\n");
    assert_true(reply.has_length && reply.length == UINT64_MAX && !reply.contradicts);
    assert_true(reply_of("Content-Length: 18446744073709551616\r\n").contradicts);
    assert_true(reply_of("Content-Length: 1\nContent-Length: 2\n").contradicts);
    assert_true(reply_of("Content-Length: 5 5\n").contradicts);
    assert_false(reply_of("Content-Length: 1\nContent-Length: 1\n").contradicts);
    assert_true(reply_of("Content-Encoding: GZIP\n").coded);
    assert_true(reply_of("Content-Encoding: gzip\nContent-Encoding: identity\n").coded);
    assert_false(reply_of("Content-Encoding: Identity \n").coded);
    assert_true(reply_of("Transfer-Encoding: gzip, chunked\n").coded);
    assert_true(reply_of("Transfer-Encoding: Chunked\n").chunked);
    assert_true(reply_of("content-type: Text/HTML; charset=x\n").html);
}

/* Each header of a chain starts anew, and trailers are ignored. */
static void only_the_last_header_counts(void **unused)
{
    (void)unused;
    calib_reply reply =
        reply_of("ETag: \"a\"\nContent-Length: 5\n\nContent-Length: 6\nETag: \"b\"\n");
    assert_string_equal(reply.etag, "\"a\"");
    assert_int_equal(reply.length, 5);
    assert_false(reply.contradicts);
    reply = reply_of("ETag: \"a\"\nContent-Encoding: gzip\n\nHTTP/1.0 404 No\nContent-Length: 7\n");
    assert_int_equal(reply.http_status, 404);
    assert_int_equal(reply.http_version, 10);
    assert_string_equal(reply.etag, "");
    assert_false(reply.coded);
}

static void retry_after(void **unused)
{
    (void)unused;
    assert_int_equal(reply_of("Retry-After: 120\n").retry_after_s, 120);
    calib_reply reply = reply_of("Retry-After: Sun, 09 Sep 2001 01:46:50 GMT\n");
    assert_true(reply.has_retry_after);
    assert_int_equal(reply.retry_after_s, 10);
    reply = reply_of("Retry-After: Sun, 06 Nov 1994 08:49:37 GMT\n");
    assert_true(reply.has_retry_after && reply.retry_after_s == 0);
    assert_false(reply_of("Retry-After: soon\n").has_retry_after);
    assert_false(reply_of("Retry-After: -5\n").has_retry_after);
    assert_false(reply_of("Retry-After: 99999999999999999999\n").has_retry_after);
}

static void waits(void **unused)
{
    (void)unused;
    const calib_reply none = {0};
    uint64_t floor = 250;
    for (uint32_t next = 2; next < 40; next++) {
        for (uint32_t random = 0; random < 4000000000u; random += 123456789) {
            uint64_t ms = calib_retry_wait_ms(CALIB_AGAIN_SOON, next, &none, random);
            assert_in_range(ms, floor < 10000 ? floor : 10000, 10000);
            assert_true(ms <= 2 * floor);
        }
        floor = floor < 10000 ? 2 * floor : floor;
    }
    assert_int_equal(calib_retry_wait_ms(CALIB_AGAIN_SOON, 2, &none, 100), 350);
    calib_reply asked = {.has_retry_after = true, .retry_after_s = UINT64_MAX};
    assert_true(calib_retry_wait_ms(CALIB_AGAIN_LATER, 2, &asked, 0) >= UINT32_MAX);
    asked.retry_after_s = 0;
    assert_in_range(calib_retry_wait_ms(CALIB_AGAIN_LATER, 2, &asked, 5), 1000, 2000);
}

static void classes(void **unused)
{
    (void)unused;
    for (int status = 100; status < 600; status++) {
        bool never = status < 500 ? status != 408 && status != 429
                                  : status == 501 || status == 505 || status == 511;
        assert_int_equal(calib_again_of_http(status) == CALIB_AGAIN_NEVER, never);
    }
    assert_int_equal(calib_again_of_http(429), CALIB_AGAIN_LATER);
    assert_int_equal(calib_again_of_http(503), CALIB_AGAIN_LATER);
}

static void urls_as_shown(void **unused)
{
    (void)unused;
    static const char *const cases[][2] = {
        {"https://a.example/x?key=secret#part", "https://a.example/x"},
        {"https://user:secret@a.example/x", "https://a.example/x"},
        {"https://user:p@ss@a.example", "https://a.example"},
        {"https://a.example/x@y", "https://a.example/x@y"},
        {"https://a.example?x@y/z", "https://a.example"},
        {"https://secret@", "https://"},
        {"secret@a.example", "a.example"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char shown[64];
        calib_url_display(cases[i][0], shown, sizeof shown);
        assert_string_equal(shown, cases[i][1]);
        for (size_t cap = 1; cap < 12; cap++) {
            calib_url_display(cases[i][0], shown, cap);
            assert_true(strlen(shown) < cap && !strstr(shown, "secret"));
        }
    }
}

static void loopback_hosts(void **unused)
{
    (void)unused;
    static const char *const local[] = {"localhost", "LocalHost", "127.0.0.1", "127.255.1.2",
                                        "[::1]"};
    static const char *const others[] = {"localhost.example",
                                         "127.evil.example",
                                         "127.0.0.1.example",
                                         "127.0.0",
                                         "127.0.0.1.",
                                         "0.0.0.0",
                                         "[::2]",
                                         "12.7.0.0",
                                         "",
                                         "127.0.0.",
                                         "127....",
                                         "1270.0.0.1"};
    for (size_t i = 0; i < sizeof local / sizeof *local; i++)
        assert_true(calib_host_is_loopback(local[i]));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(calib_host_is_loopback(others[i]));
}

static bool is_pending(void)
{
    sigset_t pending;
    sigemptyset(&pending);
    sigpending(&pending);
    return sigismember(&pending, SIGPIPE) == 1;
}

static bool is_blocked(void)
{
    sigset_t mask;
    sigemptyset(&mask);
    pthread_sigmask(SIG_BLOCK, NULL, &mask);
    return sigismember(&mask, SIGPIPE) == 1;
}

/* By default a SIGPIPE that gets through ends this program. */
static void sigpipe(void **unused)
{
    (void)unused;
    calib_signal outer, inner;
    signal(SIGPIPE, SIG_DFL);
    calib_sigpipe_block(&outer);
    raise(SIGPIPE);
    assert_true(is_blocked() && is_pending());
    calib_signal_restore(&outer);
    assert_false(is_blocked() || is_pending());

    /* A signal that was pending before belongs to somebody else, and so does the mask. */
    calib_sigpipe_block(&outer);
    raise(SIGPIPE);
    calib_sigpipe_block(&inner);
    calib_signal_restore(&inner);
    assert_true(is_blocked() && is_pending());
    calib_signal_restore(&outer);
    assert_false(is_blocked() || is_pending());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates),
        cmocka_unit_test(ranges),
        cmocka_unit_test(validators),
        cmocka_unit_test(lengths_and_codings),
        cmocka_unit_test(only_the_last_header_counts),
        cmocka_unit_test(retry_after),
        cmocka_unit_test(waits),
        cmocka_unit_test(classes),
        cmocka_unit_test(urls_as_shown),
        cmocka_unit_test(loopback_hosts),
        cmocka_unit_test(sigpipe),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
