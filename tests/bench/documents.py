#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Documents against the same text as one file, in ratios of one run.

usage: documents.py --build DIR --text FILE [--bytes N] [--repeat N] [--threads N] [--peer PYTHON] TOKENIZER...

Makes documents of about 2 KB of the lines of FILE, in another order each time that it begins again,
until they have N bytes: once as plain text, and as JSONL, .jsonl.gz and .jsonl.zst with the field `text`.
`calib info` reads each of them in turn, without stored tokens; `zcat` and `zstd -dc` unpack the same
files alone. Each figure is the best of `--repeat`: seconds, and seconds of processors, which other
programs on the machine disturb less. A peer is a Python with `datasets` and `tokenizers`, which maps a
tokenizer.json over the first 20 MB of the JSONL with one process."""
import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time

PEER_BYTES = 20_000_000

PEER = r"""
import sys, time
import datasets, tokenizers
datasets.disable_caching()
datasets.disable_progress_bars()
tokenizer = tokenizers.Tokenizer.from_file(sys.argv[1])
start = time.perf_counter()
rows = datasets.load_dataset("json", data_files=sys.argv[2], split="train", cache_dir=sys.argv[3])
rows = rows.map(lambda row: {"ids": tokenizer.encode(row["text"]).ids})
print(time.perf_counter() - start)
"""


def documents_of(text):
    document, size = [], 0
    for line in text.split("\n"):
        document.append(line)
        size += len(line) + 1
        if size > 2000:
            yield "\n".join(document)
            document, size = [], 0


def make_files(folder, text, n_bytes):
    """Writes the files and returns the size of the text."""
    documents, shuffle, size = list(documents_of(text)), random.Random(1).shuffle, 0
    with open(f"{folder}/plain", "wb") as plain, open(f"{folder}/jsonl", "wb") as jsonl, \
            open(f"{folder}/peer", "wb") as peer:
        while size < n_bytes:
            shuffle(documents)
            for document in documents:
                line = json.dumps({"text": document}, ensure_ascii=False).encode() + b"\n"
                plain.write(document.encode() + b"\n")
                jsonl.write(line)
                if size < PEER_BYTES:
                    peer.write(line)
                size += len(document.encode()) + 1
                if size >= n_bytes:
                    break
    for name, pack in ("gz", ["gzip", "-6"]), ("zst", ["zstd", "-q", "-3"]):
        with open(f"{folder}/jsonl", "rb") as jsonl, open(f"{folder}/{name}", "wb") as out:
            subprocess.run([*pack, "-c"], stdin=jsonl, stdout=out, check=True)
    return size


def processor_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Figures:
    """The best seconds and processor seconds of each command."""

    def __init__(self):
        self.best = {}

    def run(self, name, command, **options):
        seconds, used = time.perf_counter(), processor_seconds()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True, **options)
        is_now = time.perf_counter() - seconds, processor_seconds() - used
        self.best[name] = tuple(map(min, is_now, self.best.get(name, is_now)))

    def show(self, name, than):
        mine, other = self.best[name], self.best[than]
        print(f"  {name:18} {mine[0]:8.2f} s {mine[1]:8.2f} s of processors,  "
              f"{other[0] / mine[0]:.2f} and {other[1] / mine[1]:.2f} times the speed of {than}")


def calib(arguments, folder, tokenizer, name):
    command = [os.path.join(arguments.build, "examples", "calib", "calib"), "info", "--json", "--no-token-cache",
               "--source", f"{folder}/{name}", "--tokenizer", tokenizer, "--threads", str(arguments.threads)]
    return command if name == "plain" else [*command, "--documents", "jsonl"]


def compare(arguments, folder, tokenizer):
    figures = Figures()
    for _ in range(arguments.repeat):
        for name in "plain", "jsonl", "gz", "zst":
            figures.run(name, calib(arguments, folder, tokenizer, name))
        figures.run("zcat", ["zcat"], stdin=open(f"{folder}/gz", "rb"))
        figures.run("zstd -dc", ["zstd", "-dc", f"{folder}/zst"])
    print(tokenizer)
    for name, than in ("plain", "plain"), ("jsonl", "plain"), ("gz", "zcat"), ("zst", "zstd -dc"):
        figures.show(name, than)
    return figures.best["jsonl"][0]


def compare_peer(arguments, folder, tokenizer, n_bytes, seconds):
    path = os.path.join(tokenizer, "tokenizer.json") if os.path.isdir(tokenizer) else tokenizer
    if not path.endswith(".json"):
        return
    out = subprocess.run([arguments.peer, "-c", PEER, path, f"{folder}/peer", f"{folder}/cache"], check=True,
                         stdout=subprocess.PIPE, text=True).stdout
    slower = float(out.split()[-1]) / min(PEER_BYTES, n_bytes) / (seconds / n_bytes)
    print(f"  load_dataset and map take {slower:.0f} times as long for a byte of text as jsonl")


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--build", required=True)
    parser.add_argument("--text", required=True)
    parser.add_argument("--bytes", type=int, default=1_000_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--peer")
    parser.add_argument("tokenizers", nargs="+")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        with open(arguments.text, encoding="utf8", newline="") as file:
            n_bytes = make_files(folder, file.read().replace("\r", ""), arguments.bytes)
        print(f"{n_bytes} bytes of text, {arguments.threads} threads, the best of {arguments.repeat}")
        for tokenizer in arguments.tokenizers:
            seconds = compare(arguments, folder, tokenizer)
            if arguments.peer:
                compare_peer(arguments, folder, tokenizer, n_bytes, seconds)
            sys.stdout.flush()


main()
