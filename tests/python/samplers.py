# SPDX-License-Identifier: MIT
"""Samplers from Python; mlx-dwq and mlx-perplexity against mlx-lm's own load_data()."""
import itertools
import json
import os
import pathlib
import random
import tempfile

import tap

home = tempfile.TemporaryDirectory()
os.environ["HOME"] = os.environ["HF_HOME"] = home.name
os.environ["HF_HUB_OFFLINE"] = "1"

import numpy as np  # noqa: E402

from tokenizers_under_test import calib  # noqa: E402

EOS = 10  # LF: some documents end with it and get no other
generator = random.Random(5)
TEXTS = ["".join(generator.choice("abc \n") for _ in range(generator.choice((1, 2, 7, 8, 9, 40)))) for _ in range(60)]
FOLDER = pathlib.Path(home.name) / "set"
FOLDER.mkdir()
(FOLDER / "train.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in TEXTS))
CASES = list(itertools.product((1, 5, 60, 100), (3, 8, 33), (0, 123, 2**32 - 1)))[::2]


class Bytes:
    """The byte tokenizer, as mlx-lm uses tokenizers."""
    eos_token_id = EOS

    def encode(self, text):
        return list(text.encode())


def rows_of(sampler, n, seq_len, seed, **fields):
    return calib.load(calib.bytes_tokenizer(), n, seq_len, seed, source=str(FOLDER / "train.jsonl"),
                      documents="jsonl", append_id=EOS, append_missing=True, sampler=sampler, **fields)


def mlx_lm(module):
    try:
        return __import__(module, fromlist=["load_data"]).load_data
    except ImportError:
        raise tap.Skip("mlx-lm is not installed: run sh tests/run.sh all") from None


@tap.test(f"mlx-dwq: {len(CASES)} cases of mlx-lm's load_data()")
def _():
    load_data = mlx_lm("mlx_lm.quant.dwq")
    for n, seq_len, seed in CASES:
        np.random.seed(seed)
        train, _ = load_data(Bytes(), str(FOLDER), n, seq_len)
        samples = rows_of("mlx-dwq", n, seq_len, seed, pad=0)
        lengths = samples.lengths or [seq_len] * samples.n_rows
        rows = [row[:length] for row, length in zip(samples.tolist(), lengths)]
        tap.equal(rows, [tokens for tokens, _ in train], f"{(n, seq_len, seed)}: the rows")


@tap.test(f"mlx-perplexity: {len(CASES)} cases of mlx-lm's load_data(), or both fail")
def _():
    load_data, n_equal = mlx_lm("mlx_lm.perplexity"), 0
    for n, seq_len, seed in CASES:
        np.random.seed(seed)
        try:
            wanted = load_data(Bytes(), str(FOLDER), n, seq_len).tolist()
        except IndexError:
            with tap.raises(calib.Error) as caught:
                rows_of("mlx-perplexity", n, seq_len, seed)
            tap.equal(caught.error.name, "CALIB_E_TOO_SHORT")
            continue
        n_equal += 1
        tap.equal(rows_of("mlx-perplexity", n, seq_len, seed).tolist(), wanted, f"{(n, seq_len, seed)}: the rows")
    tap.holds(len(CASES) > n_equal > len(CASES) // 2, f"{n_equal} cases have rows")


@tap.test("control: another seed gives other rows")
def _():
    for sampler, n in (("mlx-dwq", 5), ("mlx-perplexity", 5)):
        one, other = (rows_of(sampler, n, 8, seed, **({"pad": 0} if sampler == "mlx-dwq" else {})).tolist()
                      for seed in (1, 2))
        tap.holds(one != other, sampler)


@tap.test("lazy documents give the same rows, and draws tokenize few of them")
def _():
    ask = dict(source=str(FOLDER / "train.jsonl"), documents="jsonl")
    with calib.Corpus(calib.bytes_tokenizer(), **ask) as eager:
        for sampler in ("gptq-document", "wanda-document", "awq", "autoround", "autoround-file", "hf-shuffle",
                        "mlx-dwq", "mlx-perplexity", "torch-random", "torch-reject", "longest"):
            seq_len = 40 if sampler == "awq" else 6
            pad = {"pad": 0} if sampler in ("hf-shuffle", "mlx-dwq", "torch-random", "longest") else {}
            rows = eager.sample(3, seq_len, 7, sampler=sampler, **pad)
            lazy = calib.load(calib.bytes_tokenizer(), 3, seq_len, 7, sampler=sampler, lazy=True, **ask, **pad)
            tap.equal((lazy.tolist(), list(lazy.offsets), lazy.n_available),
                      (rows.tolist(), list(rows.offsets), rows.n_available), sampler)
            tap.equal(lazy.n_tokens == 2**64 - 1, sampler != "longest", f"{sampler}: the tokens are not known")


@tap.test("numbers: a list, a range, an array; whole numbers of 64 bits only")
def _():
    with calib.Corpus(calib.bytes_tokenizer(), text="abcdefghij") as corpus:
        for numbers in ([3, 0], range(3, -1, -3), np.array([3, 0], np.uint64)):
            rows = corpus.sample(0, 2, 0, sampler="rows", numbers=numbers)
            tap.equal(rows.tolist(), [list(b"gh"), list(b"ab")])
        for wrong, kind in (([-1], OverflowError), ([2**64], OverflowError), ([0.5], TypeError), ("a", TypeError),
                            (1, TypeError), ([9], calib.Error), ([], calib.Error)):
            with tap.raises(kind):
                corpus.sample(0, 2, 0, sampler="rows", numbers=wrong)
        tap.equal(corpus.sample(0, 2, 0, sampler="sequential", first_row=4, numbers=None).tolist(), [list(b"ij")])
        with tap.raises(calib.Error) as caught:
            corpus.sample(1, 2, 0, numbers=[1])
        tap.holds("n_numbers is 1" in str(caught.error), str(caught.error))


@tap.test("samplers in load(), with numbers of documents")
def _():
    rows = calib.load(calib.bytes_tokenizer(), 0, 2, 0, source=["ab", "cde", "fg"], sampler="documents-list",
                      numbers=[1, 0])
    tap.equal((rows.tolist(), list(rows.documents)), ([list(b"cd"), list(b"ab")], [1, 0]))


tap.run()
