#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tokenizing, in ratios of one run.

usage: tokenize.py --build DIR --model FILE --text FILE [--repeat N] [--skip-whole] [--symbols N]

The figures in docs/tokenizing.md are of dictionaries that Debian packages: 5 MB is dict-foldoc,
50 MB is dict-wn, dict-foldoc and the first 15 MB of dict-gcide (`zcat
/usr/share/dictd/foldoc.dict.dz`, and `iconv -c -t utf8` behind a cut), nothing repeated; the model
is the `tokenizer.model.v1` of the mistral-common package.

Run it with a Python that has the newest `sentencepiece` package. Compared on the same text and
model: calib_load (cold memo, one and two threads) with (a) the same libsentencepiece on the whole
text, through the adapter with cuts switched off; (b) the Python package's encode of the whole text;
(c) its parallel_encode at its best chunk length. Then whole processes: `calib sample` against a
Python process that reads, encodes and writes. Also the peak memory of `calib sample`.

With --symbols the model first gets N user-defined symbols like those of Gemma's models, and the last
line compares `calib sample` with the same on the model as it was.

calib_load runs with one and with two threads in turn, N processes of a few loads each at several
times of the run; its figure is the best load. (a) is one load, (b) and (c) are the best of two
processes, `calib sample` the best of N."""
import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "sentencepiece"))
import changed

LOADS = 5  # in a process

WORKER = r"""
import json, sys, time
import sentencepiece
model, text, what, size, out = sys.argv[1:6]
start = time.perf_counter()
processor = sentencepiece.SentencePieceProcessor(model_file=model)
data = open(text, encoding="utf8").read()
start_encode = time.perf_counter()
if what == "encode":
    ids = processor.encode(data)
else:
    ids = processor.parallel_encode(data, chunk_len=int(size), num_threads=int(what))
seconds = time.perf_counter() - start_encode
if out:
    import array
    array.array("i", ids).tofile(open(out, "wb"))
print(json.dumps({"seconds": seconds, "tokens": len(ids)}))
"""


def step(what):
    """The figures come at the end, since calib_load runs until then."""
    print(f"... {what}", file=sys.stderr, flush=True)


def timed(command):
    before = time.perf_counter()
    done = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    out, err = done.communicate()
    wall = time.perf_counter() - before
    if done.returncode:
        sys.exit(f"{command}: {err or out}")
    return out, wall


def calib(arguments, threads, cuts, loads):
    """Best seconds of some loads in one process, tokens, and a hash of all rows."""
    bench = os.path.join(arguments.build, "tests", "bench", "bench-load")
    out, _ = timed([bench, arguments.model, arguments.text, str(threads), cuts, str(loads)])
    seconds, tokens, rows = out.split()
    return float(seconds), int(tokens), rows


class Loads:
    """calib_load with one and with two threads, in turn, at several times of the run: where two
    virtual cores run, and what else runs there, changes within seconds."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.seconds = {1: [], 2: []}
        self.rows = set()
        self.tokens = 0

    def run(self):
        step("calib_load")
        for _ in range(self.arguments.repeat):
            for threads, seconds in self.seconds.items():
                best, self.tokens, rows = calib(self.arguments, threads, "proven", LOADS)
                seconds.append(best)
                self.rows.add(rows)
        assert len(self.rows) == 1, "the number of threads, or chance, changed rows"

    def best(self, threads):
        return min(self.seconds[threads])

    def ratios(self):
        """Of neighbouring runs: the lowest, the median, the highest."""
        ratios = sorted(one / two for one, two in zip(self.seconds[1], self.seconds[2]))
        return ratios[0], ratios[len(ratios) // 2], ratios[-1]


def package(arguments, what, size="0", out=""):
    """Best seconds of encoding, and of the whole process, of two runs."""
    runs = [timed([sys.executable, "-c", WORKER, arguments.model, arguments.text, what, size, out])
            for _ in range(2)]
    results = [json.loads(printed) for printed, _ in runs]
    return (min(result["seconds"] for result in results), min(wall for _, wall in runs),
            results[0]["tokens"])


def sample_command(arguments, model):
    program = os.path.join(arguments.build, "examples", "calib", "calib")
    return [program, "sample", "--source", arguments.text, "--tokenizer", model, "--samples", "all",
            "--threads", "1", "--no-token-cache", "-o", "/dev/shm/calib-bench.bin"]


def usage_of(command):
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"{command} failed")
    return usage


def sample(arguments):
    """Best time of a process, and its peak memory."""
    command = sample_command(arguments, arguments.model)
    wall = min(timed(command)[1] for _ in range(arguments.repeat))
    return wall, usage_of(command).ru_maxrss * 1024


def processor_times(arguments, models):
    """The least processor time of `calib sample` with each model, in turn."""
    least = [float("inf")] * len(models)
    for _ in range(2 * arguments.repeat):
        for i, model in enumerate(models):
            usage = usage_of(sample_command(arguments, model))
            least[i] = min(least[i], usage.ru_utime + usage.ru_stime)
    return least


def with_symbols(model, n, path):
    pieces, rest = changed.read_model(model)
    changed.add_tags(pieces, n)
    return changed.write_model(path, pieces, rest)


def line(name, seconds, base, size):
    ratio = f"{seconds / base:8.1f}x" if base else " " * 9
    print(f"{name:44} {seconds:9.3f} s {size / seconds / 1e6:8.1f} MB/s {ratio}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    for name in ("--build", "--model", "--text"):
        parser.add_argument(name, required=True)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--skip-whole", action="store_true", help="leave out (a): 200 s for 50 MB")
    parser.add_argument("--symbols", type=int, default=0)
    arguments = parser.parse_args()
    before = arguments.model
    directory = tempfile.TemporaryDirectory()
    if arguments.symbols:
        arguments.model = with_symbols(before, arguments.symbols, os.path.join(directory.name, "model"))
    size = os.path.getsize(arguments.text)
    loads = Loads(arguments)
    loads.run()
    step("calib sample")
    process, peak = sample(arguments)
    if not arguments.skip_whole:
        step("(a)")
        whole, _, rows = calib(arguments, 1, "whole", 1)
        assert {rows} == loads.rows, "the whole text gave other rows"
        loads.run()
    step("(b)")
    encode, _, tokens = package(arguments, "encode")
    assert tokens == loads.tokens, "the Python package gave another number of tokens"
    loads.run()
    step("(c)")
    parallel = {}
    for chunk in (1000, 3000, 10000, 30000):
        parallel[chunk] = package(arguments, "1", str(chunk))
    chunk = min(parallel, key=lambda k: parallel[k][0])
    loads.run()
    one = loads.best(1)
    print(f"{size} bytes, {loads.tokens} tokens; the last column: times calib_load with one thread")
    line("calib_load, 1 thread, cold", one, one, size)
    line("calib_load, 2 threads, cold", loads.best(2), one, size)
    low, middle, high = loads.ratios()
    print(f"2 threads: {one / loads.best(2):.2f}x one; "
          f"of neighbouring runs {low:.2f}x to {high:.2f}x, the median {middle:.2f}x")
    if not arguments.skip_whole:
        line("(a) the same libsentencepiece, whole text", whole, one, size)
    line("(b) Python package, encode", encode, one, size)
    line(f"(c) Python package, parallel_encode, {chunk}", parallel[chunk][0], one, size)
    print("whole processes, start and output included:")
    line("calib sample --threads 1", process, process, size)
    print(f"peak memory of calib sample: {peak / 1e6:.0f} MB, {peak / size:.2f}x the text")
    step("whole Python processes")
    for name, what, length in (("(b)", "encode", "0"), ("(c)", "1", str(chunk))):
        _, wall, _ = package(arguments, what, length, "/dev/shm/calib-bench.ids")
        line(f"{name} python", wall, process, size)
    if arguments.symbols:
        plain, symbols = processor_times(arguments, [before, arguments.model])
        print(f"calib sample, processor time: {symbols:.3f} s with {arguments.symbols} symbols, "
              f"{symbols / plain:.2f}x the model without")
    for name in ("calib-bench.bin", "calib-bench.ids"):
        os.remove("/dev/shm/" + name)


if __name__ == "__main__":
    main()
