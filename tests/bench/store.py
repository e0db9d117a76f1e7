#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the token store and streaming are worth, in ratios of one run, and memory from outside.

usage: store.py --build DIR --model FILE --text FILE [--sizes 10 100 1000] [--only PART]

Run it with a Python that has mlx, mlx_lm and sentencepiece. PARTs:
  load    the second calib_load (stored tokens, verified) against the second load_data of mlx-lm,
          same text and tokenizer
  program the whole process of a warm `calib sample`
  rows    128 of 10^7 rows against mx.random.permutation(10**7) alone
  memory  peak memory by /usr/bin/time -v, and time, over texts of so many MB (made of TEXT): with
          the model and with bytes"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

sys.path.pop(0)  # this folder's tokenize.py is not Python's

ROWS = 10**7


def output(command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    if done.returncode:
        sys.exit(f"{command}: {done.stderr}{done.stdout}")
    return done


def best(repeat, function):
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def line(name, seconds, base=None):
    ratio = f"{seconds / base:10.1f}x" if base else ""
    print(f"{name:52} {seconds * 1000:12.3f} ms {ratio}", flush=True)


def bench(arguments, *rest):
    program = pathlib.Path(arguments.build, "tests", "bench", "bench-stored")
    return float(output([program, *rest]).stdout)


class ForMlx:
    """A tokenizer as load_data() wants it: it encodes at every call, as they all do."""

    def __init__(self, model):
        import sentencepiece
        self.processor = sentencepiece.SentencePieceProcessor(model_file=model)

    def encode(self, text, return_tensors):
        import mlx.core as mx
        assert return_tensors == "mlx"
        return mx.array([self.processor.encode(text)], dtype=mx.int32)


def load(arguments, folder):
    os.environ["HOME"] = str(folder)
    cached = folder / ".cache" / "mlx-lm" / "calibration_v5.txt"
    cached.parent.mkdir(parents=True)
    cached.write_bytes(pathlib.Path(arguments.text).read_bytes())
    import mlx.core as mx
    from mlx_lm.quant.utils import load_data
    tokenizer = ForMlx(arguments.model)
    load_data(tokenizer, 128, 512)
    theirs = best(1, lambda: mx.eval(load_data(tokenizer, 128, 512)))
    ours = bench(arguments, "load", arguments.model, arguments.text, folder, 20)
    line("calib_load, second call", ours)
    line("mlx-lm load_data, second call", theirs, ours)


def program(arguments, folder):
    calib = pathlib.Path(arguments.build, "examples", "calib", "calib")
    command = [str(part) for part in
               (calib, "sample", "--source", arguments.text, "--tokenizer", arguments.model,
                "--cache-dir", folder, "-o", folder / "rows.npy")]
    output(command)
    line("calib sample, warm, whole process", best(20, lambda: output(command)))


def rows(arguments, folder):
    import mlx.core as mx
    text = folder / "rows"
    text.write_bytes(b"0123456789" * (ROWS // 10))
    ours = bench(arguments, "rows", text, folder, 5)
    theirs = best(5, lambda: mx.eval(mx.random.permutation(ROWS)))
    line("calib_corpus_sample, 128 of 10^7 rows", ours)
    line("mx.random.permutation(10**7) alone", theirs, ours)


def make_text(arguments, path, size):
    block = pathlib.Path(arguments.text).read_bytes()
    spaces = [found.start() for found in re.finditer(b" ", block)]
    with open(path, "wb") as out:
        step = 0
        while out.tell() < size:
            at = spaces[step * 7919 % len(spaces)]
            out.write((block[at:] + block[:at])[:size - out.tell()].decode(errors="ignore").encode()
                      or b" ")
            step += 1


def memory(arguments, folder):
    calib = pathlib.Path(arguments.build, "examples", "calib", "calib")
    for megabytes in arguments.sizes:
        text = folder / "text"
        make_text(arguments, text, megabytes * 10**6)
        for name, tokenizer in (("model", arguments.model), ("bytes", "bytes")):
            done = output(["/usr/bin/time", "-v", calib, "sample", "--source", text, "--tokenizer",
                           tokenizer, "--cache-dir", folder, "-o", folder / "rows.npy"])
            peak = int(re.search(r"Maximum resident set size \(kbytes\): (\d+)", done.stderr)[1])
            user, system = (float(re.search(what + r" time \(seconds\): ([\d.]+)", done.stderr)[1])
                            for what in ("User", "System"))
            clock = re.search(r"\(h:mm:ss or m:ss\): (?:(\d+):)?(\d+):([\d.]+)", done.stderr)
            wall = 3600 * int(clock[1] or 0) + 60 * int(clock[2]) + float(clock[3])
            print(f"{megabytes:5} MB, {name:5} {peak / 1024:8.1f} MB peak {wall:8.2f} s wall "
                  f"{user + system:8.2f} s processor {megabytes / (user + system):7.1f} MB/s",
                  flush=True)
        for store in (folder / "tokens").glob("*.ctk"):
            store.unlink()


def main():
    parts = {"load": load, "program": program, "rows": rows, "memory": memory}
    parser = argparse.ArgumentParser()
    for name in ("--build", "--model", "--text"):
        parser.add_argument(name, required=True, type=os.path.abspath)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10, 100, 1000])
    parser.add_argument("--only", choices=parts)
    arguments = parser.parse_args()
    print(f"{os.path.getsize(arguments.text)} bytes of text")
    for name, part in parts.items():
        if arguments.only in (None, name):
            with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
                part(arguments, pathlib.Path(folder))


main()
