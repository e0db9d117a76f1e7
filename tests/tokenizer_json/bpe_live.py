#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Ids of models by lib/tokenizer_json/bpe.h, compared with those of the package tokenizers.

    bpe_live.py DRIVER

With CALIB_TOKENIZERS, a folder of NAME/tokenizer.json, also with real models. CALIB_TEST_SEED=N makes
other models and other texts.
"""
import json
import os
import pathlib
import random
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
import against_wheel
import tap
from alphabet import BYTES, LETTERS

DRIVER = sys.argv[1]
N_MODELS = (1000, 2000, 10000)[tap.LEVEL]
N_TEXTS = (5000, 8000, 20000)[tap.LEVEL]


def spell(data):
    return "".join(LETTERS[b] for b in data)


class Case:
    """A model, as its part of a tokenizer.json, and texts: str, or bytes if `byte_level`."""

    def __init__(self, model, texts, byte_level=False):
        self.model, self.texts, self.byte_level = model, texts, byte_level
        self.json = json.dumps(model, ensure_ascii=random.random() < 0.3).encode()

    def request(self):
        """What the driver reads."""
        blobs = [self.json, *(t if self.byte_level else t.encode() for t in self.texts)]
        return b"%d %d\n" % (self.byte_level, len(self.texts)) + b"".join(
            b"%d\n%s\n" % (len(blob), blob) for blob in blobs)

    def reference(self):
        """Ids for each text, or the exception that refuses the model or one of the texts."""
        import tokenizers
        whole = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [],
                 "normalizer": None, "pre_tokenizer": None, "post_processor": None,
                 "decoder": None, "model": self.model}
        try:
            model = tokenizers.Tokenizer.from_str(json.dumps(whole))
        except BaseException as refused:  # a panic of Rust is no Exception
            return refused
        return [model.encode(spell(t) if self.byte_level else t).ids for t in self.texts]


def native(cases, *arguments):
    """Runs the driver: for each case ids for each text, or (status, message)."""
    done = subprocess.run([DRIVER, *arguments], input=b"".join(c.request() for c in cases),
                          stdout=subprocess.PIPE, timeout=300, check=True)
    lines = iter(done.stdout.decode().split("\n"))
    answers = []
    for case in cases:
        line = next(lines) if case.texts else ""
        if line.startswith("E "):
            _, status, message = line.split(" ", 2)
            answers.append((int(status), message))
            continue
        ids = []
        for i, _ in enumerate(case.texts):
            ids.append([int(word) for word in (line if i == 0 else next(lines)).split()])
        answers.append(ids)
    return answers


def make_model(rng, byte_level):
    """A small model with everything that real files have, and much that they do not."""
    alphabet = [LETTERS[b] for b in b"ab \x00\xe9\xff"] if byte_level else list("ab\"\\é中😀\n")
    alphabet = alphabet[:rng.randint(2, len(alphabet))]
    prefix = rng.choice([None, None, "", "", "##", "b", "é"])
    suffix = rng.choice([None, None, "", "", "</w>", "a"])
    known = [a for a in alphabet if rng.random() < 0.9] or alphabet[:1]
    texts = set(known)
    for text in known:
        texts |= {t for t in [(prefix or "") + text, text + (suffix or ""),
                              (prefix or "") + text + (suffix or "")] if rng.random() < 0.9}
    fallback = rng.random() < 0.4
    unk = rng.choice([None, "<unk>", "<unk>", "a", "<0xC3>"])
    missing = rng.choice([0, 0, 0.01, 0.2])
    if fallback or rng.random() < 0.1:
        texts |= {f"<0x{b:02X}>" for b in range(256) if rng.random() >= missing}
    if unk:
        texts.add(unk)
    parts = sorted(texts)
    if not rng.random() < 0.2:
        parts = [p for p in parts if not p.startswith("<0x")] or parts
    merges = []
    for _ in range(rng.choice([0, 3, 10, 30])):
        left, right = rng.choice(parts), rng.choice(parts)
        cut = len((prefix or "").encode())
        made = left.encode() + right.encode()[cut:]
        if len(right.encode()) <= cut or len(made) > 30:
            continue
        try:
            made = made.decode()
        except UnicodeDecodeError:
            continue
        merges.append((left, right))
        texts.add(made)
        parts.append(made)
    if merges and rng.random() < 0.3:
        merges += rng.choices(merges, k=3)
    if rng.random() < 0.3:
        rng.shuffle(merges)
    for _ in range(rng.randint(0, 5)):  # entries that no merge makes
        texts.add("".join(rng.choices(alphabet, k=rng.randint(1, 6))))
    order = sorted(texts)
    if rng.random() < 0.5:
        rng.shuffle(order)
    ids = sorted(rng.sample(range(len(order) * rng.choice([1, 1, 3])), len(order)))
    if rng.random() < 0.3:
        rng.shuffle(ids)
    legacy = rng.random() < 0.3 and not any(" " in p for m in merges for p in m)
    return {"type": "BPE", "dropout": None, "unk_token": unk,
            "continuing_subword_prefix": prefix, "end_of_word_suffix": suffix,
            "fuse_unk": rng.random() < 0.5, "byte_fallback": fallback,
            "ignore_merges": rng.random() < 0.3, "vocab": dict(zip(order, ids)),
            "merges": [" ".join(m) for m in merges] if legacy else [list(m) for m in merges]}


def make_texts(rng, model, byte_level):
    letters = [t for t in model["vocab"] if len(t) < 8] + list("abé中😀\"\\ \n\x00")
    texts = []
    for _ in range(12):
        n = rng.choice([1, 2, 3, 5, 8, 20, 70])
        text = "".join(rng.choices(letters, k=n))
        if byte_level:
            text = bytes(b for c in text for b in ([BYTES[c]] if c in BYTES else c.encode()))
        texts.append(text)
    return texts + [b"" if byte_level else ""]


def compare(cases):
    n_refused = 0
    for case, answer in zip(cases, native(cases)):
        expected = case.reference()
        if isinstance(answer, tuple):
            n_refused += 1
            tap.holds(isinstance(expected, BaseException), f"{answer} for {case.json.decode()}")
            continue
        tap.holds(not isinstance(expected, BaseException), f"{expected}: {case.json.decode()}")
        for text, is_, wanted in zip(case.texts, answer, expected):
            tap.equal(is_, wanted, f"{text!r} by {case.json.decode()}")
    return n_refused


@tap.test("random models give the ids of the reference")
def _():
    rng = random.Random(against_wheel.SEED)
    random.seed(1)
    cases = []
    for i in range(N_MODELS):
        byte_level = i % 2 == 0
        model = make_model(rng, byte_level)
        cases.append(Case(model, make_texts(rng, model, byte_level), byte_level))
    tap.equal(compare(cases), 0, "the number of refused models")


def model_of(vocab, merges, **others):
    return {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
            "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False,
            "ignore_merges": False, "vocab": vocab, "merges": merges, **others}


def real_models():
    if not os.environ.get("CALIB_TOKENIZERS"):
        raise tap.Skip("CALIB_TOKENIZERS is not set")
    found = [pathlib.Path(path) for path in against_wheel.published_paths()]
    return [(path, text) for path in found
            if "merges" in json.loads(text := path.read_text(encoding="utf-8"))["model"]]


def real_texts(rng, model, byte_level):
    """Pieces of entries of the vocabulary, whole and cut, and random characters."""
    entries = list(model["vocab"])
    texts = []
    for _ in range(N_TEXTS):
        text = "".join(rng.choices(entries, k=rng.choice([1, 1, 2, 3])))
        if rng.random() < 0.3:
            text = text[rng.randrange(len(text)):]
        if rng.random() < 0.1:
            text += chr(rng.choice([rng.randrange(32, 0x250), rng.randrange(0x3000, 0xd7ff)]))
        if byte_level:
            text = b"".join(bytes([BYTES[c]]) if c in BYTES else c.encode() for c in text)
        texts.append(text)
    return texts


@tap.test("real models give the ids of the reference")
def _():
    for path, text in real_models():
        model = json.loads(text)["model"]
        for name in ("unk_token", "continuing_subword_prefix", "end_of_word_suffix"):
            model.setdefault(name, None)
        for name in ("fuse_unk", "byte_fallback", "ignore_merges"):
            model.setdefault(name, False)
        byte_level = "▁the" not in model["vocab"]
        case = Case(model, real_texts(random.Random(against_wheel.SEED + 1), model, byte_level), byte_level)
        answer, = native([case], "time")
        tap.holds(isinstance(answer, list), f"{answer}")
        for text, is_, wanted in zip(case.texts, answer, case.reference()):
            tap.equal(is_, wanted, f"{text!r} by {path}")
        tap.note(f"{path}: {sum(map(len, answer))} ids")


tap.run()
