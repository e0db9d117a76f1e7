# SPDX-License-Identifier: MIT
"""The rows of mlx-lm's own load_data(), bit for bit, over the whole cross product below: from ids
that were tokenized now, and from stored ones.

load_data() reads its corpus from its cache: each corpus is put there, under a HOME of the test's own.
"""
import itertools
import os
import pathlib
import tempfile

import tap

home = tempfile.TemporaryDirectory()
os.environ["HOME"] = home.name

import mlx.core as mx  # noqa: E402
import mlx.nn as nn  # noqa: E402
import numpy as np  # noqa: E402
from mlx_lm.quant.utils import load_data  # noqa: E402

from corpora import all_corpora, builtin  # noqa: E402
from tokenizers_under_test import all_tokenizers, calib  # noqa: E402

HIT, MISS = 1, 2
MORE_THAN_THERE_ARE = 1_000_000
N_SAMPLES = (-1, 0, 1, 128, MORE_THAN_THERE_ARE)
SEQ_LENS = (1, 7, 512, 2048)
SEEDS = (0, 123, 2**32, 2**63 + 5, 2**64 - 1)
KEYS_USED = (0, 1, 15)
CASES = list(itertools.product(N_SAMPLES, SEQ_LENS, SEEDS, KEYS_USED))

CACHED = pathlib.Path(home.name) / ".cache" / "mlx-lm" / "calibration_v5.txt"
CORPORA = all_corpora()
TOKENIZERS = all_tokenizers()
counts = {"equal": 0, "too short": 0}


def use_keys(n):
    """What building a model does before load_data(): a layer with a bias takes two keys."""
    for _ in range(n // 2):
        nn.Linear(2, 2)
    if n % 2:
        mx.random.uniform()


def rows_of_mlx(tokenizer, n_samples, seq_len, seed, keys_used):
    mx.random.seed(seed)
    use_keys(keys_used)
    return np.array(load_data(tokenizer, n_samples, seq_len))


def rows_of_calib(corpus, n_samples, seq_len, seed, keys_used):
    """None: the corpus is too short for a row."""
    try:
        return np.asarray(corpus.sample(n_samples, seq_len, seed, skip=keys_used))
    except calib.Error as error:
        if error.name != "CALIB_E_TOO_SHORT":
            raise
        return None


def compare(case, wanted, rows):
    if rows is None:
        tap.equal(wanted.shape, (0, case[1]), f"{case}: mlx-lm's shape")
        counts["too short"] += 1
    else:
        tap.equal(rows.shape, wanted.shape, f"{case}: the shape")
        tap.holds(len(rows) > 0 and np.array_equal(rows, wanted), f"{case}: the rows differ")
        counts["equal"] += 1


def compare_all(corpus_name, tokenizer_name):
    CACHED.parent.mkdir(parents=True, exist_ok=True)
    CACHED.write_bytes(CORPORA[corpus_name])
    for_mlx, for_calib = TOKENIZERS[tokenizer_name]
    with calib.Corpus(for_calib, source=CACHED) as fresh, \
            calib.Corpus(for_calib, source=CACHED) as stored:
        tap.equal((fresh.info().token_store, stored.info().token_store), (MISS, HIT), "the store")
        for case in CASES:
            rows, again = rows_of_calib(fresh, *case), rows_of_calib(stored, *case)
            compare(case, rows_of_mlx(for_mlx, *case), rows)
            tap.holds(np.array_equal(rows, again), f"{case}: the stored rows differ")


def add(corpus_name, tokenizer_name):
    @tap.test(f"{corpus_name}, {tokenizer_name}: {len(CASES)} cases")
    def _():
        compare_all(corpus_name, tokenizer_name)


for pair in itertools.product(CORPORA, TOKENIZERS):
    add(*pair)


@tap.test("the whole cross product was compared")
def _():
    total = len(CORPORA) * len(TOKENIZERS) * len(CASES)
    print(f"# {counts['equal']} cases equal, {counts['too short']} too short in both, of {total}",
          flush=True)
    tap.equal(sum(counts.values()), total, "the number of cases compared")
    tap.holds(counts["equal"] > total // 2, "most cases have rows")


@tap.test("control: with a wrong key the comparison fails")
def _():
    CACHED.write_bytes(CORPORA["builtin"])
    for for_mlx, for_calib in TOKENIZERS.values():
        with calib.Corpus(for_calib, source=CACHED) as corpus:
            for seed, keys, other_seed, other_keys in (
                    (123, 0, 123, 1), (123, 1, 123, 0), (123, 15, 123, 14), (123, 0, 124, 0),
                    (0, 0, 2**32, 0), (2**63 + 5, 0, 5, 0)):
                wanted = rows_of_mlx(for_mlx, 128, 7, seed, keys)
                rows = rows_of_calib(corpus, 128, 7, other_seed, other_keys)
                with tap.raises(AssertionError) as caught:
                    compare((128, 7, seed, keys), wanted, rows)
                tap.holds("the rows differ" in str(caught.error), "it is the rows that differ")


@tap.test("the builtin corpus is its files, one after the other")
def _():
    with calib.Corpus(calib.bytes_tokenizer(), source="builtin") as corpus:
        tokens = np.asarray(corpus.tokens(0, corpus.info().n_tokens))
        tap.holds(tokens.astype(np.uint8).tobytes() == builtin(), "the bytes are equal")


tap.run()
