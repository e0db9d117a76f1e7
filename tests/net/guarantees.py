# SPDX-License-Identifier: MIT
"""The promises of docs/downloads.md, each by a test of its number. Where a promise needs many cases
or a peer of its own, the suites beside this one have them; docs/downloads.md says which."""
import fcntl
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import time

import calib
import tap
from server import Server

TEXT = b"".join(b"%03d of a text that was promised\n" % i for i in range(300))
OTHER = TEXT.replace(b"was", b"is.")
PIN = calib.sha256(TEXT)
N = len(TEXT)
FAST = dict(max_tries=1, stall_timeout_ms=500, connect_timeout_ms=2000)
scripts = {}


def script(request):
    scripts.get(request.path, lambda r: r.serve(TEXT))(request)


server = Server(script)


class World:
    """A cache and a URL of a test's own; `answer` is what the server does there."""
    made = 0

    def __init__(self, answer=None):
        World.made += 1
        self.at = f"/world-{World.made}"
        self.url = server.url(self.at)
        self.answer(answer or (lambda r: r.serve(TEXT)))

    def answer(self, function):
        scripts[self.at] = function

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="calib-net-")
        self.cache = os.path.join(self.folder.name, "cache")
        return self

    def __exit__(self, kind, *_):
        wrong = calib.check(self.cache) if os.path.isdir(self.cache) else ""
        self.folder.cleanup()
        if kind is None:
            tap.equal(wrong, "", "what is wrong in the cache")

    def fetch(self, status="OK", **fields):
        outcome = calib.fetch(self.url, self.cache, **{**FAST, **fields})
        tap.equal(outcome.status, status, f"the status of {outcome!r}")
        if status == "OK":
            outcome.bytes = outcome.text()
        return outcome

    def count(self):
        return server.count(self.at)

    def texts(self):
        return [name for name in calib.files(self.cache) if re.fullmatch("corpora/.{64}", name)]

    def text_path(self, digest=PIN):
        return os.path.join(self.cache, "corpora", digest)

    def mend(self):
        path = os.path.join(self.folder.name, "mended")
        with open(path, "wb") as file:
            file.write(TEXT)
        os.rename(path, self.text_path())

    def damage(self, data):
        os.chmod(self.text_path(), 0o600)
        with open(self.text_path(), "wb") as file:
            file.write(data)


def in_background(function):
    result = []
    thread = threading.Thread(target=lambda: result.append(function()))
    thread.start()
    return thread, result


def traced(world, **environment):
    """One fetch in a process whose calls are traced. (calls, status, seconds)"""
    code = ("import calib, os, sys, json\n"
            "fields = json.loads(sys.argv[3])\n"
            "cancel = fields.pop('cancel', 0)\n"
            "import time; start = time.monotonic()\n"
            "if cancel: fields['progress'] = lambda *_: time.monotonic() - start > cancel\n"
            "if 'CALIB_STUB_TRACE' in os.environ: open(os.environ['CALIB_STUB_TRACE'], 'w').close()\n"
            "outcome = calib.fetch(sys.argv[1], sys.argv[2], **fields)\n"
            "if 'CALIB_STUB_TRACE' in os.environ: os.rename(os.environ['CALIB_STUB_TRACE'], "
            "os.environ['CALIB_STUB_TRACE'] + '.done')\n"
            "print(outcome.status, outcome.seconds, flush=True)\n"
            "os._exit(0)\n")
    fields = json.dumps(environment.pop("fields", FAST))
    url = environment.pop("url", world.url)
    trace = os.path.join(world.folder.name, "trace")
    before = os.environ.get("LD_PRELOAD", "")
    preload = f"{before}:{os.environ['CALIB_STUB']}" if before else os.environ["CALIB_STUB"]
    here = os.path.dirname(os.path.abspath(__file__))
    done = subprocess.run(
        [sys.executable, "-c", code, url, world.cache, fields], stdout=subprocess.PIPE, text=True,
        env=dict(os.environ, LD_PRELOAD=preload, CALIB_STUB_TRACE=trace,
                 PYTHONPATH=here + ":" + os.environ.get("PYTHONPATH", ""), **environment),
        check=True, timeout=60)
    with open(trace + ".done", encoding="utf-8") as file:
        calls = [tuple(line.split(" ", 1)) for line in file.read().splitlines()]
    status, seconds = done.stdout.split()
    return calls, status, float(seconds)


@tap.test("G1 a reader never sees a partial file")
def _():
    def slow(request):
        request.head("200 OK", f"Content-Length: {N}")
        for i in range(0, N, 1000):
            request.send(TEXT[i:i + 1000])
            request.pause(0.05)
    with World(slow) as world:
        thread, _ = in_background(world.fetch)
        seen = set()
        while thread.is_alive():
            for name in calib.files(world.cache):
                if name.endswith(".tmp"):
                    try:
                        mode = os.stat(os.path.join(world.cache, name)).st_mode & 0o777
                    except FileNotFoundError:
                        continue
                    seen.add(name)
                    tap.holds(mode in (0o600, 0o444), f"{name} has mode {mode:o}")
            for name in world.texts():
                with open(os.path.join(world.cache, name), "rb") as file:
                    tap.equal(file.read(), TEXT, "what a reader saw")
            time.sleep(0.005)
        thread.join()
        tap.holds(any(name.startswith("corpora/") for name in seen), "no temporary file was seen")
        tap.equal(world.fetch().bytes, TEXT)


@tap.test("G2 the hash is checked before publishing: a text cut at every byte is never taken")
def _():
    short = TEXT[:120]
    state = {"cut": 0}

    def cut(request):
        request.head("200 OK", f"Content-Length: {len(short)}")
        request.send(short[:state["cut"]])
        request.close()
    for pin in (None, calib.sha256(short)):
        with World(cut) as world:
            for state["cut"] in range(len(short)):
                world.fetch("E_NETWORK", sha256=pin)
                tap.equal(world.texts(), [])
            state["cut"] = len(short)
            tap.equal(world.fetch(sha256=pin).bytes, short)
    with World(lambda r: r.reply(OTHER)) as world:
        world.fetch("E_HASH", sha256=PIN)
        tap.equal(world.texts(), [])


@tap.test("G2 a full disk is told, whichever call finds it, and nothing is published")
def _():
    for call in ("mkdir", "open", "write", "fsync", "rename"):
        with World() as world:
            os.makedirs(world.cache)
            _, status, _ = traced(world, CALIB_STUB_FULL=call)
            tap.equal((call, status), (call, "E_NOSPACE"))
            tap.equal(world.texts(), [])
            tap.equal(world.fetch().bytes, TEXT)


@tap.test("G3 the hash is checked on every hit: each single byte that changes is found and mended")
def _():
    short = TEXT[:60]
    with World(lambda r: r.serve(short)) as world:
        digest = calib.sha256(short)
        world.fetch()
        for i in range(len(short)):
            os.chmod(world.text_path(digest), 0o600)
            with open(world.text_path(digest), "wb") as file:
                file.write(short[:i] + bytes([short[i] ^ 1]) + short[i + 1:])
            world.fetch("E_CORRUPT", offline=calib.OFFLINE_ON)
            tap.equal(world.fetch().bytes, short)
        tap.equal(world.count(), len(short) + 1, "the number of transfers")


@tap.test("G4 text and name are on the disk before they count: fsync, rename, fsync")
def _():
    with World() as world:
        calls, status, _ = traced(world)
        tap.equal(status, "OK")
        order = [f"{what} {on}" for what, on in calls if what in ("fsync", "rename", "link")]
        key = calib.key_of(world.url)
        tap.equal(order, ["fsync file", f"rename {PIN}", "fsync directory", "fsync file",
                          f"link {key}", "fsync directory"])


@tap.test("G5 nothing rests on a lock: one that cannot be had is done without")
def _():
    with World() as world:
        os.makedirs(os.path.join(world.cache, "urls", calib.key_of(world.url) + ".lock"))
        world.fetch()
        os.rmdir(os.path.join(world.cache, "urls", calib.key_of(world.url) + ".lock"))


@tap.test("G6 of several that want to go on with a part one does; the others start anew")
def _():
    with World() as world:
        calib.put(world.cache, f"corpora/{calib.key_of(world.url)}.part",
                  calib.partial(world.url, TEXT[:N // 2], N))
        ranges = []

        def answer(request):
            ranges.append(request.range())
            request.pause(0.3)
            request.serve(TEXT)
        world.answer(answer)
        # One holds the lock for ever, so all go on without it.
        threads = [in_background(lambda: world.fetch(lock_timeout_ms=1)) for _ in range(8)]
        for thread, result in threads:
            thread.join()
            tap.equal(result[0].bytes, TEXT)
        tap.equal(ranges.count(N // 2), 1, "how many went on with the part")
        tap.holds(not any(name.endswith(".part") for name in calib.files(world.cache)), "it is left")


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
    with World() as world:
        # A part whose bytes are not what its trailer says is of no use.
        part = bytearray(calib.partial(world.url, TEXT[:N // 2], N))
        part[7] ^= 1
        calib.put(world.cache, f"corpora/{calib.key_of(world.url)}.part", bytes(part))
        tap.equal(world.fetch().bytes, TEXT)
        tap.holds("range" not in server.last(world.at), "it was gone on with")


@tap.test("G7 a whole text in a range's place is a restart, with a size pin as well")
def _():
    whole = (lambda r: r.reply(TEXT, "200 OK", 'ETag: "v2"'),
             lambda r: (r.head("200 OK", "Transfer-Encoding: chunked"),
                        r.send(b"%x\r\n%s\r\n0\r\n\r\n" % (N, TEXT))))
    for answer in whole:
        with World(answer) as world:
            calib.put(world.cache, f"corpora/{calib.key_of(world.url)}.part",
                      calib.partial(world.url, TEXT[:N // 2], N))
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
    for status, tries in ((404, 1), (403, 1), (501, 1), (408, 3), (429, 3), (500, 3), (503, 3)):
        with World(lambda r, s=status: r.reply(b"", f"{s} No")) as world:
            outcome = world.fetch("E_HTTP", max_tries=1 if tries == 1 else 2)
            tap.equal(outcome.http_status, status)
            tap.equal(world.count(), min(tries, 2), f"tries for {status}")
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
    with World(later) as world:
        tap.holds(world.fetch(max_tries=2).seconds >= 2, "it came back early")
    with World(later) as world:
        world.fetch("E_HTTP", max_tries=2, deadline_ms=1500)
        tap.equal(world.count(), 1, "tries within a deadline that is shorter")


@tap.test("G11 a connection that hangs is given up, one that is slow is not")
def _():
    def slow(request):
        request.head("200 OK", f"Content-Length: {N}")
        for i in range(0, N, N // 20):
            request.send(TEXT[i:i + N // 20])
            request.pause(0.08)
    with World(slow) as world:
        world.fetch(stall_timeout_ms=900)
    with World(lambda r: r.silence()) as world:
        outcome = world.fetch("E_TIMEOUT", stall_timeout_ms=400)
        tap.holds(0.3 < outcome.seconds < 2, f"{outcome.seconds} s")
    with World(slow) as world:
        outcome = world.fetch("E_TIMEOUT", deadline_ms=300, max_tries=5)
        tap.holds(outcome.seconds < 1, f"{outcome.seconds} s")


@tap.test("G12 at most five redirects, none to another scheme but https")
def _():
    for target in ("file:///etc/passwd", "ftp://127.0.0.1/", "dict://127.0.0.1/"):
        with World(lambda r, t=target: r.reply(b"", "302 Found", f"Location: {t}")) as world:
            world.fetch("E_URL")
    with World(lambda r: r.reply(b"", "302 Found", f"Location: {r.path}")) as world:
        world.fetch("E_HTTP")
        tap.equal(world.count(), 6, "requests of a loop")


@tap.test("G13 a request says nothing but what it must")
def _():
    methods = []
    with World(lambda r: (methods.append(r.method), r.serve(TEXT))) as world:
        world.fetch()
        tap.equal(methods, ["GET"])
        headers = server.last(world.at)
        tap.equal(sorted(headers), ["accept", "accept-encoding", "host", "user-agent"])
        tap.holds(re.fullmatch(r"calib/\d+\.\d+\.\d+", headers["user-agent"]), headers)


@tap.test("G14 offline no socket is made and no name looked up")
def _():
    with World() as world:
        calls, status, _ = traced(world)
        tap.equal(status, "OK")
        tap.holds(("socket", "2") in calls, "the trace shows no socket")
        for change, expected in ((None, "OK"), (OTHER, "E_CORRUPT"), ("gone", "E_OFFLINE")):
            if change == "gone":
                os.unlink(world.text_path())
                os.unlink(os.path.join(world.cache, "urls", calib.key_of(world.url)))
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


@tap.test("G17 a hit writes nothing, and works on a cache that is read-only and another's")
def _():
    with World() as world:
        world.fetch()
        calls, status, _ = traced(world)
        tap.equal(status, "OK")
        tap.equal([call for call in calls if call[0] != "read"], [], "calls other than reading")
        os.chmod(world.folder.name, 0o755)
        for folder, _, names in os.walk(world.cache):
            os.chmod(folder, 0o555)
            for name in names:
                os.chmod(os.path.join(folder, name), 0o444)
        child = os.fork()
        if child == 0:
            if os.geteuid() == 0:
                os.setuid(65534)
            outcome = calib.fetch(world.url, world.cache, **FAST)
            os._exit(0 if outcome.status == "OK" else 1)
        tap.equal(os.waitpid(child, 0)[1], 0, "the exit status of another user's process")
        for folder, _, _ in os.walk(world.cache):
            os.chmod(folder, 0o755)


@tap.test("G18 nothing that a server says becomes a name")
def _():
    with World(lambda r: r.reply(TEXT, "200 OK",
                                 'Content-Disposition: attachment; filename="../../evil"',
                                 "Content-Location: /evil", 'ETag: "../../evil"')) as world:
        world.url += "/../..//%2e%2e/evil?x=../y"
        before = set(os.listdir(world.folder.name))
        world.fetch()
        tap.equal(set(os.listdir(world.folder.name)) - before, {"cache"})
        # The rest of the names is judged by calib.check().


@tap.test("G18 links that somebody planted are not written through")
def _():
    for plant in (os.symlink, os.link):
        for name in ("corpora/{}.part", "urls/{}.lock", "urls/{}"):
            with World() as world:
                calib.make_folders(world.cache)
                victim = os.path.join(world.folder.name, "victim")
                before = calib.partial(world.url, TEXT[:N // 2], N)
                with open(victim, "wb") as file:
                    file.write(before)
                planted = os.path.join(world.cache, name.format(calib.key_of(world.url)))
                plant(victim, planted)
                world.fetch(flags=calib.ACCEPT_CHANGE)
                with open(victim, "rb") as file:
                    tap.holds(file.read() == before, f"{name} was written through")
                if os.path.lexists(planted):
                    os.unlink(planted)
                tap.equal(world.fetch().bytes, TEXT)


@tap.test("G19 a bad network never destroys a good copy")
def _():
    with World() as world:
        world.fetch()
        for bad in (lambda r: r.close(), lambda r: r.reply(b"", "500 No"),
                    lambda r: r.head("200 OK", f"Content-Length: {N}")):
            world.answer(bad)
            outcome = calib.fetch(world.url, world.cache, flags=calib.ACCEPT_CHANGE, **FAST)
            tap.holds(outcome.status in ("E_NETWORK", "E_HTTP", "E_TIMEOUT"), repr(outcome))
            tap.equal(world.fetch().bytes, TEXT)
            tap.equal(world.fetch(offline=calib.OFFLINE_ON).bytes, TEXT)


@tap.test("G19 nor does one that waited while another mended the text, without the lock")
def _():
    with World() as world:
        world.fetch()
        world.damage(OTHER)
        world.answer(lambda r: r.close())
        path = os.path.join(world.cache, "urls", calib.key_of(world.url) + ".lock")
        with open(path, "r+b") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            waits = threading.Event()
            thread, result = in_background(lambda: world.fetch(
                lock_timeout_ms=1500, progress=lambda stage, *_: stage == 0 and waits.set()))
            waits.wait(20)
            world.mend()
            thread.join()
        tap.equal([outcome.bytes for outcome in result], [TEXT])
        tap.equal(world.count(), 1, "the number of transfers")


@tap.test("G20 what a killed process left is removed after a day; backups are told to pass by")
def _():
    with World() as world:
        old, young = "0" * 32 + ".tmp", "1" * 32 + ".tmp"
        for name in (old, young):
            calib.put(world.cache, "corpora/" + name, b"half a text")
            calib.put(world.cache, "urls/" + name, b"half a record")
        for folder in ("corpora", "urls"):
            then = time.time() - 25 * 3600
            os.utime(os.path.join(world.cache, folder, old), (then, then))
        world.fetch()
        left = [name for name in calib.files(world.cache) if name.endswith(".tmp")]
        tap.equal(left, ["corpora/" + young, "urls/" + young])
        for name in left:
            os.unlink(os.path.join(world.cache, name))
    with World() as world:
        world.fetch()
        with open(os.path.join(world.cache, "CACHEDIR.TAG"), "rb") as file:
            tap.holds(file.read().startswith(b"Signature: 8a477f597d28d172789f06886806bc55\n"), "")


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
        path = os.path.join(world.cache, "urls", calib.key_of(world.url) + ".lock")
        with open(path, "r+b") as lock:
            # What was cancelled has given its lock back.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            tap.equal(cancelled(world, lock_timeout_ms=30000), 0, "the stage")
        world.answer(lambda r: r.serve(TEXT))
        tap.equal(world.fetch().bytes, TEXT)
    with World() as world:
        _, status, seconds = traced(world, url="https://slow.invalid/x", CALIB_STUB_DNS="8",
                                    fields=dict(FAST, cancel=0.3, connect_timeout_ms=20000))
        tap.equal(status, "E_CANCELLED")
        tap.holds(seconds < 1.3, f"it took {seconds} s")


@tap.test("G22 no more rights than needed: 0700, 0600, 0444; who owns a pinned text does not matter")
def _():
    with World() as world:
        world.fetch(sha256=PIN)
        tap.equal(os.stat(world.cache).st_mode & 0o777, 0o700)
        tap.equal(os.stat(world.text_path()).st_mode & 0o777, 0o444)
        if os.geteuid() == 0:
            os.chown(world.text_path(), 65534, 65534)
        world.fetch(sha256=PIN)
        tap.equal(world.count(), 1, "the number of transfers")


tap.run()
