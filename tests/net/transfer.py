# SPDX-License-Identifier: MIT
"""The guarantees of docs/downloads.md about the transfer. Each test begins with its guarantee's number."""
import fcntl
import functools
import hashlib
import os
import re
import signal
import socket
import time

import calib
import helper
import tap
from world import FAST, N, OTHER, PIN, TEXT, World, server, together, traced


@tap.test("G7 resuming cannot splice two versions: strong ETags only, and the whole is hashed")
def _():
    for etag, resumes in (('"v1"', True), ('W/"v1"', False), ("v1", False)):
        asked = []

        def answer(request, etag=etag, asked=asked):
            asked.append((request.range(), request.headers.get("if-range")))
            if len(asked) == 1:
                request.head("200 OK", f"Content-Length: {N}", f"ETag: {etag}")
                request.send(TEXT[:N // 2])
                request.close()
            request.serve(TEXT, etag)
        with World(answer) as world:
            world.fetch("E_NETWORK")
            tap.equal(world.fetch().bytes, TEXT)
            tap.equal(asked[1], (N // 2, etag) if resumes else (None, None), "the second request")
        asked.clear()
        with World(answer) as world:
            tap.equal(world.fetch(max_tries=2).bytes, TEXT)
            tap.equal(asked[1], (N // 2, etag) if resumes else (None, None), "the second try")
    with World() as world:
        # A part whose bytes differ from its trailer is not used.
        part = bytearray(helper.partial(world.url, TEXT[:N // 2], N))
        part[7] ^= 1
        helper.put(world.cache, f"corpora/{helper.key_of(world.url)}.part", bytes(part))
        tap.equal(world.fetch().bytes, TEXT)
        tap.holds("range" not in server.last(world.at), "it was gone on with")


@tap.test("G7 a whole text in a range's place is a restart, with a size pin as well")
def _():
    whole = (lambda r: r.reply(TEXT, "200 OK", 'ETag: "v2"'),
             lambda r: (r.head("200 OK", "Transfer-Encoding: chunked"),
                        r.send(b"%x\r\n%s\r\n0\r\n\r\n" % (N, TEXT))))
    for answer in whole:
        with World(answer) as world:
            helper.put(world.cache, f"corpora/{helper.key_of(world.url)}.part",
                      helper.partial(world.url, TEXT[:N // 2], N))
            tap.equal(world.fetch(size_bytes=N).bytes, TEXT)
            tap.equal(server.last(world.at)["range"], f"bytes={N // 2}-")
            tap.equal(world.count(), 1, "requests")


@tap.test("G8 no coding is asked for, and a coded reply is an error")
def _():
    with World(lambda r: r.reply(TEXT, "200 OK", "Content-Encoding: gzip")) as world:
        world.fetch("E_HTTP")
        tap.equal(server.last(world.at)["accept-encoding"], "identity")


@tap.test("G9 the size is counted while it comes")
def _():
    sent = []

    def endless(request):
        request.head("200 OK", "Transfer-Encoding: chunked")
        for _ in range(2000):
            request.send(b"1000\r\n" + b"x" * 4096 + b"\r\n")
            sent.append(4096)
    with World(endless) as world:
        outcome = world.fetch("E_SIZE", max_download_bytes=10000)
        tap.holds("10000" in outcome.message, outcome.message)
        tap.equal(world.texts(), [])


@tap.test("G10 tries again what may pass, waits longer each time, and obeys Retry-After")
def _():
    def tried(status, tries):
        with World(lambda r: r.reply(b"", f"{status} No")) as world:
            outcome = world.fetch("E_HTTP", max_tries=1 if tries == 1 else 2)
            tap.equal(outcome.http_status, status)
            tap.equal(world.count(), min(tries, 2), f"tries for {status}")

    def waits_longer():
        times = []

        def note(request):
            times.append(time.monotonic())
            request.reply(b"", "500 No")
        with World(note) as world:
            world.fetch("E_HTTP", max_tries=4)
            waits = [b - a for a, b in zip(times, times[1:])]
            for wait, floor in zip(waits, (0.25, 0.5, 1.0)):
                tap.holds(floor * 0.95 <= wait <= floor * 2 + 0.5, f"the waits are {waits}")

    def later(request):
        if request.number == 0:
            request.reply(b"", "503 Busy", "Retry-After: 2")
        else:
            request.serve(TEXT)

    def obeys():
        with World(later) as world:
            tap.holds(world.fetch(max_tries=2).seconds >= 2, "it came back early")

    def keeps_the_deadline():
        with World(later) as world:
            world.fetch("E_HTTP", max_tries=2, deadline_ms=1500)
            tap.equal(world.count(), 1, "tries within a deadline that is shorter")
    together(waits_longer, obeys, keeps_the_deadline,
             *(functools.partial(tried, status, tries) for status, tries in
               ((404, 1), (403, 1), (501, 1), (408, 3), (429, 3), (500, 3), (503, 3))))


@tap.test("G11 a connection that hangs is given up, one that is slow is not")
def _():
    def slow(request):
        request.head("200 OK", f"Content-Length: {N}")
        for i in range(0, N, N // 20):
            request.send(TEXT[i:i + N // 20])
            request.pause(0.08)

    def is_waited_for():
        with World(slow) as world:
            world.fetch(stall_timeout_ms=900)

    def hangs():
        with World(lambda r: r.silence()) as world:
            outcome = world.fetch("E_TIMEOUT", stall_timeout_ms=400)
            tap.holds(0.3 < outcome.seconds < 2, f"{outcome.seconds} s")

    def is_slower_than_the_deadline():
        with World(slow) as world:
            outcome = world.fetch("E_TIMEOUT", deadline_ms=300, max_tries=5)
            tap.holds(outcome.seconds < 1, f"{outcome.seconds} s")
    together(is_waited_for, hangs, is_slower_than_the_deadline)


@tap.test("G12 at most five redirects, none to another scheme but https")
def _():
    for target in ("file:///etc/passwd", "ftp://127.0.0.1/", "dict://127.0.0.1/"):
        with World(lambda r, t=target: r.reply(b"", "302 Found", f"Location: {t}")) as world:
            world.fetch("E_ARGUMENT")
    with World(lambda r: r.reply(b"", "302 Found", f"Location: {r.path}")) as world:
        world.fetch("E_HTTP")
        tap.equal(world.count(), 6, "requests of a loop")
    # This address also leads here, but is not a loopback address.
    with World() as away, World(lambda r: r.reply(
            b"", "302 Found", f"Location: {server.url(away.at, '0.0.0.0')}")) as world:
        world.fetch("E_ARGUMENT")
        tap.equal(away.count(), 0, "requests by plain http elsewhere")
        tap.equal(world.fetch(flags=calib.ALLOW_HTTP).bytes, TEXT)


@tap.test("G13 a request says nothing but what it must")
def _():
    methods = []
    with World(lambda r: (methods.append(r.method), r.serve(TEXT))) as world:
        world.fetch()
        tap.equal(methods, ["GET"])
        headers = server.last(world.at)
        tap.equal(sorted(headers), ["accept", "accept-encoding", "host", "user-agent"])
        tap.holds(re.fullmatch(r"calib/\d+\.\d+\.\d+", headers["user-agent"]), headers)


@tap.test("G13 no password of .netrc is sent, and no cookie comes back")
def _():
    def answer(request):
        if request.number == 0:
            request.reply(b"", "302 Found", f"Location: {request.path}", "Set-Cookie: a=b; Path=/")
        else:
            request.serve(TEXT)
    with World(answer) as world:
        with open(os.path.join(world.folder.name, ".netrc"), "w", encoding="ascii") as file:
            file.write("default login user password hush\n")
        _, status, _ = traced(world, HOME=world.folder.name)
        tap.equal((status, world.count()), ("OK", 2))
        headers = server.last(world.at)
        tap.equal(sorted(headers), ["accept", "accept-encoding", "host", "user-agent"])


@tap.test("G14 offline no socket is made and no name looked up")
def _():
    with World() as world:
        calls, status, _ = traced(world)
        tap.equal(status, "OK")
        tap.holds(("socket", "2") in calls, "the trace shows no socket")
        for change, expected in ((None, "OK"), (OTHER, "E_CORRUPT"), ("gone", "E_OFFLINE")):
            if change == "gone":
                os.unlink(world.text_path())
                os.unlink(os.path.join(world.cache, "urls", helper.key_of(world.url)))
            elif change:
                world.damage(change)
            calls, status, _ = traced(world, fields=dict(FAST, offline=1))
            tap.equal(status, expected)
            tap.equal([call for call in calls if call[0] in ("socket", "getaddrinfo")], [])


@tap.test("G15 mirrors are tried in order, and one hash holds for all")
def _():
    with World(lambda r: r.reply(b"", "404 No")) as world:
        wrong, right, unused = World(lambda r: r.reply(OTHER)), World(), World()
        urls = [mirror.url for mirror in (wrong, right, unused)]
        tap.equal(world.fetch(sha256=PIN, mirrors=urls).bytes, TEXT)
        tap.equal([w.count() for w in (world, wrong, right, unused)], [1, 1, 1, 0], "requests")
    with World(lambda r: r.reply(b"", "404 No")) as world:
        outcome = world.fetch("E_HTTP", sha256=PIN, mirrors=[wrong.url])
        tap.holds(outcome.http_status == 404 and world.at in outcome.message, outcome.message)
    with World() as world:
        world.fetch()
        os.unlink(world.text_path())
        world.answer(lambda r: r.reply(OTHER))
        tap.equal(world.fetch(mirrors=[right.url]).bytes, TEXT)
        os.unlink(world.text_path())
        world.fetch("E_CHANGED", mirrors=[wrong.url])


@tap.test("G16 the body of an error is never taken for the text")
def _():
    for status in ("400 Bad", "404 No", "500 No", "203 Other", "204 None", "304 Same", "300 Choose"):
        with World(lambda r, s=status: r.reply(TEXT, s)) as world:
            world.fetch("E_HTTP")
            tap.equal(world.texts(), [])
    with World(lambda r: r.head("200 OK", "Content-Type: text/html", "Content-Length: 0")) as world:
        world.fetch("E_HTTP")


@tap.test("G16 a page or a pointer to the text, sent as plain text, is not trusted on first use")
def _():
    page = b"<!DOCTYPE html><html><body>Sign in first.</body></html>\n"
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 9\n"
    for text in (page, pointer):
        with World(lambda r, t=text: r.reply(t)) as world:
            world.fetch("E_FORMAT")
            tap.equal(world.texts(), [])
            tap.equal(world.fetch(sha256=hashlib.sha256(text).hexdigest()).bytes, text)
        with World(lambda r, t=text: r.reply(t)) as world:
            path = os.path.join(world.cache, "given")
            os.makedirs(world.cache, exist_ok=True)
            with open(path, "wb") as file:
                file.write(text)
            helper.expect(helper.cache_add(world.url, world.cache, path), "E_FORMAT", path)
            os.unlink(path)
            tap.equal(world.texts(), [])


def cancelled(world, after=0.8, **fields):
    start = time.monotonic()
    calls = []

    def progress(stage, done, total):
        calls.append((time.monotonic() - start, stage))
        return 42 if calls[-1][0] > after else 0
    outcome = world.fetch("E_CANCELLED", progress=progress, **fields)
    tap.equal(outcome.callback_result, 42)
    tap.holds(outcome.seconds < after + 1, f"cancelling took {outcome.seconds - after} s")
    gaps = [b[0] - a[0] for a, b in zip(calls, calls[1:])]
    # The machine may be busy with something else now and then, but not all the time.
    usual = sorted(gaps)[len(gaps) // 2] if gaps else 1
    tap.holds(usual <= 0.1 and max(gaps) < 0.9, f"calls came at {calls}")
    return calls[-1][1]


@tap.test("G21 cancel is answered within a second: a silent server, a retry, a lock, a name server")
def _():
    with World(lambda r: r.silence()) as world:
        tap.equal(cancelled(world, stall_timeout_ms=30000), 1, "the stage")
        world.answer(lambda r: r.reply(b"", "503 Busy", "Retry-After: 30"))
        tap.equal(cancelled(world, max_tries=3), 0, "the stage")
        tap.equal(world.texts(), [])
        path = os.path.join(world.cache, "urls", helper.key_of(world.url) + ".lock")
        tap.holds(not os.path.exists(path), "the cancelled call has left its lock")
        with open(path, "w+b") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            tap.equal(cancelled(world, lock_timeout_ms=30000), 0, "the stage")
        world.answer(lambda r: r.serve(TEXT))
        tap.equal(world.fetch().bytes, TEXT)
    with World() as world:
        _, status, seconds = traced(world, url="https://slow.invalid/x", CALIB_STUB_DNS="8",
                                    fields=dict(FAST, cancel=0.3, connect_timeout_ms=20000))
        tap.equal(status, "E_CANCELLED")
        tap.holds(seconds < 1.3, f"it took {seconds} s")


def inherited():
    """Returns the connections to the server and the files of caches that a new program would inherit."""
    found = []
    for fd in map(int, os.listdir("/proc/self/fd")):
        try:
            stays = not fcntl.fcntl(fd, fcntl.F_GETFD) & fcntl.FD_CLOEXEC
            where = os.readlink(f"/proc/self/fd/{fd}")
            if where.startswith("socket:"):
                with socket.socket(fileno=os.dup(fd)) as copy:
                    where = copy.family == socket.AF_INET and copy.getpeername()
        except OSError:
            continue
        if stays and (where == ("127.0.0.1", server.port) or "/calib-net-" in str(where)):
            found.append(where)
    return found


@tap.test("a program that the host starts meanwhile inherits nothing, and no SIGPIPE comes")
def _():
    seen = []

    def progress(stage, *_):
        if stage == 1:
            blocked = signal.SIGPIPE in signal.pthread_sigmask(signal.SIG_BLOCK, [])
            seen.append((inherited(), blocked))
        return len(seen) == 5
    with World(lambda r: (r.head("200 OK", f"Content-Length: {N}"), r.silence())) as world:
        world.fetch("E_CANCELLED", progress=progress, stall_timeout_ms=30000)
    tap.equal(seen, [([], True)] * 5, "what was inherited, and whether SIGPIPE was held back")
    tap.holds(signal.SIGPIPE not in signal.pthread_sigmask(signal.SIG_BLOCK, []), "the mask")


tap.run()
