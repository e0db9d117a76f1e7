# SPDX-License-Identifier: MIT
"""Every misbehaviour x {cold, partial, complete, corrupt} x {unpinned, pinned}: the right bytes or
an error, a clean cache, and then success from a good server.

CALIB_ONLY=name runs one misbehaviour and prints its outcomes. `misbehave.py tls` does the same over
HTTPS, unpinned.
"""
import concurrent.futures
import gc
import itertools
import os
import pathlib
import sys
import tempfile
import threading

import helper
import tap
from misbehaviour import ALL, HALF, HIDDEN, N, OTHER, TEXT
from server import Server

HERE = pathlib.Path(__file__).parent
PIN = helper.sha256(TEXT)
STATES = ("cold", "partial", "complete", "corrupt")
ERRORS = {"E_NETWORK", "E_HTTP", "E_TIMEOUT", "E_SIZE", "E_ARGUMENT", "E_EMPTY"}
# With a sanitizer everything takes longer, also these servers.
SLOW = 5 if os.environ.get("LD_PRELOAD") else 1
LIMITS = dict(stall_timeout_ms=800 * SLOW, connect_timeout_ms=5000, max_tries=2, deadline_ms=60000,
              max_download_bytes=20 * N)
TLS = "tls" in sys.argv
PINS = (False,) if TLS else (False, True)
if TLS:
    import certificates
    LIMITS["ca_file"] = certificates.authority("authority")
    context = certificates.certificate("server", "authority")
modes = {}
tally = {"calls": 0, "right": 0, "errors": 0, "statuses": set()}
tally_lock = threading.Lock()


def script(request):
    answer = modes.get(request.path.partition("?")[0])
    if answer:
        answer(request)
    else:
        request.serve(TEXT)


def prepare(cache, url, state):
    if state == "partial":
        helper.put(cache, f"corpora/{helper.key_of(url)}.part", helper.partial(url, TEXT[:HALF], N))
    elif state == "complete":
        helper.put(cache, f"corpora/{helper.key_of(url)}.part", helper.partial(url, TEXT, N))
    elif state == "corrupt":
        helper.put(cache, "urls/" + helper.key_of(url), helper.record(url, PIN, N))
        helper.put(cache, "corpora/" + PIN, OTHER)


def allowed(expect, state, pinned):
    """Returns the statuses that are allowed. A cold cache and an unpinned URL end exactly as expected.
    A pin and the state of the cache allow more statuses; the bytes are checked in any case."""
    if HIDDEN in expect:
        return {"E_HASH", "E_CHANGED", "OK"} if state in ("partial", "complete") or "OK" in expect \
            else {"E_HASH", "E_CHANGED"}
    if state == "complete":
        return {"OK"}
    if state == "cold" and not pinned:
        return expect
    return expect | {"E_HASH", "E_CHANGED", "OK"} | (ERRORS if expect != {"OK"} else set())


def one(server, name, state, pinned):
    answer, expect = ALL[name]
    if HIDDEN in expect and not pinned and state not in ("corrupt", "complete"):
        return None
    path = f"/{name}/{state}-{'pinned' if pinned else 'unpinned'}"
    url = server.url(path)
    fields = dict(LIMITS, sha256=PIN) if pinned else LIMITS
    with tempfile.TemporaryDirectory(prefix="calib-net-") as cache:
        prepare(cache, url, state)
        modes[path] = answer
        bad = helper.fetch(url, cache, **fields)
        modes[path] = None
        judge(bad, allowed(expect, state, pinned), cache)
        if state == "complete":
            tap.equal(server.count(path), 0, "requests for a text that was complete")
        good = helper.fetch(url, cache, **{**fields, "stall_timeout_ms": 30000})
        judge(good, {"OK"}, cache)
    return bad


def judge(outcome, statuses, cache):
    tap.holds(outcome.status in statuses, f"{outcome!r}, expected is {sorted(statuses)}")
    tap.equal(outcome.recorded, outcome.status, "the recorded status")
    tap.equal(helper.check(cache), "", "what is wrong in the cache")
    if outcome.status == "OK":
        tap.holds(outcome.text() == TEXT, "a wrong text was taken for the right one")
    else:
        tap.holds(outcome.message and "\n" not in outcome.message, "the message")
    with tally_lock:
        tally["calls"] += 1
        tally["right" if outcome.status == "OK" else "errors"] += 1
        tally["statuses"].add(outcome.status)


server = Server(script, context if TLS else None)
results = {}
# Descriptors that stay open are opened before the count.
with tempfile.TemporaryDirectory(prefix="calib-net-") as folder:
    helper.fetch(server.url("/first"), folder, **LIMITS)
before = helper.descriptors()
names = [name for name in ALL if os.environ.get("CALIB_ONLY", name) == name]
with concurrent.futures.ThreadPoolExecutor(12 if SLOW > 1 else 24) as pool:
    for case in itertools.product(names, STATES, PINS):
        results[case] = pool.submit(one, server, *case)


def report(name):
    tried = 0
    for state, pinned in itertools.product(STATES, PINS):
        try:
            outcome = results[name, state, pinned].result()
        except Exception as error:
            raise AssertionError(f"{state}, {'pinned' if pinned else 'unpinned'}: {error}") from error
        tried += outcome is not None
        if outcome and "CALIB_ONLY" in os.environ:
            tap.note(f"{state}, {'pinned' if pinned else 'unpinned'}: {outcome!r}")
    tap.holds(tried > 0, "it was never tried")


for name in names:
    tap.test(name)(lambda name=name: report(name))


@tap.test("the committed list names each of them, at least 60")
def _():
    lines = (HERE / "misbehaviours.txt").read_text(encoding="utf-8").splitlines()[1:]
    tap.equal([line.split(": ")[0] for line in lines], list(ALL))
    tap.holds(all(len(line.split(": ")[1]) > 5 for line in lines), "a line without a description")
    tap.holds(len(ALL) >= 60, f"only {len(ALL)}")


@tap.test("no descriptor is left open")
def _():
    server.stop()
    gc.collect()
    for _ in range(100):
        if helper.descriptors() <= before - 1:
            break
        threading.Event().wait(0.05)
    left = [os.readlink(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd")
            if os.path.islink(f"/proc/self/fd/{fd}")]
    tap.holds(helper.descriptors() <= before - 1, f"{before} before, now {left}")


tried = sum(1 for result in results.values() if not result.exception() and result.result())
print(f"# {len(names)} misbehaviours, {len(STATES)} states, {tried} combinations, "
      f"{tally['calls']} calls: {tally['right']} right texts, {tally['errors']} errors of "
      f"{len(tally['statuses']) - 1} statuses", flush=True)
tap.run()
