# SPDX-License-Identifier: MIT
"""Reads the calib program's files with numpy and with the safetensors package."""
import json
import os
import subprocess
import tempfile

import numpy as np
import safetensors
import safetensors.numpy

import tap
from tokenizers_under_test import MODEL, adapter, calib, claude_json

PROGRAM = os.environ["CALIB_PROGRAM"]
folder = tempfile.TemporaryDirectory()


def path(name):
    return os.path.join(folder.name, name)


def sample(out, *arguments):
    """Runs the program. Returns its JSON."""
    command = [PROGRAM, "sample", "--source", "builtin", "--json", *map(str, arguments), "-o",
               path(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    tap.equal(done.returncode, 0, f"{command}: {done.stderr}: the exit status")
    return json.loads(done.stdout)


def rows(n_samples=128, seq_len=512, seed=123, tokenizer=None, **fields):
    return np.asarray(calib.load(tokenizer or calib.bytes_tokenizer(), n_samples, seq_len, seed,
                                 source="builtin", **fields))


def same(found, wanted):
    tap.equal((found.dtype, found.shape), (np.dtype(np.int32), wanted.shape), "type and shape")
    tap.holds(np.array_equal(found, wanted), "the rows are equal")


@tap.test("npy: numpy reads it, and writes the same bytes")
def _():
    sample("a.npy")
    found = np.load(path("a.npy"))
    same(found, rows())
    np.save(path("numpy.npy"), found)
    with open(path("a.npy"), "rb") as ours, open(path("numpy.npy"), "rb") as theirs:
        ours, theirs = ours.read(), theirs.read()
    tap.equal(ours[:8], theirs[:8], "magic and version")
    tap.holds(ours == theirs, "the files are equal")
    tap.holds(np.array_equal(np.load(path("a.npy"), mmap_mode="r"), found), "it can be mapped")


@tap.test("npy: shapes of all widths")
def _():
    for n, length in ((1, 1), (1, 100000), (99999, 1), (12345, 17), (-1, 3)):
        sample("b.npy", "--samples", n, "--seq-len", length)
        same(np.load(path("b.npy")), rows(n, length))


@tap.test("safetensors: the package reads rows and metadata")
def _():
    said = sample("a.safetensors", "--samples", 20, "--seq-len", 33, "--seed", 2**64 - 1,
                  "--skip", 15, "--rank", 1, "--world", 3)
    wanted = rows(20, 33, 2**64 - 1, skip=15, rank=1, world=3)
    found = safetensors.numpy.load_file(path("a.safetensors"))
    tap.equal(list(found), ["input_ids"], "the tensors")
    same(found["input_ids"], wanted)
    with safetensors.safe_open(path("a.safetensors"), "numpy") as opened:
        metadata = opened.metadata()
    expected = {"source": "builtin", "sampler": "mlx", "seed": str(2**64 - 1), "keys_used": "15",
                "n_samples": "20", "seq_len": "33", "rank": "1", "world": "3",
                "corpus_sha256": said["corpus_sha256"], "calib_version": said["calib_version"]}
    tap.equal({name: metadata.get(name) for name in expected}, expected, "the metadata")
    tap.equal(len(metadata["tokenizer_fingerprint"]), 64, "the fingerprint's digits")
    tap.equal(os.path.getsize(path("a.safetensors")) % 4, wanted.nbytes % 4, "it is aligned")


@tap.test("safetensors: its metadata is enough to make the rows again")
def _():
    sample("c.safetensors", "--samples", "all", "--seq-len", 1000, "--seed", 7, "--skip", 2)
    with safetensors.safe_open(path("c.safetensors"), "numpy") as opened:
        metadata, found = opened.metadata(), opened.get_tensor("input_ids")
    same(found, rows(*(int(metadata[name]) for name in ("n_samples", "seq_len", "seed")),
                     skip=int(metadata["keys_used"])))
    sample("d.safetensors", "--samples", "all", "--seq-len", 1000, "--seed", 7, "--skip", 2)
    with open(path("c.safetensors"), "rb") as one, open(path("d.safetensors"), "rb") as two:
        tap.holds(one.read() == two.read(), "equal runs give equal files")


@tap.test("bin: raw little-endian ids")
def _():
    sample("a.bin", "--samples", 10, "--seq-len", 50)
    same(np.fromfile(path("a.bin"), "<i4").astype(np.int32).reshape(10, 50), rows(10, 50))


@tap.test("tokenize: numpy reads all tokens, and writes the same bytes")
def _():
    for tokenizer, model in (("bytes", calib.bytes_tokenizer()), (MODEL, adapter(False)),
                             (claude_json(), calib.TokenizerJson(claude_json()))):
        with calib.Corpus(model, source="builtin") as corpus:
            wanted = np.asarray(corpus.tokens(0, corpus.info().n_tokens))
        for out in "t.npy", "t.bin":
            tap.output(PROGRAM, "tokenize", "--source", "builtin", "--tokenizer", tokenizer, "-o",
                       path(out))
        found = np.load(path("t.npy"))
        same(found, wanted)
        same(np.fromfile(path("t.bin"), "<i4").astype(np.int32), wanted)
        np.save(path("numpy.npy"), found)
        with open(path("t.npy"), "rb") as ours, open(path("numpy.npy"), "rb") as theirs:
            tap.holds(ours.read() == theirs.read(), "the files are equal")


@tap.test("standard output carries the file and nothing else")
def _():
    done = subprocess.run([PROGRAM, "sample", "--source", "builtin", "--samples", "3", "--seq-len",
                           "9", "--format", "npy", "-o", "-"], stdout=subprocess.PIPE, check=True)
    with open(path("e.npy"), "wb") as out:
        out.write(done.stdout)
    same(np.load(path("e.npy")), rows(3, 9))


@tap.test("the counts in JSON are those of the rows")
def _():
    said = sample("f.npy", "--samples", 1000000, "--seq-len", 512)
    found = np.load(path("f.npy"))
    tap.equal((said["requested"], said["returned"], said["available_rows"]),
              (1000000, len(found), len(found)), "the rows")
    tap.equal(said["tokens"], len(found) * 512 + said["tail_dropped"], "the tokens")


@tap.test("a SentencePiece model, with BOS and without")
def _():
    for options, bos in (((), False), (("--bos",), True)):
        said = sample("g.npy", "--tokenizer", MODEL, *options)
        same(np.load(path("g.npy")), rows(tokenizer=adapter(bos)))
        tap.equal(said["vocab_size"], 32000, "the vocabulary")


@tap.test("llama.cpp's way: BOS over the first token of every row")
def _():
    found = rows(16, 64, tokenizer=adapter(False), bos=calib.BOS_OVERWRITE)
    plain = rows(16, 64, tokenizer=adapter(False))
    tap.holds((found[:, 0] == 1).all() and np.array_equal(found[:, 1:], plain[:, 1:]), "the rows")


tap.run()
