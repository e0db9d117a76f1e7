# SPDX-License-Identifier: MIT
"""The rows of mlx-lm's own load_data(), bit for bit, over the whole cross product below: from ids
that are tokenized now, and from stored ones.

The short form compares every STEP-th case with parity.txt, which holds a hash of mlx-lm's rows in
these cases for each corpus and tokenizer. It takes each case from fresh or stored ids, in turn. CALIB_TEST_LONG=1
takes them from both, compares all cases with load_data() itself, and checks parity.txt.
`parity.py --write` writes parity.txt.

load_data() reads its corpus from its cache, so each corpus is put there, under a HOME of the test's
own.
"""
import functools
import hashlib
import itertools
import os
import pathlib
import sys
import tempfile

import tap

home = tempfile.TemporaryDirectory()
os.environ["HOME"] = home.name
WRITE = "--write" in sys.argv
LIVE = tap.LONG or WRITE

import numpy as np  # noqa: E402

from corpora import all_corpora, builtin  # noqa: E402
from tokenizers_under_test import calib, for_calib, for_mlx  # noqa: E402

if LIVE:
    import mlx.core as mx
    import mlx.nn as nn
    from mlx_lm.quant.utils import load_data

HIT, MISS = 1, 2
MORE_THAN_THERE_ARE = 1_000_000
N_SAMPLES = (-1, 0, 1, 128, MORE_THAN_THERE_ARE)
SEQ_LENS = (1, 7, 512, 2048)
SEEDS = (0, 123, 2**32, 2**63 + 5, 2**64 - 1)
KEYS_USED = (0, 1, 15)
GRID = list(itertools.product(N_SAMPLES, SEQ_LENS, SEEDS, KEYS_USED))
STEP = 7  # has no divisor in common with the lengths above: all values meet
SHORT = GRID[::STEP]
CASES = GRID if LIVE else SHORT

CACHED = pathlib.Path(home.name) / ".cache" / "mlx-lm" / "calibration_v5.txt"
CACHED.parent.mkdir(parents=True)
CORPORA = all_corpora()
TOKENIZERS = {name: functools.lru_cache(None)(make) for name, make in for_calib().items()}
MLX = for_mlx() if LIVE else dict.fromkeys(TOKENIZERS)
PAIRS = list(itertools.product(CORPORA, TOKENIZERS))
VECTORS = pathlib.Path(__file__).with_name("parity.txt")
vectors = {} if WRITE else dict(line.rsplit(": ", 1)
                                for line in VECTORS.read_text(encoding="utf-8").splitlines()[1:])
counts = {"equal": 0, "too short": 0}
skipped = 0


def use_keys(n):
    """Uses up keys as building a model does before load_data(): a layer with a bias takes two."""
    for _ in range(n // 2):
        nn.Linear(2, 2)
    if n % 2:
        mx.random.uniform()


def rows_of_mlx(tokenizer, n_samples, seq_len, seed, keys_used):
    mx.random.seed(seed)
    use_keys(keys_used)
    return np.array(load_data(tokenizer, n_samples, seq_len))


def rows_of_calib(corpus, n_samples, seq_len, seed, keys_used):
    """Returns no rows, as mlx-lm does, if the corpus is too short for one."""
    try:
        return np.asarray(corpus.sample(n_samples, seq_len, seed, skip=keys_used))
    except calib.Error as error:
        if error.name != "CALIB_E_TOO_SHORT":
            raise
        return np.empty((0, seq_len), np.int32)


def compare(case, wanted, rows):
    tap.equal(rows.shape, wanted.shape, f"{case}: the shape")
    tap.holds(np.array_equal(rows, wanted), f"{case}: the rows differ")


def compare_all(corpus_name, tokenizer_name):
    """Compares all cases. Returns the SHA-256 of the rows of the short form's."""
    CACHED.write_bytes(CORPORA[corpus_name])
    tokenizer, found = TOKENIZERS[tokenizer_name](), hashlib.sha256()
    with calib.Corpus(tokenizer, source=CACHED) as fresh, \
            calib.Corpus(tokenizer, source=CACHED) as stored:
        tap.equal((fresh.info().token_store, stored.info().token_store), (MISS, HIT), "the store")
        tap.holds(fresh.info().native, f"it is not native: {fresh.info().why_not_native}")
        for number, case in enumerate(CASES):
            rows = rows_of_calib(stored if number % 2 and not LIVE else fresh, *case)
            if LIVE:
                again = rows_of_calib(stored, *case)
                tap.holds(np.array_equal(rows, again), f"{case}: the stored rows differ")
                compare(case, rows_of_mlx(MLX[tokenizer_name], *case), rows)
            if case in SHORT:
                found.update(repr(rows.shape).encode())
                found.update(np.ascontiguousarray(rows, "<i4"))
            counts["equal" if len(rows) else "too short"] += 1
    return found.hexdigest()


def write():
    lines = [f"{', '.join(pair)}: {compare_all(*pair)}\n" for pair in PAIRS]
    head = "# Corpus, tokenizer: SHA-256 of mlx-lm's rows, written by parity.py --write\n"
    VECTORS.write_text(head + "".join(lines), encoding="utf-8")


def add(*pair):
    @tap.test(f"{', '.join(pair)}: {len(CASES)} cases")
    def _():
        global skipped
        try:
            found = compare_all(*pair)
        except tap.Skip:
            skipped += 1
            raise
        tap.equal(found, vectors[", ".join(pair)], "the hash of the rows")


if WRITE:
    sys.exit(write())
for pair in PAIRS:
    add(*pair)


@tap.test("the whole cross product was compared")
def _():
    total = (len(PAIRS) - skipped) * len(CASES)
    print(f"# {counts['equal']} cases equal, {counts['too short']} too short in both, of {total}",
          flush=True)
    tap.equal(sum(counts.values()), total, "the number of cases compared")
    tap.holds(skipped == 0 or not LIVE and skipped == len(CORPORA), f"{skipped} pairs were skipped")
    tap.equal(sorted(vectors), sorted(", ".join(pair) for pair in PAIRS), "the pairs of parity.txt")
    tap.holds(counts["equal"] > total // 2, "most cases have rows")


CONTROLS = ((123, 0, 123, 1), (123, 1, 123, 0), (123, 15, 123, 14), (123, 0, 124, 0),
            (0, 0, 2**32, 0), (2**63 + 5, 0, 5, 0))


@tap.test("control: with a wrong key the comparison fails")
def _():
    CACHED.write_bytes(CORPORA["builtin"])
    for name, make in TOKENIZERS.items():
        if name == "LlamaTokenizer" and not LIVE:
            continue
        with calib.Corpus(make(), source=CACHED) as corpus:
            for seed, keys, other_seed, other_keys in CONTROLS:
                wanted = (rows_of_mlx(MLX[name], 128, 7, seed, keys) if LIVE else
                          rows_of_calib(corpus, 128, 7, seed, keys))
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
