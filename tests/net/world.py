# SPDX-License-Identifier: MIT
"""A text on a scripted server, and a cache to fetch it into."""
import concurrent.futures
import itertools
import json
import os
import re
import subprocess
import sys
import threading

import helper
import tap
from server import Server

TEXT = b"".join(b"%03d of a text that was promised\n" % i for i in range(300))
OTHER = TEXT.replace(b"was", b"is.")
PIN = helper.sha256(TEXT)
N = len(TEXT)
FAST = dict(max_tries=1, stall_timeout_ms=500, connect_timeout_ms=2000)
scripts = {}


def script(request):
    scripts.get(request.path, lambda r: r.serve(TEXT))(request)


server = Server(script)


class World(helper.Cache):
    """A cache and a URL for one test; `answer` is the server's script for it."""
    numbers = itertools.count(1)

    def __init__(self, answer=None):
        self.at = f"/world-{next(World.numbers)}"
        self.url = server.url(self.at)
        self.answer(answer or (lambda r: r.serve(TEXT)))

    def answer(self, function):
        scripts[self.at] = function

    def __enter__(self):
        super().__enter__()
        self.cache = self.path
        return self

    def fetch(self, status="OK", **fields):
        outcome = helper.fetch(self.url, self.cache, **{**FAST, **fields})
        tap.equal(outcome.status, status, f"the status of {outcome!r}")
        if status == "OK":
            outcome.bytes = outcome.text()
        return outcome

    def count(self):
        return server.count(self.at)

    def texts(self):
        return [name for name in helper.files(self.cache) if re.fullmatch("corpora/.{64}", name)]

    def text_path(self, digest=PIN):
        return super().text_path(digest)

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


def together(*functions):
    """Runs all at once, since most of their time is waiting. Raises what one raises."""
    with concurrent.futures.ThreadPoolExecutor(len(functions)) as pool:
        for future in [pool.submit(function) for function in functions]:
            future.result()


def traced(world, **environment):
    """Fetches in a process whose system calls are traced. Returns (calls, status, seconds)."""
    code = ("import helper, os, sys, json\n"
            "fields = json.loads(sys.argv[3])\n"
            "cancel = fields.pop('cancel', 0)\n"
            "import time; start = time.monotonic()\n"
            "if cancel: fields['progress'] = lambda *_: time.monotonic() - start > cancel\n"
            "if 'CALIB_STUB_TRACE' in os.environ: open(os.environ['CALIB_STUB_TRACE'], 'w').close()\n"
            "outcome = helper.fetch(sys.argv[1], sys.argv[2], **fields)\n"
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
