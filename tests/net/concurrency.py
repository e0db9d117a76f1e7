# SPDX-License-Identifier: MIT
"""Many processes with many threads, cold, on one cache: with locks, with locks that do nothing, and
with SIGKILL at random. Each several times, more often with CALIB_TEST_LONG=1."""
import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

import helper
import tap
from server import Server

# ThreadSanitizer must be told that processes with threads fork here, and reads that when it starts.
if "tsan" in os.environ.get("LD_PRELOAD", "") and \
        "die_after_fork" not in os.environ.get("TSAN_OPTIONS", ""):
    os.environ["TSAN_OPTIONS"] = os.environ.get("TSAN_OPTIONS", "") + ":die_after_fork=0"
    os.execv(sys.executable, [sys.executable, *sys.argv])

PROCESSES, THREADS = 32, 4
ROUNDS = 30 if tap.LONG else 3
TEXT = b"".join(b"%06d of a text that many want at once\n" % i for i in range(8000))
PIN = helper.sha256(TEXT)
HERE = os.path.dirname(os.path.abspath(__file__))
tally = {"processes": 0, "kills": 0, "cold starts": 0, "transfers": 0}


def script(request):
    request.head("200 OK", f"Content-Length: {len(TEXT)}", 'ETag: "v1"')
    # Slow enough that all processes come while the first one still loads.
    for i in range(0, len(TEXT), 60000):
        request.send(TEXT[i:i + 60000])
        request.pause(0.02)


server = Server(script)


def worker(url, cache, pin):
    """Runs in a forked process: several threads fetch, and each reads the text that it got."""
    import threading
    bad = []

    def run():
        outcome = helper.fetch(url, cache, sha256=pin, lock_timeout_ms=30000, max_tries=2)
        if outcome.status != "OK":
            bad.append(repr(outcome))
        elif hashlib.sha256(outcome.text()).hexdigest() != PIN:
            bad.append("a torn read")
    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print("\n".join(bad), end="")
    sys.stdout.flush()
    os._exit(1 if bad else 0)


def start(url, cache, pin):
    """Forks a worker. A new program would start too slowly for all to come at once."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.dup2(write, 1)
        os.close(read)
        try:
            worker(url, cache, pin)
        finally:
            os._exit(3)
    os.close(write)
    return pid, read


def finish(pid, read):
    with os.fdopen(read) as pipe:
        said = pipe.read()
    _, status = os.waitpid(pid, 0)
    return status, said


def crowd(url, cache, pin=None, kill=False):
    """Runs all at once. Returns the failures of those that were not killed."""
    started = [start(url, cache, pin) for _ in range(PROCESSES)]
    tally["processes"] += PROCESSES
    killed = set()
    if kill:
        for pid, _ in random.sample(started, PROCESSES // 2):
            time.sleep(random.random() * 0.01)
            os.kill(pid, signal.SIGKILL)
            killed.add(pid)
    wrong = []
    for pid, read in started:
        status, said = finish(pid, read)
        if os.WIFSIGNALED(status) and pid in killed:
            tally["kills"] += 1
        elif status:
            wrong.append(f"status {status}: {said}")
    return wrong


def rounds(name, pin, kill=False, check_transfers=True):
    for number in range(ROUNDS):
        with tempfile.TemporaryDirectory(prefix="calib-net-") as folder:
            cache = os.path.join(folder, "cache")
            path = f"/{name}/{number}"
            wrong = crowd(server.url(path), cache, pin, kill)
            tap.equal(wrong, [], "what went wrong")
            tally["cold starts"] += PROCESSES * THREADS
            tally["transfers"] += server.count(path)
            if check_transfers:
                tap.equal(server.count(path), 1, "the number of transfers")
            left = helper.check(cache)
            tap.holds(not left or (kill and ".tmp was left" in left and "damaged" not in left
                                   and "the hash" not in left), left)
            outcome = helper.fetch(server.url(path), cache, sha256=pin)
            tap.equal((outcome.status, outcome.text()), ("OK", TEXT), "the next call")


def local():
    """Returns true if calib uses locks here, which it does not on a network file system."""
    with tempfile.TemporaryDirectory(prefix="calib-net-") as folder:
        kind = subprocess.run(["stat", "-f", "-c", "%T", folder], stdout=subprocess.PIPE, text=True,
                              check=True).stdout.strip()
    return kind in ("ext2/ext3", "xfs", "btrfs", "tmpfs", "ramfs", "overlayfs", "zfs", "f2fs")


STUBBED = os.environ.get("CALIB_NET_STUBBED") == "1"

if not STUBBED:
    @tap.test(f"{PROCESSES} processes x {THREADS} threads: one transfer, no torn read")
    def _():
        rounds("unpinned", None, check_transfers=local())

    @tap.test("the same with a pin")
    def _():
        rounds("pinned", PIN, check_transfers=local())

    @tap.test("the same while half of them are killed")
    def _():
        rounds("killed", None, kill=True, check_transfers=False)

    @tap.test("a lock whose holder hangs is waited for no longer than was said")
    def _():
        import fcntl
        with tempfile.TemporaryDirectory(prefix="calib-net-") as cache:
            url = server.url("/hang")
            path = helper.put(cache, f"urls/{helper.key_of(url)}.lock", b"")
            with open(path, "r+b") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                outcome = helper.fetch(url, cache, lock_timeout_ms=400)
                tap.equal(outcome.status, "OK")
                tap.holds(not local() or 0.3 < outcome.seconds < 3, f"{outcome.seconds} s")

    @tap.test("with locks that always succeed the texts are as right")
    def _():
        stub = os.environ["CALIB_STUB"]
        environment = dict(os.environ, CALIB_NET_STUBBED="1", CALIB_STUB_FLOCK="1")
        before = environment.get("LD_PRELOAD", "")
        environment["LD_PRELOAD"] = f"{before}:{stub}" if before else stub
        done = subprocess.run([sys.executable, os.path.abspath(__file__)], env=environment,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=500, check=False)
        tap.holds(done.returncode == 0 and "ok 3" in done.stdout, done.stdout)
        for line in done.stdout.splitlines():
            if line.startswith("#"):
                print(line, flush=True)
else:
    @tap.test("the lock is stubbed: it can be taken twice")
    def _():
        import fcntl
        with tempfile.NamedTemporaryFile() as one, open(one.name, "rb") as two:
            fcntl.flock(one, fcntl.LOCK_EX | fcntl.LOCK_NB)
            fcntl.flock(two, fcntl.LOCK_EX | fcntl.LOCK_NB)

    @tap.test("stubbed: no torn read")
    def _():
        rounds("stubbed", None, check_transfers=False)

    @tap.test("stubbed and killed: no torn read")
    def _():
        rounds("stubbed-killed", None, kill=True, check_transfers=False)


@tap.test("the figures")
def _():
    print(f"# {'stubbed' if STUBBED else 'real'} locks: " +
          ", ".join(f"{count} {name}" for name, count in tally.items()), flush=True)


tap.run()
