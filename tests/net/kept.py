# SPDX-License-Identifier: MIT
"""The guarantees of docs/downloads.md about the cache. Each test begins with its guarantee's number."""
import errno
import fcntl
import os
import resource
import signal
import threading
import time

import calib
import helper
import tap
from world import FAST, N, OTHER, PIN, TEXT, World, in_background, traced


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
            for name in helper.files(world.cache):
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


@tap.test("G1 a file that has a temporary one's name already is not written to")
def _():
    with World() as world:
        name = "corpora/" + "0" * 32 + ".tmp"
        planted = helper.put(world.cache, name, b"somebody's")
        _, status, _ = traced(world, CALIB_STUB_RANDOM="1")
        tap.equal((status, world.texts(), world.count()), ("E_SYSTEM", [], 0))
        with open(planted, "rb") as file:
            tap.equal(file.read(), b"somebody's")
        os.unlink(planted)
        _, status, _ = traced(world, CALIB_STUB_RANDOM="1")
        tap.equal((status, world.fetch().bytes), ("OK", TEXT))


@tap.test("G2 the hash is checked before publishing: a text cut at every byte is never taken")
def _():
    short = TEXT[:120]
    state = {"cut": 0}

    def cut(request):
        request.head("200 OK", f"Content-Length: {len(short)}")
        request.send(short[:state["cut"]])
        request.close()
    for pin in (None, helper.sha256(short)):
        with World(cut) as world:
            for state["cut"] in range(len(short)):
                world.fetch("E_NETWORK", sha256=pin)
                tap.equal(world.texts(), [])
            state["cut"] = len(short)
            tap.equal(world.fetch(sha256=pin).bytes, short)
    with World(lambda r: r.serve(OTHER)) as world:
        world.fetch("E_HASH", sha256=PIN)
        tap.equal([name for name in helper.files(world.cache) if "corpora" in name], [])


@tap.test("G2 a complete text that an earlier call left is held to the pin and to the first use")
def _():
    def leave(world):
        helper.put(world.cache, f"corpora/{helper.key_of(world.url)}.part",
                  helper.partial(world.url, OTHER, N))
    with World() as world:
        leave(world)
        tap.equal(world.fetch(sha256=PIN).bytes, TEXT)
    with World() as world:
        world.fetch()
        os.unlink(world.text_path())
        leave(world)
        tap.equal(world.fetch().bytes, TEXT)
        tap.equal(world.count(), 2, "requests")


@tap.test("G2 a full disk is told, whichever call finds it, and nothing is published")
def _():
    for call, more in (("mkdir", {}), ("open", {}), ("write", {}), ("fsync", {}), ("rename", {}),
                       ("write", {"CALIB_STUB_QUOTA": "1"})):
        with World() as world:
            os.makedirs(world.cache)
            _, status, _ = traced(world, CALIB_STUB_FULL=call, **more)
            tap.equal((call, status), (call, "E_NOSPACE"))
            tap.equal(world.texts(), [])
            tap.equal(world.fetch().bytes, TEXT)


@tap.test("a refused chmod is no error: SMB, object stores, user-space mounts")
def _():
    for number in (errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.ENOSYS, errno.EROFS, errno.EINVAL):
        with World() as world:
            calls, status, _ = traced(world, CALIB_STUB_CHMOD=str(number))
            tap.equal((number, status), (number, "OK"))
            tap.holds(("chmod", "refused") in calls, "no chmod was refused")
            tap.equal(world.fetch(offline=calib.OFFLINE_ON).bytes, TEXT)


def fetch_limited(world, limit):
    """Fetches in a process whose files may have `limit` bytes and which has the default disposition
    of SIGXFSZ. Returns the status or the signal that ended it."""
    child = os.fork()
    if child == 0:
        signal.alarm(30)
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        outcome = helper.fetch(world.url, world.cache, **FAST)
        touched = signal.SIGXFSZ in signal.pthread_sigmask(signal.SIG_BLOCK, ()) | signal.sigpending()
        os._exit(2 if touched else outcome.status != "E_NOSPACE" or "too large" not in outcome.message)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@tap.test("G2 a limit on the size of files is told as a full disk, and ends no process")
def _():
    long = TEXT * 2000
    for text, limit in ((TEXT, 0), (TEXT, N // 2), (long, len(long) - 1), (long, 9 << 20)):
        with World(lambda r, text=text: r.serve(text)) as world:
            tap.equal(fetch_limited(world, limit), 0, f"the child's end with {limit} bytes")
            tap.equal(world.texts(), [])
            tap.equal(world.fetch().bytes, text)


@tap.test("G3 the hash is checked on every hit: each single byte that changes is found and mended")
def _():
    short = TEXT[:60]
    with World(lambda r: r.serve(short)) as world:
        digest = helper.sha256(short)
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
        key = helper.key_of(world.url)
        tap.equal(order, ["fsync file", f"rename {PIN}", "fsync directory", "fsync file",
                          f"link {key}", "fsync directory"])


@tap.test("G5 a fetch succeeds without a lock if it cannot have one")
def _():
    with World() as world:
        os.makedirs(os.path.join(world.cache, "urls", helper.key_of(world.url) + ".lock"))
        world.fetch()
        os.rmdir(os.path.join(world.cache, "urls", helper.key_of(world.url) + ".lock"))


@tap.test("G5 on a network file system, where a lock may hang, none is taken")
def _():
    for kind, locked in (("ef53", True), ("6969", False), ("65735546", False), ("1234", False)):
        with World() as world:
            calls, status, _ = traced(world, CALIB_STUB_FS=kind)
            tap.equal((kind, status), (kind, "OK"))
            tap.equal(any(what == "flock" for what, _ in calls), locked, f"a lock on {kind}")


@tap.test("G5 the deadline holds while a lock is waited for")
def _():
    with World() as world:
        path = helper.put(world.cache, f"urls/{helper.key_of(world.url)}.lock", b"")
        with open(path, "r+b") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            outcome = world.fetch("E_TIMEOUT", deadline_ms=400, lock_timeout_ms=30000)
            tap.holds("another process" in outcome.message, outcome.message)
            tap.equal(world.count(), 0, "requests")


@tap.test("the first text that is recorded counts: whoever comes second with another one fails")
def _():
    recorded = threading.Event()

    def answer(request):
        if request.number == 0:
            recorded.wait(20)
        request.reply(OTHER if request.number else TEXT)
    with World(answer) as world:
        late, outcomes = in_background(lambda: helper.fetch(
            world.url, world.cache, **{**FAST, "stall_timeout_ms": 20000}))
        while not world.count():
            time.sleep(0.01)
        tap.equal(world.fetch(lock_timeout_ms=1).bytes, OTHER)
        recorded.set()
        late.join()
        tap.equal([outcome.status for outcome in outcomes], ["E_CHANGED"])
        tap.equal(world.fetch(offline=calib.OFFLINE_ON).bytes, OTHER)


@tap.test("G6 of several that want to go on with a part one does; the others start anew")
def _():
    with World() as world:
        helper.put(world.cache, f"corpora/{helper.key_of(world.url)}.part",
                  helper.partial(world.url, TEXT[:N // 2], N))
        ranges = []

        def answer(request):
            ranges.append(request.range())
            request.pause(0.3)
            request.serve(TEXT)
        world.answer(answer)
        # They do not wait for the lock, so all go on without it.
        threads = [in_background(lambda: world.fetch(lock_timeout_ms=1)) for _ in range(8)]
        for thread, result in threads:
            thread.join()
            tap.equal(result[0].bytes, TEXT)
        tap.equal(ranges.count(N // 2), 1, "how many went on with the part")
        tap.holds(not any(name.endswith(".part") for name in helper.files(world.cache)), "it is left")


@tap.test("G17 a hit writes nothing but the time, and works on a cache that is read-only and another's")
def _():
    with World() as world:
        world.fetch()
        calls, status, _ = traced(world)
        tap.equal(status, "OK")
        held = ("flock", "shared")  # so that nobody trims the text while it is read
        tap.equal([call for call in calls if call[0] != "read"], [held], "calls other than reading")
        then = time.time() - 1000
        os.utime(world.text_path(), (then, then))
        traced(world)
        tap.holds(os.stat(world.text_path()).st_atime > then + 900, "the last use")
        tap.holds(abs(os.stat(world.text_path()).st_mtime - then) < 2, "the time of writing")
        os.chmod(world.folder.name, 0o755)
        for folder, _, names in os.walk(world.cache):
            os.chmod(folder, 0o555)
            for name in names:
                os.chmod(os.path.join(folder, name), 0o444)
        child = os.fork()
        if child == 0:
            if os.geteuid() == 0:
                os.setuid(65534)
            outcome = helper.fetch(world.url, world.cache, **FAST)
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
        # helper.check() judges the other names.


@tap.test("G18 links that somebody planted are not written through")
def _():
    for plant in (os.symlink, os.link):
        for name in ("corpora/{}.part", "urls/{}.lock", "urls/{}"):
            with World() as world:
                helper.make_folders(world.cache)
                victim = os.path.join(world.folder.name, "victim")
                before = helper.partial(world.url, TEXT[:N // 2], N)
                with open(victim, "wb") as file:
                    file.write(before)
                planted = os.path.join(world.cache, name.format(helper.key_of(world.url)))
                plant(victim, planted)
                world.fetch(source_flags=calib.ACCEPT_CHANGE)
                with open(victim, "rb") as file:
                    tap.holds(file.read() == before, f"{name} was written through")
                if os.path.lexists(planted):
                    os.unlink(planted)
                tap.equal(world.fetch().bytes, TEXT)


@tap.test("G18 a folder of the cache that is a link to elsewhere is not used")
def _():
    for name in ("corpora", "urls"):
        with World() as world:
            elsewhere = os.path.join(world.folder.name, "elsewhere")
            os.makedirs(world.cache)
            os.mkdir(elsewhere)
            os.symlink(elsewhere, os.path.join(world.cache, name))
            outcome = helper.fetch(world.url, world.cache, **FAST)
            tap.holds(outcome.status != "OK" and name in outcome.message, repr(outcome))
            tap.equal((os.listdir(elsewhere), world.count()), ([], 0))


@tap.test("G19 a bad network never destroys a good copy")
def _():
    with World() as world:
        world.fetch()
        for bad in (lambda r: r.close(), lambda r: r.reply(b"", "500 No"),
                    lambda r: r.head("200 OK", f"Content-Length: {N}")):
            world.answer(bad)
            outcome = helper.fetch(world.url, world.cache, source_flags=calib.ACCEPT_CHANGE, **FAST)
            tap.holds(outcome.status in ("E_NETWORK", "E_HTTP", "E_TIMEOUT"), repr(outcome))
            tap.equal(world.fetch().bytes, TEXT)
            tap.equal(world.fetch(offline=calib.OFFLINE_ON).bytes, TEXT)


@tap.test("G19 nor does one that waited while another mended the text, without the lock")
def _():
    with World() as world:
        world.fetch()
        world.damage(OTHER)
        world.answer(lambda r: r.close())
        path = os.path.join(world.cache, "urls", helper.key_of(world.url) + ".lock")
        with open(path, "w+b") as lock:
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
            helper.put(world.cache, "corpora/" + name, b"half a text")
            helper.put(world.cache, "urls/" + name, b"half a record")
        for folder in ("corpora", "urls"):
            then = time.time() - 25 * 3600
            os.utime(os.path.join(world.cache, folder, old), (then, then))
        world.fetch()
        left = [name for name in helper.files(world.cache) if name.endswith(".tmp")]
        tap.equal(left, ["corpora/" + young, "urls/" + young])
        for name in left:
            os.unlink(os.path.join(world.cache, name))
    with World() as world:
        world.fetch()
        with open(os.path.join(world.cache, "CACHEDIR.TAG"), "rb") as file:
            tap.holds(file.read().startswith(b"Signature: 8a477f597d28d172789f06886806bc55\n"), "")


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
