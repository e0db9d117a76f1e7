# SPDX-License-Identifier: MIT
"""calib tokenize: all tokens of a corpus in a file."""
import hashlib
import json
import os
import struct

import program
import readers
import tap

TEXT = b"".join(b"Line %d: some words and a newline\n" % i for i in range(20000))
ASK = ["tokenize", "--source", "corpus.txt"]


class corpus:
    """A directory that holds corpus.txt."""

    def __init__(self, text=TEXT):
        self.text = text

    def __enter__(self):
        self.directory = program.directory()
        path = self.directory.__enter__()
        (path / "corpus.txt").write_bytes(self.text)
        return path

    def __exit__(self, *exception):
        return self.directory.__exit__(*exception)


def raw(ids):
    return struct.pack(f"<{len(ids)}i", *ids)


@tap.test("npy is an array of one dimension, bin the ids and nothing else")
def _():
    with corpus() as path:
        program.good(path, *ASK, "-o", "t.npy")
        program.good(path, *ASK, "-o", "t.bin", "--no-token-cache", "--threads", 2)
        tap.holds(readers.read_npy((path / "t.npy").read_bytes()) == list(TEXT), "npy")
        tap.holds((path / "t.bin").read_bytes() == raw(TEXT), "bin")
        program.good(path, *ASK, "-o", "t", "--format", "npy")
        tap.holds((path / "t").read_bytes() == (path / "t.npy").read_bytes(), "--format")


@tap.test("one token, and a number of tokens around that of a block")
def _():
    block = 256 * 1024
    for n in (1, block - 1, block, block + 1):
        with corpus((TEXT * 2)[:n]) as path:
            program.good(path, *ASK, "-o", "t.npy")
            tap.holds(readers.read_npy((path / "t.npy").read_bytes()) == list((TEXT * 2)[:n]),
                      f"{n} tokens")


@tap.test("standard output gets the tokens and nothing else")
def _():
    with corpus() as path:
        for output in ("-", "/dev/stdout"):
            out = program.good(path, *ASK, "--format", "bin", "-o", output).out
            tap.holds(out == raw(TEXT), output)
        program.bad(path, 2, ["--json", "-o -"], *ASK, "--json", "--format", "bin", "-o", "-")


@tap.test("the rows of sample are those of the tokens")
def _():
    with corpus() as path:
        program.good(path, *ASK, "-o", "t.npy")
        program.good(path, "sample", "--source", "corpus.txt", "--samples", 50, "-o", "r.npy")
        ids = readers.read_npy((path / "t.npy").read_bytes())
        tap.holds(readers.read_npy((path / "r.npy").read_bytes()) == readers.sample(ids, 50, 512, 123),
                  "other rows")


@tap.test("a text with fewer tokens than a row")
def _():
    with corpus(b"ab") as path:
        program.good(path, *ASK, "-o", "t.npy")
        tap.equal(readers.read_npy((path / "t.npy").read_bytes()), [97, 98])
        (path / "corpus.txt").write_bytes(b"")
        program.bad(path, 1, ["corpus.txt", "empty"], *ASK, "-o", "t.npy")


@tap.test("the summary names tokens, corpus and hash; --json has the same and the times")
def _():
    with corpus() as path:
        out = program.good(path, *ASK, "-o", "t.npy").out.decode()
        digest = hashlib.sha256(TEXT).hexdigest()
        for words in (f"{len(TEXT)} tokens in t.npy", f"corpus corpus.txt: {len(TEXT)} bytes",
                      f"sha256 {digest}", "took "):
            tap.holds(words in out, f"{words!r} is not in {out}")
        told = json.loads(program.good(path, *ASK, "-o", "t.bin", "--json").out)
        tap.equal(list(told), [
            "tokens", "source", "corpus_sha256", "corpus_bytes", "text_bytes", "download_cache",
            "token_cache", "token_cache_why", "tokenizer", "tokenizer_fingerprint", "vocab_size",
            "output", "format", "seconds", "calib_version"], "the keys")
        tap.equal([told["tokens"], told["corpus_sha256"], told["token_cache"], told["format"]],
                  [len(TEXT), digest, "hit", "bin"])
        tap.equal(sorted(told["seconds"]), ["fetch", "read", "tokenize", "total", "write"])


@tap.test("the corpus and the tokenizer are never replaced by their tokens")
def _():
    with corpus() as path:
        (path / "model").mkdir()
        for name in ("tokenizer.json", "tokenizer_config.json"):
            (path / "model" / name).write_text("{}")
        program.bad(path, 1, ["corpus.txt is the corpus"], *ASK, "--format", "bin", "-o",
                    "corpus.txt")
        for tokenizer, output in (("model/tokenizer.json", "model/tokenizer.json"),
                                  ("model", "model/tokenizer.json"),
                                  ("model", "model/tokenizer_config.json")):
            program.bad(path, 1, [f"{output} is the tokenizer"], *ASK, "--format", "bin",
                        "--tokenizer", tokenizer, "-o", output)


@tap.test("an output that cannot be written whole is as it was")
def _():
    with corpus() as path:
        (path / "t.npy").write_bytes(b"old")
        program.bad(path, 1, "No space left", *ASK, "--format", "bin", "-o", "/dev/full")
        (path / "corpus.txt").write_bytes(TEXT + b"\xff")
        program.bad(path, 1, ["UTF-8", "--raw"], *ASK, "-o", "t.npy")
        tap.equal((path / "t.npy").read_bytes(), b"old")


def peak(directory, name):
    return program.peak(directory, "tokenize", "--source", name, "--raw", "--no-token-cache",
                        "--threads", "1", "-o", "t.npy")


@tap.test("memory does not grow with the number of tokens")
def _():
    with program.directory() as path:
        for name, size in (("small.bin", 2**20), ("large.bin", 2**27)):
            with open(path / name, "wb") as file:
                for _ in range(size >> 20):
                    file.write(os.urandom(2**20))
        small, large = peak(path, "small.bin"), peak(path, "large.bin")
        tap.note(f"{small >> 20} MiB for 1 MiB of text, {large >> 20} MiB for 128")
        # The tokens have 512 MiB; calib keeps some in memory before it uses a file.
        tap.holds(large < small + 256 * 2**20, f"{large} bytes of memory, {small} for little")


tap.run()
