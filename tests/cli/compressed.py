# SPDX-License-Identifier: MIT
"""Compressed sources on the command line: as files, pipes and standard input."""
import gzip
import json
import os
import shutil
import subprocess
import zlib

import program
import tap

TEXT = b"".join(b"Line %d: some words and a newline\r\n" % i for i in range(20000))
LINES = TEXT.replace(b"\r\n", b"\n")
TOKENIZE = ["tokenize", "--no-token-cache", "--format", "bin", "-o", "-", "--source"]


def zstd(data, *options):
    if not shutil.which("zstd"):
        raise tap.Skip("zstd is not installed")
    return subprocess.run(["zstd", "-q", "-c", *options], input=data, stdout=subprocess.PIPE, check=True,
                          env=dict(os.environ, MALLOC_PERTURB_="0")).stdout  # it is not zstd that is tested


def text_of(done):
    return done.out[::4]


@tap.test("memory does not grow with the text")
def _():
    with program.directory() as path:
        def peak(name):
            return program.peak(path, "tokenize", "--source", name, "--no-token-cache", "-o", "t.bin")
        for ending, pack in ("gz", lambda data: zlib.compress(data, 1, wbits=31)), ("zst", zstd):
            (path / f"small.{ending}").write_bytes(pack(TEXT * 4))
            (path / f"large.{ending}").write_bytes(pack(TEXT) * 100)
            small, large = peak(f"small.{ending}"), peak(f"large.{ending}")
            tap.note(f"{ending}: {small >> 20} MiB for {len(TEXT) * 4 >> 20} MiB of text, "
                     f"{large >> 20} MiB for {len(TEXT) * 100 >> 20}")
            tap.holds(large < small + (24 << 20), "memory grows with the text")


@tap.test("a file, a pipe and standard input, by gzip and zstd")
def _():
    with program.directory() as path:
        for name, packed in ("a.gz", gzip.compress(TEXT)), ("a.zst", zstd(TEXT)):
            (path / name).write_bytes(packed)
            tap.holds(text_of(program.good(path, *TOKENIZE, name)) == LINES, name)
            tap.holds(text_of(program.good(path, *TOKENIZE, "-", input=packed)) == LINES, "a pipe")
            with open(path / name, "rb") as file:
                tap.holds(text_of(program.good(path, *TOKENIZE, "-", stdin=file)) == LINES, "a file")
            program.good(path, "tokenize", "--cache-stdin", "-o", "t.bin", "--source", "-", input=packed)
            tap.holds((path / "t.bin").read_bytes()[::4] == LINES, "standard input, read twice")


@tap.test("a pipe whose first bytes come one by one")
def _():
    with program.directory() as path:
        child = subprocess.Popen([program.CALIB, *TOKENIZE, "-"], stdin=subprocess.PIPE, cwd=path,
                                 stdout=subprocess.PIPE, env=program.environment(path), bufsize=0)
        packed = gzip.compress(b"a short text")
        for i in range(len(packed)):
            child.stdin.write(packed[i:i + 1])
        tap.equal(child.communicate()[0][::4], b"a short text")


@tap.test("info has the size of both")
def _():
    with program.directory() as path:
        packed = gzip.compress(TEXT)
        (path / "a.gz").write_bytes(packed)
        info = json.loads(program.good(path, "info", "--source", "a.gz", "--json").out)
        tap.equal((info["corpus_bytes"], info["text_bytes"]), (len(packed), len(LINES)))
        shown = program.good(path, "info", "--source", "a.gz").out.decode()
        tap.holds(str(len(packed)) in shown and str(len(LINES)) in shown, shown)


@tap.test("--reader says what the bytes are")
def _():
    with program.directory() as path:
        packed = gzip.compress(TEXT)
        (path / "a.gz").write_bytes(packed)
        (path / "a.txt").write_bytes(TEXT)
        for reader in "auto", "gzip":
            tap.holds(text_of(program.good(path, *TOKENIZE, "a.gz", "--reader", reader)) == LINES, reader)
        plain = program.good(path, *TOKENIZE, "a.gz", "--reader", "plain", "--raw")
        tap.holds(text_of(plain) == packed, "plain")
        tap.holds(text_of(program.good(path, *TOKENIZE, "a.gz", "--raw")) == TEXT, "raw")
        program.bad(path, 1, ["a.txt is not gzip-compressed", "(--reader auto)"], *TOKENIZE, "a.txt",
                    "--reader", "gzip")


@tap.test("damage, bombs and limits end with a message")
def _():
    with program.directory() as path:
        packed = gzip.compress(TEXT)
        for name, content, words in (
                ("cut.gz", packed[:-1], ["cut.gz is cut short", f"byte {len(packed) - 1}"]),
                ("bad.gz", packed[:-8] + bytes(8), ["bad.gz", "incorrect data check"]),
                ("cut.zst", zstd(TEXT)[:-1], ["cut.zst is cut short", "zstd frame"]),
                ("wide.zst", zstd(TEXT, "--ultra", "-1", "--zstd=wlog=28"), ["wide.zst", "--long=27"]),
                ("bomb.gz", zlib.compress(bytes(32 << 20), wbits=31), ["bomb.gz", "gzip -d"]),
                ("bomb.zst", zstd(bytes(32 << 20)), ["bomb.zst", "zstd -d"]),
                ("twice.gz", gzip.compress(packed), ["the text inside twice.gz is gzip-compressed"]),
                ("page.gz", gzip.compress(b"<!DOCTYPE html>\n"), ["inside page.gz is a web page"]),
                ("none.gz", gzip.compress(b""), ["none.gz is an empty text"])):
            (path / name).write_bytes(content)
            program.bad(path, 1, words, *TOKENIZE, name)
        (path / "a.gz").write_bytes(packed)
        program.good(path, *TOKENIZE, "a.gz", "--max-text-bytes", len(TEXT))
        program.bad(path, 1, ["a.gz has more text", "(--max-text-bytes BYTES)"], *TOKENIZE, "a.gz",
                    "--max-text-bytes", len(TEXT) - 1)


tap.run()
