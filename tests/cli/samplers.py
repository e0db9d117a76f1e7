# SPDX-License-Identifier: MIT
"""Samplers on the command line: their options, what the program says, and its files."""
import json
import random

import program
import readers
import tap

TEXT = bytes(range(97, 120))  # 23 ids
LINES = b"one\n\nthirteen\ntwelve\n"


def sampled(directory, *arguments):
    program.good(directory, "sample", *arguments, "--json", "-o", "rows.npy")
    return readers.read_npy((directory / "rows.npy").read_bytes())


def with_files(function):
    def run():
        with program.directory() as path:
            (path / "text").write_bytes(TEXT)
            (path / "lines").write_bytes(LINES)
            function(path)
    return run


@tap.test("sequential: --first-row, and --pad keeps the tail")
@with_files
def _(path):
    ask = ("--source", "text", "--sampler", "sequential", "--seq-len", 5, "--samples", "all")
    rows = [list(TEXT[i:i + 5]) for i in range(0, 20, 5)]
    tap.equal(sampled(path, *ask), rows)
    tap.equal(sampled(path, *ask, "--first-row", 2), rows[2:])
    tap.equal(sampled(path, *ask, "--pad", 0), [*rows, [*TEXT[20:], 0, 0]])
    program.bad(path, 1, ["first row is 4"], "sample", *ask, "--first-row", 4, "-o", "no.npy")


@tap.test("imatrix: two rows are needed")
@with_files
def _(path):
    ask = ("--source", "text", "--sampler", "imatrix", "--samples", "all", "--seq-len")
    tap.equal(len(sampled(path, *ask, 11)), 2)
    program.bad(path, 1, ["llama.cpp wants two full rows"], "sample", *ask, 12, "-o", "no.npy")


@tap.test("--numbers: rows and documents as listed, all of them without --samples")
@with_files
def _(path):
    ask = ("--source", "text", "--sampler", "rows", "--seq-len", 5, "--numbers", "3,0,3")
    rows = [list(TEXT[15:20]), list(TEXT[:5]), list(TEXT[15:20])]
    tap.equal(sampled(path, *ask), rows)
    tap.equal(sampled(path, *ask, "--samples", 3), rows)
    program.bad(path, 1, ["n_samples is 2, but there are 3 numbers"], "sample", *ask, "--samples", 2,
                "-o", "no.npy")
    listed = ("--source", "lines", "--documents", "lines", "--sampler", "documents-list", "--seq-len", 4,
              "--pad", 0, "--numbers=3,0")
    tap.equal(sampled(path, *listed), [list(b"twel"), [*b"one", 0]])
    for wrong in ("", ",", "1,", "1,,2", "1 2", "-1", "x", "18446744073709551616"):
        program.bad(path, 2, ["--numbers"], "sample", "--source", "text", f"--numbers={wrong}", "-o", "no.npy")
    program.bad(path, 1, ["n_numbers is 1, but sampler \"mlx\""], "sample", "--source", "text", "--numbers", 1,
                "-o", "no.npy")


@tap.test("numbers and weights exclude each other")
@with_files
def _(path):
    program.bad(path, 1, ["numbers are of the whole corpus"], "sample", "--source", "text", "--weight", 1,
                "--source", "lines", "--weight", 1, "--sampler", "rows", "--numbers", 1, "--seq-len", 2, "-o",
                "no.npy")


@tap.test("gptq-window draws more rows than the corpus has, in blocks too")
@with_files
def _(path):
    generator = random.Random(7)
    starts = [generator.randint(0, 23 - 5 - 1) for _ in range(1000)]
    ask = ("sample", "--source", "text", "--sampler", "gptq-window", "--seed", 7, "--samples", 1000)
    told = json.loads(program.good(path, *ask, "--seq-len", 5, "--json", "-o", "rows.npy").out)
    tap.equal((told["available_rows"], told["returned"], told["sampler"]), (None, 1000, "gptq-window"))
    tap.equal(readers.read_npy((path / "rows.npy").read_bytes()), [list(TEXT[i:i + 5]) for i in starts])
    said = program.good(path, *ask, "--seq-len", 5, "-o", "rows.npy")
    tap.holds(b"drawn with replacement" in said.out, said)
    program.bad(path, 1, ["needs at least 1"], *ask[:-1], "all", "--seq-len", 5, "-o", "no.npy")
    # More rows than fit into one block of 64 MiB.
    generator = random.Random(7)
    starts = [generator.randint(0, 23 - 1 - 1) for _ in range(1500000)]
    program.good(path, *ask[:-1], len(starts), "--seq-len", 1, "-o", "rows.bin")
    ids = (path / "rows.bin").read_bytes()
    tap.equal(len(ids), 4 * len(starts))
    tap.holds(ids[::4] == bytes(TEXT[i] for i in starts), "other rows in blocks")


@tap.test("documents: a shortfall is one in what the sampler counts")
@with_files
def _(path):
    ask = ("sample", "--source", "lines", "--documents", "lines", "--sampler", "awq", "--seq-len", 8, "--samples")
    done = program.run(path, *ask, 3, "-o", "rows.npy")
    tap.equal((done.status, done.err), (0, ""))  # three documents, two rows
    done = program.run(path, *ask, 4, "-o", "rows.npy")
    tap.holds("--samples is 4, but only 3 are available with rows of 8 tokens" in done.err, done)
    program.bad(path, 1, ["4 documents were asked for, only 3"], *ask, 4, "--strict", "-o", "no.npy")


@tap.test("the metadata of .safetensors has what was asked for")
@with_files
def _(path):
    program.good(path, "sample", "--source", "text", "--sampler", "rows", "--numbers", "1,0", "--seq-len", 5, "-o",
                 "rows.safetensors")
    data = (path / "rows.safetensors").read_bytes()
    metadata = json.loads(data[8:8 + int.from_bytes(data[:8], "little")])["__metadata__"]
    tap.equal([metadata[name] for name in ("sampler", "numbers", "first_row", "n_samples")],
              ["rows", "1,0", "0", "-1"])


@tap.test("a scheme that calib does not promise is refused with the reason")
@with_files
def _(path):
    program.bad(path, 1, ["divided into files", "hf-shuffle"], "sample", "--source", "text", "--sampler",
                "hf-streaming", "-o", "no.npy")


tap.run()
