# SPDX-License-Identifier: MIT
"""The rows of other programs' own functions (programs.py) against those of calib's Python package, from the
texts to the ids, over n, seq_len, seeds and corpora: the rows are equal, or both fail. `--write` writes the
rows of a few cases to peers.txt, for each program that is there; rows.c checks them without any.

usage: peers_live.py PEERS_TXT [--write]"""
import contextlib
import functools
import io
import itertools
import json
import os
import pathlib
import random
import re
import sys
import tempfile
from typing import NamedTuple

import tap

home = tempfile.TemporaryDirectory()
os.environ.update(HOME=home.name, HF_HOME=home.name, HF_HUB_OFFLINE="1", HF_DATASETS_DISABLE_PROGRESS_BARS="1",
                  TRANSFORMERS_VERBOSITY="error", AR_DISABLE_DATASET_SUBPROCESS="1", CALIB_CACHE_DIR=home.name,
                  TQDM_DISABLE="1", LLM_COMPRESSOR_LOG_DISABLED="true")
sys.path.insert(0, os.path.join(os.environ["SOURCE_ROOT"], "examples", "python"))

import calib  # noqa: E402
import tokenizers  # noqa: E402

import byte_level  # noqa: E402
from imports import package  # noqa: E402
from peers import Corpus  # noqa: E402
from programs import PROGRAMS, Ask, NeverEnds  # noqa: E402

VECTORS = pathlib.Path(sys.argv[1])
FAILS = (ValueError, IndexError, RuntimeError, NeverEnds)
REFUSALS = ("CALIB_E_TOO_SHORT", "CALIB_E_ARGUMENT", "CALIB_E_SHORTFALL", "CALIB_E_EMPTY")
SEQ_LENS = (1, 2, 3, 8, 16, 40)
# Documents of 0 to b - 1 tokens: of exactly seq_len, one more, one fewer, none.
CORPORA = ((1, 0, 1), (2, 9, 10), (9, 4, 9), (50, 7, 10), (41, 8, 41), (60, 7, 18), (500, 13, 17), (80, 37, 300))
VECTOR_CASES = ((6, 8, (60, 7, 18)), (5, 3, (500, 13, 17)), (4, 16, (60, 7, 18)), (3, 12, (80, 37, 300)),
                (2, 40, (9, 4, 9)))
HEAD = "# Case of rows.c, and its rows as the programs named picked them. Written by peers_live.py --write.\n"


class Words:
    """Documents whose ids are words, so that a row tells where it is from."""

    def __init__(self, corpus, repeats):
        lengths = Corpus(*corpus).lengths
        self.documents = [Corpus(*corpus).ids(d, n) if repeats else [d * 1000 + at for at in range(n)]
                          for d, n in enumerate(lengths)]
        self.texts = ["".join(f"{token} " for token in ids) for ids in self.documents]
        vocab = {str(token): token for ids in self.documents for token in ids}
        self.json = json.dumps({
            "version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
            "pre_tokenizer": {"type": "WhitespaceSplit"}, "post_processor": None, "decoder": None,
            "model": {"type": "WordLevel", "vocab": {**vocab, "?": 999999}, "unk_token": "?"}})
        self.special = "?"


class Bytes:
    """Texts with white space of all kinds at their ends, for a byte-level BPE that puts BOS in front."""

    def __init__(self, seed, n_documents):
        generator = random.Random(seed)
        parts = ("a", "b", " ", "\n", "\t", " the", "\u00e9", "\u3000", "\u00a0", "\r\n", "\x1c")
        self.texts = ["".join(generator.choice(parts) for _ in range(generator.choice((0, 1, 2, 6, 7, 8, 15, 39, 60))))
                      for _ in range(n_documents)]
        self.json = byte_level.tokenizer()
        self.special = "<s>"


class Opened(NamedTuple):
    made: object
    corpus: calib.Corpus  # or the error of opening it
    tokenizer: object  # of transformers; truncation that programs set stays on it, so calib has its own


@functools.lru_cache(maxsize=None)
def opened(program, kind, arguments):
    transformers = package("transformers")
    made = kind(*arguments)
    path = pathlib.Path(home.name, f"{len(os.listdir(home.name))}.json")
    source = {"documents": "jsonl", **program.source}
    lines = [json.dumps({"text": text}) for text in program.texts(made.texts)]
    path.write_text("\n".join(lines) if source["documents"] == "jsonl" else f"[{','.join(lines)}]")
    try:
        corpus = calib.Corpus(tokenizers.Tokenizer.from_str(made.json), source=str(path), **source)
    except calib.Error as error:
        corpus = error
    return Opened(made, corpus, transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizers.Tokenizer.from_str(made.json), pad_token=made.special, eos_token=made.special,
        model_max_length=100000))


def calib_rows(program, corpus, n, seq_len, seed, skip):
    """Returns the rows, or the name of the status."""
    if isinstance(corpus, calib.Error):
        return corpus.name
    flags = calib.SAMPLING_STRICT if program.is_strict else 0
    try:
        samples = corpus.sample(n, seq_len, seed, sampler=program.sampler, skip=skip, flags=flags, **program.sampling)
    except calib.Error as error:
        return error.name
    lengths = samples.lengths or [seq_len] * samples.n_rows
    return [row[:length] for row, length in zip(samples.tolist(), lengths)]


def compared(program, kind, arguments, case):
    """Returns the rows of both, or the name of calib's status if both fail."""
    made, corpus, tokenizer = opened(program, kind, arguments)
    what = f"{arguments}, n, seq_len, seed and skip {case}"
    rows = calib_rows(program, corpus, *case)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            wanted = program.rows(Ask(made.texts, tokenizer, *case))
    except FAILS:
        wanted = []
    if wanted:
        tap.equal(rows, wanted, f"{what}: the rows")
    else:
        tap.holds(rows in REFUSALS, f"{what}: calib gives {rows}, the program fails")
    return rows


def words_of(program, corpus):
    return Words, (corpus, program.sampler.startswith("autoround"))


def cases_of(program):
    counts = itertools.product(program.n_samples, SEQ_LENS, program.seeds, program.skips)
    kinds = [words_of(program, corpus) for corpus in program.corpora or CORPORA]
    if not program.corpora:
        kinds += [(Bytes, arguments) for arguments in ((1, 40), (2, 200), (3, 7))]
    cases = [(*kind, case) for case, kind in itertools.product(counts, kinds)]
    step = 1 if len(cases) < 400 else 7 if len(cases) < 2000 else 29
    return cases[::step]  # 7 and 29 have no divisor in common with the lengths above: all values meet


def add(program):
    @tap.test(f"{program.name}: {program.sampler}")
    def _():
        cases = cases_of(program)
        refused = sum(isinstance(compared(program, *case), str) for case in cases)
        print(f"# {program.name}, {program.origin} {program.version()}: {len(cases) - refused} cases equal, "
              f"{refused} refused on both sides", flush=True)
        tap.holds(refused < len(cases) * 3 // 4, f"{refused} of {len(cases)} are refused")


def spans(made, rows, seq_len, in_stream):
    """Returns rows as rows.c prints them."""
    at_of = {token: (d, at) for d, ids in enumerate(made.documents) for at, token in enumerate(ids)}
    begins = {tuple(ids[:seq_len]): d for d, ids in enumerate(made.documents)}
    before = [0, *itertools.accumulate(len(ids) for ids in made.documents)]
    printed = []
    for row in rows:
        if tuple(row) in begins and not in_stream:
            printed.append(f"{begins[tuple(row)]}:0+{len(row)}")
            continue
        places = [at_of[token] for token in row]
        if in_stream:
            places = [(0, before[d] + at) for d, at in places]
        merged = []
        for d, at in places:
            if merged and merged[-1][0] == d and sum(merged[-1][1:]) == at:
                merged[-1][2] += 1
            else:
                merged.append([d, at, 1])
        printed.append(",".join(f"{d}:{first}+{n}" for d, first, n in merged))
    return " ".join(printed)


def lines_of(program):
    """Returns the lines of peers.txt for a program: few rows, so that they can be read, and a refusal."""
    lines = [f"# {program.name}: {program.origin} {program.version()}\n"]
    for at, (n, seq_len, corpus) in enumerate(VECTOR_CASES):
        corpus = program.corpora[at % len(program.corpora)] if program.corpora else corpus
        seed, skip = (values[at % len(values)] for values in (program.seeds, program.skips))
        kind, arguments = words_of(program, corpus)
        rows = compared(program, kind, arguments, (n, seq_len, seed, skip))
        if not isinstance(rows, str):
            rows = spans(opened(program, kind, arguments).made, rows, seq_len, "join" in program.source)
        lines.append(f"{program.sampler} {n} {seq_len} {seed} {skip} {' '.join(map(str, corpus))}\t{rows}\n")
    return "".join(lines)


def write():
    """Replaces the lines of the programs that are there."""
    old = re.split("(?m)^(?=# .*: )", VECTORS.read_text() if VECTORS.exists() else "")
    blocks = {block.split(":")[0]: block for block in old[1:]}
    for program in PROGRAMS:
        try:
            blocks[f"# {program.name}"] = lines_of(program)
        except tap.Skip as reason:
            print(f"{program.name}: {reason}")
    names = [f"# {program.name}" for program in PROGRAMS]
    VECTORS.write_text(HEAD + "".join(blocks[name] for name in names if name in blocks))


@tap.test("control: another seed gives other rows")
def _():
    for program in PROGRAMS:
        kind, arguments = words_of(program, (60, 7, 18))
        corpus, rows = opened(program, kind, arguments).corpus, set()
        for seed in (1, 2):
            rows.add(str(calib_rows(program, corpus, 5, 7, seed, 0)))
        tap.equal(len(rows), 1 if program.seeds == (0,) else 2, program.name)


if "--write" in sys.argv:
    write()
else:
    for one in PROGRAMS:
        add(one)
    tap.run()
