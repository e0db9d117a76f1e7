# SPDX-License-Identifier: MIT
"""Texts of more than 8 MiB, which a thread of its own hashes while they arrive: the guarantees hold at
every place where that thread begins and ends."""
import os
import tempfile
import threading
import time

import helper
import tap
from server import Server

MIB = 1 << 20
TEXT = b"".join(b"%09d\n" % i for i in range(2_000_000))  # 20 MB
EDGES = [8 * MIB - 1, 8 * MIB, 8 * MIB + 1, 9 * MIB, 16 * MIB, 16 * MIB + 16384, len(TEXT) - 1]
script = {"serve": lambda request: request.serve(TEXT)}
made = [0]


def other_threads():
    """The number of threads that are not Python's, as the server's are."""
    pythons = {thread.native_id for thread in threading.enumerate()}
    return len({int(task) for task in os.listdir("/proc/self/task")} - pythons)


server = Server(lambda request: script["serve"](request))
OTHERS = other_threads()  # ThreadSanitizer begins one with the first thread


def is_soon(condition):
    """Waits for what holds at once, but for a thread of Python that begins or ends just now."""
    end = time.monotonic() + 10
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


def with_cache(test):
    """Runs a test with a cache and a URL of its own. Afterwards the cache must be right, and no thread
    or descriptor may be left."""
    def run():
        made[0] += 1
        script["serve"] = lambda request: request.serve(TEXT)
        with tempfile.TemporaryDirectory(prefix="calib-net-") as folder:
            before = helper.descriptors()
            test(folder, f"/{made[0]}")
            tap.equal(helper.check(folder), "", "what is wrong in the cache")
            if threading.active_count() == 1:
                tap.equal(helper.descriptors(), before, "open descriptors")
            again = helper.fetch(server.url(f"/{made[0]}"), folder, max_tries=1)
            tap.holds(again.status == "OK" and again.text() == TEXT, f"the next call: {again!r}")
    return run


def cut_at(size):
    """Returns a script that cuts the first reply off after `size` bytes and serves later requests."""
    def serve(request):
        if request.number:
            return request.serve(TEXT)
        request.head("200 OK", f"Content-Length: {len(TEXT)}", 'ETag: "v1"')
        request.send(TEXT[:size])
        request.close()
    return serve


for edge in EDGES:
    @tap.test(f"a text that ends at byte {edge} is whole")
    @with_cache
    def _(cache, path, edge=edge):
        script["serve"] = lambda request: request.reply(TEXT[:edge])
        outcome = helper.fetch(server.url(path + "-short"), cache)
        tap.holds(outcome.status == "OK" and outcome.text() == TEXT[:edge], repr(outcome))
        script["serve"] = lambda request: request.serve(TEXT)

    @tap.test(f"a transfer cut off at byte {edge} goes on there, in the same call")
    @with_cache
    def _(cache, path, edge=edge):
        script["serve"] = cut_at(edge)
        outcome = helper.fetch(server.url(path), cache, max_tries=2)
        tap.holds(outcome.status == "OK" and outcome.text() == TEXT, repr(outcome))
        tap.equal(server.last(path).get("range"), f"bytes={edge}-")

    @tap.test(f"a transfer cut off at byte {edge} goes on there, in the next call")
    @with_cache
    def _(cache, path, edge=edge):
        script["serve"] = cut_at(edge)
        tap.equal(helper.fetch(server.url(path), cache, max_tries=1).status, "E_NETWORK")
        outcome = helper.fetch(server.url(path), cache, max_tries=1)
        tap.holds(outcome.status == "OK" and outcome.text() == TEXT, repr(outcome))
        tap.equal(server.last(path).get("range"), f"bytes={edge}-")


@tap.test("a byte that was changed on the way is found by the pin")
@with_cache
def _(cache, path):
    wrong = bytearray(TEXT)
    wrong[12 * MIB] ^= 1
    script["serve"] = lambda request: request.serve(bytes(wrong))
    outcome = helper.fetch(server.url(path), cache, sha256=helper.sha256(TEXT), max_tries=1)
    tap.equal(outcome.status, "E_HASH")
    tap.equal([name for name in helper.files(cache) if "corpora" in name], [], "files")
    script["serve"] = lambda request: request.serve(TEXT)


@tap.test("a text that changed between two parts is fetched anew")
@with_cache
def _(cache, path):
    script["serve"] = lambda request: (
        cut_at(10 * MIB)(request) if request.number == 0 else request.serve(TEXT, etag='"v2"'))
    outcome = helper.fetch(server.url(path), cache, max_tries=3)
    tap.holds(outcome.status == "OK" and outcome.text() == TEXT, repr(outcome))


@tap.test("cancelling in the middle ends the thread and keeps what came")
@with_cache
def _(cache, path):
    def slow(request):
        request.head("200 OK", f"Content-Length: {len(TEXT)}", 'ETag: "v1"')
        request.send(TEXT[:12 * MIB])
        request.silence()
    script["serve"] = slow
    outcome = helper.fetch(server.url(path), cache,
                          progress=lambda stage, done, total: 7 if done > 10 * MIB else 0)
    tap.equal((outcome.status, outcome.callback_result), ("E_CANCELLED", 7))
    tap.holds(outcome.seconds < 10, f"it took {outcome.seconds} s")
    tap.holds(is_soon(lambda: other_threads() <= OTHERS), "a thread is left")
    script["serve"] = lambda request: request.serve(TEXT)


tap.run()
