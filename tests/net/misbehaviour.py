# SPDX-License-Identifier: MIT
"""The ways in which a server can be wrong, each a function that answers one request.

A line of misbehaviours.txt describes each. `expect` is the status for a cold cache and an unpinned URL.
HIDDEN marks wrong bytes that nothing in the reply shows: only a pin or the hash of the first use can,
so these run only with one of them.
"""
import gzip

TEXT = b"".join(b"%04d the text as it should be\n" % i for i in range(400))
OTHER = TEXT.replace(b"should", b"shall.")
N = len(TEXT)
HALF = N // 2
ALL = {}
HIDDEN = "hidden"
PLAIN = "Content-Type: text/plain"
LENGTH = f"Content-Length: {N}"
ETAG = 'ETag: "v1"'


def behaviour(*expect):
    """Registers a function under its name, with the statuses it may end in."""
    def register(function):
        ALL[function.__name__] = (function, set(expect))
        return function
    return register


def simple(name, expect, *script):
    """Registers a function that sends heads (tuples) and bodies (bytes)."""
    def answer(request):
        for part in script:
            if isinstance(part, tuple):
                request.head(*part)
            elif isinstance(part, bytes):
                request.send(part)
            else:
                part(request)
        request.close()
    ALL[name] = (answer, {expect} if isinstance(expect, str) else set(expect))


def chunks(data, size=1000):
    parts = [data[i:i + size] for i in range(0, len(data), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)


def reset(request):
    request.reset()


def silence(request):
    request.silence()


# ---- the connection ----

simple("closes-at-once", "E_NETWORK")
simple("resets-at-once", "E_NETWORK", reset)
simple("never-answers", "E_TIMEOUT", silence)
simple("half-status-line", {"E_NETWORK", "E_HTTP"}, b"HTTP/1.")
simple("half-header", {"E_NETWORK", "E_HTTP"}, b"HTTP/1.1 200 OK\r\nContent-Len")
simple("header-then-close", {"E_NETWORK"}, ("200 OK", LENGTH))
simple("header-then-silence", {"E_TIMEOUT"}, ("200 OK", LENGTH), silence)
simple("half-body-then-close", {"E_NETWORK"}, ("200 OK", LENGTH), TEXT[:HALF])
simple("half-body-then-reset", {"E_NETWORK"}, ("200 OK", LENGTH), TEXT[:HALF], reset)
simple("half-body-then-silence", {"E_TIMEOUT"}, ("200 OK", LENGTH), TEXT[:HALF], silence)
simple("one-byte-short", {"E_NETWORK"}, ("200 OK", LENGTH), TEXT[:-1])
simple("half-body-with-etag", {"E_NETWORK"}, ("200 OK", LENGTH, ETAG), TEXT[:HALF])
simple("half-body-weak-etag", {"E_NETWORK"}, ("200 OK", LENGTH, 'ETag: W/"v1"'), TEXT[:HALF])
simple("garbage-instead-of-http", {"E_HTTP", "E_NETWORK"}, b"\x16\x03\x01\x00\x05hello\r\n\r\n" * 9)
simple("http-0.9", {"E_HTTP"}, TEXT)
simple("smtp-server", {"E_HTTP", "E_NETWORK"}, b"220 mail.example ESMTP ready\r\n")


@behaviour("E_TIMEOUT")
def trickles_too_slowly(request):
    request.head("200 OK", LENGTH)
    for i in range(40):
        request.send(TEXT[i:i + 1])
        request.pause(0.25)
    request.close()


@behaviour("OK")
def slow_but_alive(request):
    request.head("200 OK", LENGTH)
    for i in range(0, N, 1000):
        request.send(TEXT[i:i + 1000])
        request.pause(0.03)


@behaviour("OK")
def one_byte_at_a_time(request):
    head = f"HTTP/1.1 200 OK\r\n{LENGTH}\r\n\r\n".encode()
    for i in range(len(head)):
        request.send(head[i:i + 1])
    for i in range(0, 600):
        request.send(TEXT[i:i + 1])
    request.send(TEXT[600:])


@behaviour("OK")
def fails_once_then_works(request):
    if request.number == 0:
        request.reset()
    request.serve(TEXT)


@behaviour("OK")
def cut_then_resumed(request):
    if request.number == 0:
        request.head("200 OK", LENGTH, ETAG)
        request.send(TEXT[:HALF])
        request.reset()
    request.serve(TEXT)


@behaviour("OK")
def changes_between_tries(request):
    if request.number == 0:
        request.head("200 OK", LENGTH, 'ETag: "v0"')
        request.send(OTHER[:HALF])
        request.close()
    request.serve(TEXT)


@behaviour("OK")
def weak_etag_changes_between_tries(request):
    if request.number == 0:
        request.head("200 OK", LENGTH, 'ETag: W/"v1"')
        request.send(OTHER[:HALF])
        request.close()
    request.reply(TEXT, "200 OK", 'ETag: W/"v1"')


# ---- lengths ----

simple("no-length-complete", {"E_HTTP"}, ("200 OK", PLAIN), TEXT)
simple("no-length-cut", {"E_HTTP"}, ("200 OK", PLAIN), TEXT[:HALF])
simple("http-1.0-no-length", {"E_HTTP"}, b"HTTP/1.0 200 OK\r\n\r\n" + TEXT)
simple("http-1.0-with-length", {"OK"}, f"HTTP/1.0 200 OK\r\n{LENGTH}\r\n\r\n".encode() + TEXT)
simple("length-too-long", {"E_NETWORK"}, ("200 OK", f"Content-Length: {N + 1}"), TEXT)
simple("length-too-short", {HIDDEN}, ("200 OK", f"Content-Length: {HALF}"), TEXT)
simple("length-zero", {"E_EMPTY"}, ("200 OK", "Content-Length: 0"))
simple("length-negative", {"E_HTTP", "E_NETWORK"}, ("200 OK", f"Content-Length: -{N}"), TEXT)
simple("length-no-number", {"E_HTTP", "E_NETWORK"}, ("200 OK", "Content-Length: many"), TEXT)
simple("length-empty", {"E_HTTP", "E_NETWORK"}, ("200 OK", "Content-Length: "), TEXT)
simple("length-beyond-64-bits", {"E_HTTP", "E_NETWORK", "E_SIZE"},
       ("200 OK", f"Content-Length: {2**64 + N}"), TEXT)
simple("length-hexadecimal", {"E_HTTP", "E_NETWORK"}, ("200 OK", f"Content-Length: {N:#x}"), TEXT)
simple("two-lengths-that-differ", {"E_HTTP", "E_NETWORK"},
       ("200 OK", LENGTH, f"Content-Length: {HALF}"), TEXT)
simple("two-lengths-that-agree", {"OK"}, ("200 OK", LENGTH, LENGTH), TEXT)
simple("length-beyond-the-limit", {"E_SIZE"}, ("200 OK", f"Content-Length: {1 << 62}"), TEXT)
simple("bytes-after-the-body", {"OK"}, ("200 OK", LENGTH), TEXT + b"and more" * 1000)
simple("empty-without-length", {"E_HTTP", "E_EMPTY"}, ("200 OK",))


@behaviour("E_SIZE")
def endless_body(request):
    request.head("200 OK", "Transfer-Encoding: chunked")
    data = chunks(TEXT)
    for _ in range(200):
        request.send(data)
    request.close()


@behaviour("E_HTTP")
def endless_body_without_length(request):
    request.head("200 OK")
    for _ in range(200):
        request.send(TEXT)
    request.close()


# ---- chunks ----

CHUNKED = ("200 OK", "Transfer-Encoding: chunked", PLAIN)
simple("chunked", {"OK"}, CHUNKED, chunks(TEXT) + b"0\r\n\r\n")
simple("chunked-in-single-bytes", {"OK"}, CHUNKED, chunks(TEXT, 1) + b"0\r\n\r\n")
simple("chunked-with-lying-trailers", {"OK"}, CHUNKED,
       chunks(TEXT) + b'0\r\nETag: "v2"\r\nContent-Length: 5\r\nContent-Encoding: gzip\r\n\r\n')
simple("chunked-with-extensions", {"OK"}, CHUNKED,
       chunks(TEXT).replace(b"3e8\r\n", b"3e8;name=value\r\n") + b"0\r\n\r\n")
simple("chunked-and-length", {"OK"}, CHUNKED + (f"Content-Length: {HALF}",),
       chunks(TEXT) + b"0\r\n\r\n")
simple("chunked-without-end", {"E_NETWORK"}, CHUNKED, chunks(TEXT))
simple("chunked-cut-in-a-chunk", {"E_NETWORK"}, CHUNKED, chunks(TEXT)[:HALF])
simple("chunked-cut-in-a-size", {"E_NETWORK"}, CHUNKED, chunks(TEXT) + b"3e")
simple("chunk-size-no-number", {"E_NETWORK", "E_HTTP"}, CHUNKED, b"zz\r\n" + TEXT)
simple("chunk-size-beyond-64-bits", {"E_NETWORK", "E_HTTP"}, CHUNKED, b"f" * 20 + b"\r\n" + TEXT)
simple("chunk-size-negative", {"E_NETWORK", "E_HTTP"}, CHUNKED, b"-5\r\n" + TEXT)
simple("chunk-without-line-end", {"E_NETWORK", "E_HTTP"}, CHUNKED,
       b"5\r\nabcdefgh\r\n5\r\nabcde\r\n0\r\n\r\n")
simple("chunked-then-silence", {"E_TIMEOUT"}, CHUNKED, chunks(TEXT), silence)
simple("transfer-encoding-gzip", {"E_HTTP", "E_NETWORK"},
       ("200 OK", "Transfer-Encoding: gzip, chunked"), chunks(gzip.compress(TEXT)) + b"0\r\n\r\n")
simple("transfer-encoding-unknown", {"E_HTTP", "E_NETWORK"},
       ("200 OK", "Transfer-Encoding: rot13", LENGTH), TEXT)

# ---- statuses ----

for code in (201, 203, 204, 205, 226, 300, 304, 305, 400, 401, 402, 403, 404, 405, 406, 407, 409,
             410, 412, 413, 414, 416, 418, 421, 426, 428, 431, 451, 501, 505, 511, 599, 999):
    simple(f"status-{code}", {"E_HTTP"}, (f"{code} Text Follows", LENGTH, PLAIN), TEXT)
for code in (408, 429, 500, 502, 503, 504, 522):
    simple(f"status-{code}", {"E_HTTP"}, (f"{code} Text Follows", LENGTH, PLAIN), TEXT)
simple("status-206-unasked", {"E_HTTP"},
       ("206 Partial Content", LENGTH, f"Content-Range: bytes 0-{N - 1}/{N}"), TEXT)
simple("status-200-without-reason", {"OK"}, f"HTTP/1.1 200\r\n{LENGTH}\r\n\r\n".encode() + TEXT)
simple("status-200-with-content-range", {"OK"},
       ("200 OK", LENGTH, f"Content-Range: bytes 5-{N + 4}/{N + 5}"), TEXT)
simple("status-no-number", {"E_HTTP", "E_NETWORK"},
       b"HTTP/1.1 abc OK\r\nContent-Length: 4\r\n\r\ntext")
simple("status-of-http-9", {"E_HTTP", "E_NETWORK"}, b"HTTP/9.9 200 OK\r\n\r\n" + TEXT)
simple("status-101", {"E_HTTP", "E_NETWORK", "E_TIMEOUT"},
       ("101 Switching Protocols", "Upgrade: x", "Connection: upgrade"), TEXT)
simple("interim-replies", {"OK"}, ("100 Continue",), ("102 Processing",),
       ("103 Early Hints", 'ETag: "hint"', "Content-Encoding: gzip", "Content-Length: 7"),
       ("200 OK", LENGTH), TEXT)
simple("web-page-as-200", {"E_HTTP"}, ("200 OK", "Content-Length: 20", "Content-Type: text/html"),
       b"<html>log in</html>\n")
simple("web-page-in-capitals", {"E_HTTP"},
       ("200 OK", "Content-Length: 20", "content-type:TEXT/HTML; charset=utf-8"),
       b"<html>log in</html>\n")


@behaviour("E_NETWORK", "E_HTTP", "E_TIMEOUT", "E_NOMEM")
def endless_interim_replies(request):
    for _ in range(20000):
        request.head("100 Continue", "X-Filler: " + "x" * 200)
    request.close()


@behaviour("OK")
def retry_after_then_works(request):
    if request.number == 0:
        request.reply(b"later", "429 Too Many Requests", "Retry-After: 1")
        return
    request.serve(TEXT)


simple("retry-after-a-year", {"E_HTTP"}, ("503 Busy", "Retry-After: 31536000", "Content-Length: 0"))
simple("retry-after-beyond-64-bits", {"E_HTTP"},
       ("503 Busy", "Retry-After: " + "9" * 30, "Content-Length: 0"))
simple("retry-after-a-far-date", {"E_HTTP"},
       ("503 Busy", "Retry-After: Fri, 31 Dec 2999 23:59:59 GMT", "Content-Length: 0"))
simple("retry-after-nonsense", {"E_HTTP"},
       ("503 Busy", "Retry-After: -1 fortnight", "Content-Length: 0"))

# ---- redirects ----


def redirect(name, expect, location, status="302 Found", *lines):
    def answer(request):
        if request.path.startswith("/good"):
            request.serve(TEXT)
            return
        here = request.server.url("")
        there = location.replace("SCHEME", here.partition(":")[0])
        request.reply(b"moved", status,
                      "Location: " + there.replace("HERE", here).replace("SELF", request.path),
                      *lines)
    ALL[name] = (answer, set(expect))


for code in (301, 302, 303, 307, 308):
    redirect(f"redirect-{code}", {"OK"}, "/good", f"{code} Moved")
redirect("redirect-relative", {"OK"}, "../x/../good")
redirect("redirect-with-lying-header", {"OK"}, "HERE/good", "302 Found", 'ETag: "moved"',
         "Content-Range: bytes 0-4/5", "Content-Encoding: gzip", "Retry-After: 999")
redirect("redirect-loop", {"E_HTTP"}, "SELF")
redirect("redirect-to-file", {"E_ARGUMENT"}, "file:///etc/passwd")
redirect("redirect-to-ftp", {"E_ARGUMENT"}, "ftp://127.0.0.1/x")
redirect("redirect-to-gopher", {"E_ARGUMENT"}, "gopher://127.0.0.1/x")
redirect("redirect-to-nowhere", {"E_HTTP", "E_ARGUMENT"}, "")
redirect("redirect-to-a-password", {"E_ARGUMENT"}, "http://user:password@127.0.0.1/good")
redirect("redirect-to-plain-http-elsewhere", {"E_ARGUMENT", "E_NETWORK"}, "http://192.0.2.1/good")
redirect("redirect-malformed", {"E_ARGUMENT", "E_NETWORK", "E_HTTP"}, "http://[::1")
redirect("redirect-to-a-closed-port", {"E_NETWORK"}, "SCHEME://127.0.0.1:1/good")
simple("redirect-without-location", {"E_HTTP"}, ("302 Found", LENGTH), TEXT)


def hops(name, limit, expect):
    def answer(request):
        base, _, at = request.path.partition("?")
        hop = int(at or 0)
        if hop >= limit:
            request.serve(TEXT)
        else:
            request.reply(b"", "302 Found", f"Location: {base}?{hop + 1}")
    ALL[name] = (answer, {expect})


hops("redirect-5-hops", 5, "OK")
hops("redirect-6-hops", 6, "E_HTTP")

# ---- codings and wrong bytes ----

GZIP = gzip.compress(TEXT)
simple("gzip-unasked", {"E_HTTP"},
       ("200 OK", "Content-Encoding: gzip", f"Content-Length: {len(GZIP)}"), GZIP)
simple("gzip-said-but-plain", {"E_HTTP"}, ("200 OK", "Content-Encoding: gzip", LENGTH), TEXT)
simple("gzip-twice", {"E_HTTP"},
       ("200 OK", "Content-Encoding: gzip", "Content-Encoding: identity", LENGTH), TEXT)
simple("gzip-not-said", {HIDDEN}, ("200 OK", f"Content-Length: {len(GZIP)}"), GZIP)
simple("brotli-said", {"E_HTTP"}, ("200 OK", "Content-Encoding: br", LENGTH), TEXT)
simple("identity-said", {"OK"}, ("200 OK", "Content-Encoding: identity", LENGTH), TEXT)
simple("another-text", {HIDDEN}, ("200 OK", LENGTH, ETAG), OTHER)
simple("one-bit-flipped", {HIDDEN}, ("200 OK", LENGTH, ETAG),
       TEXT[:HALF] + bytes([TEXT[HALF] ^ 1]) + TEXT[HALF + 1:])
simple("one-byte-more", {HIDDEN}, ("200 OK", f"Content-Length: {N + 1}", ETAG), TEXT + b"\n")
simple("zeros", {HIDDEN}, ("200 OK", LENGTH, ETAG), bytes(N))
simple("login-page-as-plain-text", {HIDDEN}, ("200 OK", "Content-Length: 8", PLAIN), b"Log in!\n")

# ---- headers ----

simple("header-of-a-megabyte", {"E_NETWORK", "E_HTTP", "E_NOMEM"},
       ("200 OK", "X-Large: " + "x" * 1000000, LENGTH), TEXT)
simple("ten-thousand-headers", {"OK", "E_NETWORK", "E_HTTP", "E_NOMEM"},
       ("200 OK", *["X-Many: 1"] * 10000, LENGTH), TEXT)
simple("header-without-colon", {"OK", "E_HTTP", "E_NETWORK"}, ("200 OK", "nonsense", LENGTH), TEXT)
simple("header-with-a-zero-byte", {"OK", "E_HTTP", "E_NETWORK"},
       ("200 OK", "X-Zero: a\0b", LENGTH), TEXT)
simple("header-folded", {"OK"}, ("200 OK", "X-Folded: a", " b", LENGTH), TEXT)
simple("header-lines-end-in-lf", {"OK"}, f"HTTP/1.1 200 OK\n{LENGTH}\n\n".encode() + TEXT)
simple("etag-unquoted", {"OK"}, ("200 OK", LENGTH, "ETag: v1"), TEXT)
simple("etag-of-100-kilobytes", {"OK", "E_NETWORK"},
       ("200 OK", LENGTH, f'ETag: "{"x" * 90000}"'), TEXT)
simple("two-etags", {"OK"}, ("200 OK", LENGTH, ETAG, 'ETag: "v2"'), TEXT)
simple("sets-a-cookie", {"OK"}, ("200 OK", LENGTH, "Set-Cookie: a=b; Domain=127.0.0.1"), TEXT)
simple("asks-for-a-password", {"E_HTTP"},
       ("401 Unauthorized", 'WWW-Authenticate: Basic realm="x"', "Content-Length: 0"))
simple("asks-for-ntlm", {"E_HTTP"},
       ("401 Unauthorized", "WWW-Authenticate: NTLM", "Content-Length: 0"))
simple("strict-transport-security", {"OK"},
       ("200 OK", LENGTH, "Strict-Transport-Security: max-age=9", 'Alt-Svc: h2="127.0.0.1:1"'), TEXT)


@behaviour("E_NETWORK", "E_HTTP", "E_NOMEM", "E_TIMEOUT")
def endless_header(request):
    request.send(b"HTTP/1.1 200 OK\r\n")
    for _ in range(20000):
        request.send(b"X-More: " + b"x" * 500 + b"\r\n")
    request.close()


# ---- wrong replies to range requests; other requests are answered well ----


def ranged(name, answer):
    def serve(request):
        if request.range() is None:
            request.serve(TEXT)
        else:
            answer(request, request.range())
            request.close()
    ALL[name] = (serve, {"OK"})


def part(request, first, last, total, body, *lines):
    request.head("206 Partial Content", f"Content-Range: bytes {first}-{last}/{total}",
                 f"Content-Length: {len(body)}", *lines)
    request.send(body)


ranged("range-ignored", lambda r, at: r.reply(TEXT, "200 OK", ETAG))
ranged("range-ignored-without-etag", lambda r, at: r.reply(TEXT))
ranged("range-from-the-start", lambda r, at: part(r, 0, N - 1, N, TEXT, ETAG))
ranged("range-one-byte-late", lambda r, at: part(r, at + 1, N - 1, N, TEXT[at + 1:], ETAG))
ranged("range-one-byte-early", lambda r, at: part(r, at - 1, N - 1, N, TEXT[at - 1:], ETAG))
ranged("range-of-another-total", lambda r, at: part(r, at, N, N + 1, TEXT[at:] + b"x", ETAG))
ranged("range-of-unknown-total", lambda r, at: part(r, at, N - 1, "*", TEXT[at:], ETAG))
ranged("range-too-short", lambda r, at: part(r, at, N - 2, N, TEXT[at:-1], ETAG))
ranged("range-backwards", lambda r, at: part(r, N - 1, at, N, TEXT[at:], ETAG))
ranged("range-beyond-64-bits", lambda r, at: part(r, at + 2**64, N - 1, N, TEXT[at:], ETAG))
ranged("range-of-another-etag", lambda r, at: part(r, at, N - 1, N, OTHER[at:], 'ETag: "v2"'))
ranged("range-without-etag", lambda r, at: part(r, at, N - 1, N, OTHER[at:]))
ranged("range-of-a-weak-etag", lambda r, at: part(r, at, N - 1, N, OTHER[at:], 'ETag: W/"v1"'))
ranged("range-cut", lambda r, at: r.send(
    f"HTTP/1.1 206 Partial\r\nContent-Range: bytes {at}-{N - 1}/{N}\r\n{ETAG}\r\n"
    f"Content-Length: {N - at}\r\n\r\n".encode() + TEXT[at:-1]) if r.number < 1 else r.serve(TEXT))
ranged("range-longer-than-said", lambda r, at: part(r, at, N - 1, N, TEXT[at:] + b"x", ETAG))
ranged("range-without-content-range",
       lambda r, at: r.reply(TEXT[at:], "206 Partial Content", ETAG))
ranged("range-in-two-parts", lambda r, at: r.head(
    "206 Partial Content", "Content-Type: multipart/byteranges; boundary=b", "Content-Length: 0"))
ranged("range-gzipped", lambda r, at: part(r, at, N - 1, N, gzip.compress(TEXT[at:]),
                                           "Content-Encoding: gzip"))
ranged("range-two-content-ranges", lambda r, at: part(r, at, N - 1, N, TEXT[at:],
                                                      f"Content-Range: bytes 0-{N - 1}/{N}"))
ranged("range-of-a-longer-text", lambda r, at: part(r, at, N - 1, N + 1, OTHER[at:], ETAG))


def part_in_chunks(request, first, last, body):
    request.head("206 Partial Content", f"Content-Range: bytes {first}-{last}/{N}",
                 "Transfer-Encoding: chunked", ETAG)
    request.send(chunks(body) + b"0\r\n\r\n")


ranged("range-in-chunks", lambda r, at: part_in_chunks(r, at, N - 1, TEXT[at:]))
ranged("range-in-chunks-too-short", lambda r, at: part_in_chunks(r, at, N - 1, TEXT[at:-1]))
ranged("range-in-chunks-too-long", lambda r, at: part_in_chunks(r, at, N - 1, TEXT[at:] + b"x"))
ranged("range-in-chunks-from-elsewhere",
       lambda r, at: part_in_chunks(r, at - 1, N - 1, OTHER[at:]))
ranged("range-in-chunks-to-elsewhere", lambda r, at: part_in_chunks(r, at, N - 2, OTHER[at:]))
ranged("range-416", lambda r, at: r.reply(b"no", "416 No", f"Content-Range: bytes */{N}"))
ranged("range-416-other-total", lambda r, at: r.reply(b"no", "416 No", "Content-Range: bytes */5"))
ranged("range-416-bare", lambda r, at: r.reply(b"no", "416 No"))
ranged("range-412", lambda r, at: r.reply(b"no", "412 Precondition Failed"))
ranged("range-404", lambda r, at: r.reply(b"no", "404 Not Found"))
ALL["range-404"] = (ALL["range-404"][0], {"OK", "E_HTTP"})


def spliced(request):
    """The right numbers and ETag, the wrong bytes."""
    if request.range() is None:
        request.serve(TEXT)
    else:
        at = request.range()
        part(request, at, N - 1, N, OTHER[at:], ETAG)
        request.close()


ALL["range-of-wrong-bytes"] = (spliced, {"OK", HIDDEN})


def changed_meanwhile(request):
    """Sends the whole text, since If-Range has another ETag than the text."""
    request.serve(TEXT, '"v3"')


ALL["if-range-refused"] = (changed_meanwhile, {"OK"})

# Functions are named with underlines, the list with hyphens.
for name in [name for name in ALL if "_" in name]:
    ALL[name.replace("_", "-")] = ALL.pop(name)
