#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tokenizer.json files: calib against `tokenizers` and others, and tekken.json against
`mistral_common`, in ratios of one run.

usage: tokenizer_json.py --build DIR --text FILE [--repeat N] [--peer NAME=PYTHON]... TOKENIZER...

A TOKENIZER is a tokenizer.json, the folder that holds it, or a tekken.json. A peer is `tokenizers`,
`gigatoken`, `nanotoken` or `mistral_common` (or one with a suffix, `tokenizers-1.0`) with the Python
that has the package. Every process runs on one core. Whole processes read the text, load the
tokenizer, encode, and write all ids as int32: `calib tokenize` with cold tables and memo, and
Python. `encode` is the time without loading: of a peer the encoding alone, of calib opening the
corpus, with its tables built for the first segment.
Each figure is the best of N, taken in turns, so that a busy machine slows all alike; a peer that
takes 10 s runs once. All ids must be equal, or the peer is marked. Two threads run on two cores."""
import argparse
import filecmp
import functools
import json
import os
import subprocess
import sys
import tempfile
import time

# Each peer has its import, its loading and its encoding; the times are taken in one place.
PEER = r"""
import array, json, sys, time
name, path, text, out = sys.argv[1:5]
package = name.split("-")[0]

def read():
    return open(text, encoding="utf8", newline="").read()

if package == "gigatoken":
    import gigatoken
    load = lambda: gigatoken.Tokenizer(path)
    encode = lambda tokenizer: tokenizer.encode(open(text, "rb").read())
elif package == "nanotoken":
    import nanotoken
    load = lambda: nanotoken.Tokenizer(path)
    encode = lambda tokenizer: tokenizer.encode(read(), add_special_tokens=False)
elif package == "mistral_common":
    from mistral_common.tokens.tokenizers.tekken import Tekkenizer
    load = lambda: Tekkenizer.from_file(path)
    encode = lambda tokenizer: tokenizer.encode(read(), bos=False, eos=False)
else:
    import tokenizers
    def load():
        try:
            tokenizer = tokenizers.Tokenizer.from_file(path)
        except Exception:
            tokenizer = tokenizers.Tokenizer.from_str(tokenizers.canonicalize(open(path).read()))
        for method in "no_truncation", "no_padding":
            getattr(tokenizer, method, lambda: None)()
        return tokenizer
    encode = lambda tokenizer: tokenizer.encode(read(), add_special_tokens=False).ids

start = time.perf_counter()
tokenizer = load()
loaded = time.perf_counter()
ids = encode(tokenizer)
encoded = time.perf_counter()
if hasattr(ids, "astype"):
    ids.astype("int32").tofile(out)
else:
    array.array("i", ids).tofile(open(out, "wb"))
print(json.dumps([loaded - start, encoded - loaded]))
"""


def run(command, cores):
    """Runs a process: seconds, peak memory in bytes, what it printed."""
    environment = dict(os.environ, RAYON_NUM_THREADS="1", TOKENIZERS_PARALLELISM="false")
    begin = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                             env=environment, preexec_fn=lambda: os.sched_setaffinity(0, cores))
    out, err = child.stdout.read(), child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - begin
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError((err or out).strip().splitlines()[-1])
    return seconds, usage.ru_maxrss * 1024, out


def in_turns(measures, repeat):
    """Calls each function `repeat` times, in turns, or until it takes 10 s: what they returned."""
    results = {name: [] for name in measures}
    ended = set()
    for _ in range(repeat):
        for name in [one for one in measures if one not in ended]:
            begin = time.perf_counter()
            results[name].append(measures[name]())
            if time.perf_counter() - begin > 10 or isinstance(results[name][-1], RuntimeError):
                ended.add(name)
    return results


def calib(arguments, path, out):
    program = os.path.join(arguments.build, "examples", "calib", "calib")
    return run([program, "tokenize", "--source", arguments.text, "--tokenizer", path, "--specials",
                "none", "--threads", "1", "--no-token-cache", "-o", out], arguments.cores[:1])


def calib_encode(arguments, path, threads):
    program = os.path.join(arguments.build, "tests", "bench", "bench-load")
    command = [program, path, arguments.text, str(threads), "proven", "1"]
    return float(run(command, arguments.cores[:threads])[2].split()[0])


def peer(arguments, path, out, name, python):
    """What run() returns, or the error of a peer that cannot encode this."""
    try:
        return run([python, "-c", PEER, name, path, arguments.text, out], arguments.cores[:1])
    except RuntimeError as error:
        return error


def line(name, seconds, base, size, note=""):
    ratio = f"{seconds / base:7.2f}x" if base else " " * 8
    print(f"  {name:34} {seconds:8.3f} s {size / seconds / 1e6:8.1f} MB/s {ratio}  {note}", flush=True)


def fastest(runs):
    return min(runs, key=lambda one: one[0])


def show_peer(name, runs, outs, process, encode, size):
    if isinstance(runs[-1], RuntimeError):
        print(f"  {name}: {runs[-1]}")
        return
    seconds, peak, _ = fastest(runs)
    same = filecmp.cmp(outs["calib"], outs[name], shallow=False)
    note = f"peak {peak / 1e6:.0f} MB" + ("" if same else ", OTHER IDS")
    line(name + ", whole process", seconds, process, size, note)
    line(name + ", encode", min(json.loads(one[2])[1] for one in runs), encode, size)


def compare(arguments, path, folder):
    size = os.path.getsize(arguments.text)
    peers = dict(one.split("=", 1) for one in arguments.peer)
    outs = {name: os.path.join(folder, name + ".bin") for name in ["calib", *peers]}
    measures = {"process": lambda: calib(arguments, path, outs["calib"]),
                "one": lambda: calib_encode(arguments, path, 1)}
    if len(arguments.cores) > 1:
        measures["two"] = lambda: calib_encode(arguments, path, 2)
    for name, python in peers.items():
        measures["peer " + name] = functools.partial(peer, arguments, path, outs[name], name,
                                                     python)
    results = in_turns(measures, arguments.repeat)
    process, peak, _ = fastest(results["process"])
    encode = min(results["one"])
    print(path)
    line("calib tokenize, whole process", process, None, size, f"peak {peak / 1e6:.0f} MB")
    line("calib, encode", encode, None, size)
    if "two" in results:
        two = min(results["two"])
        line("calib, encode, 2 threads", two, None, size, f"{encode / two:.2f}x one thread")
    for name in peers:
        show_peer(name, results["peer " + name], outs, process, encode, size)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("--build", "--text"):
        parser.add_argument(name, required=True)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--peer", action="append", default=[])
    parser.add_argument("tokenizer", nargs="+")
    arguments = parser.parse_args()
    names = [one.split("=", 1)[0] for one in arguments.peer]
    if len({"calib", *names}) <= len(names):
        parser.error("--peer: every peer needs a name of its own, and none is calib")
    arguments.cores = sorted(os.sched_getaffinity(0))[:2]
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        for path in arguments.tokenizer:
            if os.path.isdir(path):
                path = os.path.join(path, "tokenizer.json")
            compare(arguments, path, folder)


if __name__ == "__main__":
    main()
