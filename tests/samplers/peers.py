# SPDX-License-Identifier: MIT
"""The loops by which other programs pick their calibration data, in words of our own, over documents of
which only the lengths and ids are known. Python's `random`, numpy and `datasets` are the real ones.
torch is modelled: its generator for the CPU is the MT19937 that numpy has, and its draws are remainders.

A row is a list of spans (document, first, n). A program that fails raises Fails.
"""
import random

import numpy as np
import tap


class Fails(Exception):
    """The peer raises, or gives no row."""


class Corpus:
    """Document d has d * a % b tokens; see rows.c for the ids."""

    def __init__(self, n_documents, a, b):
        self.lengths = [d * a % b for d in range(n_documents)]

    def ids(self, document, n):
        return [7 if document % 5 == 3 and at >= document % 7 else document * 1000 + at
                for at in range(n)]


class Torch:
    """torch.Generator("cpu")."""

    def __init__(self, seed):
        self.words = np.random.RandomState(seed & 0xffffffff)._bit_generator.random_raw

    def word(self):
        return int(self.words())

    def int64(self):
        high = self.word()
        return (high << 32 | self.word()) & 2**63 - 1

    def randint(self, n):
        return self.word() % n

    def randperm(self, n):
        order = list(range(n))
        for i in range(n - 1):
            j = i + self.word() % (n - i)
            order[i], order[j] = order[j], order[i]
        return order


def shuffled_by_datasets(n, seed):
    try:
        import datasets
    except ImportError:
        raise tap.Skip("no datasets: run tests/python/venv.sh all") from None
    return datasets.Dataset.from_dict({"at": range(n)}).shuffle(seed=seed)["at"][:]


def cut(corpus, documents, seq_len):
    """One row for each document that has tokens."""
    rows = [[(d, 0, min(corpus.lengths[d], seq_len))] for d in documents if corpus.lengths[d]]
    if not rows:
        raise Fails("no document has a token")
    return rows


def joined(corpus, documents, seq_len):
    tokens = [(d, at) for d in documents for at in range(corpus.lengths[d])]
    rows = []
    for first in range(0, len(tokens) - seq_len + 1, seq_len):
        spans = []
        for d, at in tokens[first:first + seq_len]:
            if spans and spans[-1][0] == d and spans[-1][1] + spans[-1][2] == at:
                spans[-1][2] += 1
            else:
                spans.append([d, at, 1])
        rows.append([tuple(span) for span in spans])
    if not rows:
        raise Fails("less than one row")
    return rows


def first_of(n, order):
    return order[:n] if n > 0 else order


def sequential(corpus, n, seq_len, seed, skip):
    total = sum(corpus.lengths)
    rows = [[(0, first, min(seq_len, total - first))] for first in range(0, total, seq_len)]
    if not rows:
        raise Fails("no tokens")
    return first_of(n, rows)


def imatrix(corpus, n, seq_len, seed, skip):
    total = sum(corpus.lengths)
    if total < 2 * seq_len:
        raise Fails("T < 2 ctx")
    return first_of(n, [[(0, i * seq_len, seq_len)] for i in range(total // seq_len)])


def longest(corpus, n, seq_len, seed, skip):
    order = sorted(range(len(corpus.lengths)), key=lambda d: -corpus.lengths[d])
    return first_of(n, cut(corpus, order, seq_len))


def gptq_window(corpus, n, seq_len, seed, skip):
    if n <= 0:
        raise Fails("no rows")
    generator, total = random.Random(seed), sum(corpus.lengths)
    try:
        return [[(0, generator.randint(0, total - seq_len - 1), seq_len)] for _ in range(n)]
    except ValueError as error:
        raise Fails from error


def c4(corpus, n, seq_len, seed, accepts):
    if n <= 0 or not any(accepts(length) for length in corpus.lengths):
        raise Fails("it ends with no rows, or never")
    generator, rows = random.Random(seed), []
    for _ in range(n):
        while True:
            document = generator.randint(0, len(corpus.lengths) - 1)
            if accepts(corpus.lengths[document]):
                break
        try:
            first = generator.randint(0, corpus.lengths[document] - seq_len - 1)
        except ValueError as error:
            raise Fails from error
        rows.append([(document, first, seq_len)])
    return rows


def gptq_document(corpus, n, seq_len, seed, skip):
    return c4(corpus, n, seq_len, seed, lambda length: length >= seq_len)


def wanda_document(corpus, n, seq_len, seed, skip):
    return c4(corpus, n, seq_len, seed, lambda length: length > seq_len)


def awq(corpus, n, seq_len, seed, skip):
    kept = []
    for document in shuffled_by_datasets(len(corpus.lengths), seed):
        if corpus.lengths[document] > seq_len or corpus.lengths[document] == 0:
            continue
        kept.append(document)
        if len(kept) == n:
            break
    return joined(corpus, kept, seq_len)


def autoround_rows(corpus, n, seq_len, order):
    kept = []
    for document in order:
        ids = corpus.ids(document, min(corpus.lengths[document], seq_len))
        if len(ids) < seq_len or len(ids) > 1 and seq_len > 2 and ids.count(ids[-1]) > seq_len // 2:
            continue
        kept.append(document)
    return cut(corpus, first_of(n, kept), seq_len)


def autoround(corpus, n, seq_len, seed, skip):
    return autoround_rows(corpus, n, seq_len, shuffled_by_datasets(len(corpus.lengths), seed))


def autoround_file(corpus, n, seq_len, seed, skip):
    order = list(range(len(corpus.lengths)))
    random.Random(seed).shuffle(order)
    return autoround_rows(corpus, n, seq_len, order)


def hf_shuffle(corpus, n, seq_len, seed, skip):
    return cut(corpus, first_of(n, shuffled_by_datasets(len(corpus.lengths), seed)), seq_len)


def numpy_permutation(corpus, seed):
    try:
        np.random.seed(seed)
    except ValueError as error:
        raise Fails from error
    return np.random.permutation(len(corpus.lengths)).tolist()


def mlx_dwq(corpus, n, seq_len, seed, skip):
    return cut(corpus, first_of(n, numpy_permutation(corpus, seed)), seq_len)


def mlx_perplexity(corpus, n, seq_len, seed, skip):
    if n <= 0:
        raise Fails("IndexError: it looks for infinitely many tokens")
    order, kept, n_tokens = numpy_permutation(corpus, seed), [], 0
    while n_tokens < n * seq_len:
        if len(kept) == len(order):
            raise Fails("IndexError")
        kept.append(order[len(kept)])
        n_tokens += corpus.lengths[kept[-1]]
    return joined(corpus, kept, seq_len)[:n]


def torch_random(corpus, n, seq_len, seed, skip):
    generator = Torch(seed)
    for _ in range(skip + 1):
        generator.int64()
        own_seed = generator.int64()
    order = Torch(own_seed).randperm(len(corpus.lengths))
    return cut(corpus, first_of(n, order), seq_len)


def torch_reject(corpus, n, seq_len, seed, skip):
    if n <= 0 or max(corpus.lengths) < seq_len:
        raise Fails("it ends with no rows, or never")
    generator, rows = Torch(seed), []
    while len(rows) < n:
        batch = [generator.randint(len(corpus.lengths)) for _ in range(n)]
        rows += [[(d, 0, seq_len)] for d in batch if corpus.lengths[d] >= seq_len]
    return rows[:n]


PEERS = {function.__name__.replace("_", "-"): function for function in (
    sequential, imatrix, longest, gptq_window, gptq_document, wanda_document, awq, autoround,
    autoround_file, hf_shuffle, mlx_dwq, mlx_perplexity, torch_random, torch_reject)}
SKIPS = {"torch-random"}


def rows_text(sampler, n, seq_len, seed, skip, *corpus):
    """Returns the rows as rows.c prints them, or None if the peer fails."""
    try:
        rows = PEERS[sampler](Corpus(*corpus), n, seq_len, seed, skip)
    except Fails:
        return None
    return " ".join(",".join(f"{d}:{first}+{n}" for d, first, n in row) for row in rows)
