#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Throughput beside the curl program: python3 tests/bench/download.py [BUILD] [MEGABYTES] [ROUNDS]

nginx (or, without it, a server in here) serves a file over loopback. In turn: `curl -o FILE`; curl,
then sha256sum and sync of the file, which is what calib does as well; and calib_fetch() on a cold
cache. The best of each counts. Peak memory is of calib's process, for a tenth of the size and for
all of it.
"""
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).parents[2]
BUILD = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build").absolute()
SIZE = int(sys.argv[2] if len(sys.argv) > 2 else 256) * 1000 * 1000
ROUNDS = int(sys.argv[3] if len(sys.argv) > 3 else 5)
MODULES = os.pathsep.join(str(ROOT / name)
                          for name in ("tests/net", "tests/support", "examples/python"))
CHILD = """
import sys, resource
import helper
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
outcome = helper.fetch(sys.argv[1], sys.argv[2])
assert outcome.status == "OK", outcome
print(outcome.seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_server(folder):
    port = free_port()
    nginx = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
    if nginx:
        (folder / "nginx.conf").write_text(f"""
            daemon off; pid {folder}/pid; error_log {folder}/error; worker_processes 1;
            {"user root;" if os.geteuid() == 0 else ""} events {{ }}
            http {{ access_log off; sendfile on;
                server {{ listen 127.0.0.1:{port}; root {folder}/www; }} }}""")
        command = [nginx, "-p", folder, "-e", folder / "error", "-c", folder / "nginx.conf"]
    else:
        command = [sys.executable, "-m", "http.server", str(port), "-b", "127.0.0.1", "-d",
                   folder / "www"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process, f"http://127.0.0.1:{port}", "nginx" if nginx else "http.server"
        time.sleep(0.05)
    raise SystemExit("the server does not start")


def by_curl(url, folder, whole):
    target = folder / "by-curl"
    start = time.monotonic()
    subprocess.run(["curl", "-sSf", "-o", target, url], check=True)
    if whole:
        subprocess.run(["sha256sum", target], check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["sync", target], check=True)
    seconds = time.monotonic() - start
    target.unlink()
    return seconds


def by_calib(url, folder):
    with tempfile.TemporaryDirectory(dir=folder) as cache:
        done = subprocess.run([sys.executable, "-c", CHILD, url, cache],
                              env=dict(os.environ, PYTHONPATH=MODULES,
                                       CALIB_LIBRARY=str(BUILD / "lib" / "libcalib.so")), check=True,
                              stdout=subprocess.PIPE, text=True)
    seconds, memory = done.stdout.split()
    return float(seconds), int(memory)


def main():
    with tempfile.TemporaryDirectory(prefix="calib-bench-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        (folder / "www").mkdir()
        block = os.urandom(1000000)
        for file, size in (("large", SIZE), ("small", SIZE // 10)):
            with open(folder / "www" / file, "wb") as out:
                for _ in range(size // len(block)):
                    out.write(block)
        process, base, server = start_server(folder)
        try:
            curl, whole, calib, memory = [], [], [], 0
            for _ in range(ROUNDS):
                curl.append(by_curl(base + "/large", folder, False))
                whole.append(by_curl(base + "/large", folder, True))
                seconds, memory = by_calib(base + "/large", folder)
                calib.append(seconds)
            small = by_calib(base + "/small", folder)[1]
        finally:
            process.terminate()
            process.wait()
    best = min(calib)
    rate = SIZE / 1e6
    print(f"{rate:.0f} MB from {server}, best of {ROUNDS}")
    print(f"curl -o                    {min(curl):6.3f} s  {rate / min(curl):6.0f} MB/s")
    print(f"curl -o, sha256sum, sync   {min(whole):6.3f} s  {rate / min(whole):6.0f} MB/s")
    print(f"calib, hash and fsync      {best:6.3f} s  {rate / best:6.0f} MB/s")
    print(f"calib / curl               {min(curl) / best:6.2f}")
    print(f"calib / curl with the same {min(whole) / best:6.2f}")
    print(f"memory                     {memory} KB more at its peak, {small} KB for a tenth of it")


main()
