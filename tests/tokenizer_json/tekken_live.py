#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The ids of tekken.json files are those of mistral-common: of the two files that its wheel carries, and of
files with random ranks. TAP.

usage: tekken_live.py EXACT DIRECTORY_OF_TEXTS [ROUNDS]

CALIB_TEST_LONG=1 tries more texts; CALIB_TEST_SEED=N makes other ones. With ROUNDS each file of the wheel is
tried so many times with 20,000 random texts and some long ones, and so many hundred files are made."""
import base64
import hashlib
import json
import random
import struct
import sys

import against_wheel
import tap
import tekken

EXACT, TEXTS = sys.argv[1:3]
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 0
REAL = against_wheel.real_text(TEXTS)
N_TEXTS, LONG_SIZE = ((600, 3000), (1000, 6000), (3000, 20000))[tap.LEVEL]
N_FILES = (12, 20, 60)[tap.LEVEL]
if ROUNDS:
    N_TEXTS, LONG_SIZE, N_FILES = 20000, 100000, 100 * ROUNDS
FLAGS = 0, 0, against_wheel.NO_SPECIAL, against_wheel.PLAIN
# SHA-256 of mistral-common's ids of the builtin corpus, as int32 in little-endian; both files give the same.
BUILTIN = "e026171b4a1bca0a02bfea44a2536472de42e4151d553cf5d743877d476ebd37"


def hash_of(ids):
    return hashlib.sha256(struct.pack(f"<{len(ids)}i", *ids)).hexdigest()


def compared(path, tokenizer, made, n_texts, long_size):
    counts = against_wheel.Comparison(EXACT)
    texts = [(made.text(), FLAGS[i % 4]) for i in range(n_texts)]
    texts += [(text, against_wheel.EVERY_SETTING) for text in made.long_texts(long_size)]
    line = counts.texts(str(path), texts, tokenizer=tokenizer)
    tap.equal(line["why"], "", "the reason why texts are not cut")
    return counts


@tap.test("the wheel carries two files")
def _():
    tap.equal([path.name for path in tekken.PATHS], ["tekken_240718.json", "tekken_240911.json"])


for _path in tekken.PATHS:

    @tap.test(f"{_path.name}: the builtin corpus")
    def _(path=_path):
        (ids,), _ = against_wheel.Comparison(EXACT).ids_of(path, [(REAL, 0)], 1)
        tap.equal(hash_of(ids), BUILTIN, "the hash of the ids")

    @tap.test(f"{_path.name}: random texts")
    def _(path=_path):
        tokenizer = tekken.Reference(path)
        tap.equal(hash_of(tokenizer.encode(REAL).ids), BUILTIN, "the hash of mistral-common's ids")
        for round_ in range(ROUNDS or 1):
            made = tekken.texts(path, tokenizer.tekkenizer, REAL, against_wheel.SEED * 1000003 + round_)
            counts = compared(path, tokenizer, made, N_TEXTS, LONG_SIZE)
            tap.note(f"| {path.name} | {counts.strings} texts | {counts.ids} ids | {counts.parts} parts |")


def random_file(pick, pattern):
    """A file whose tokens have any rank: whatever they are made of may come later, or be missing."""
    alphabet = [b"a", b"b", b"a", b" ", b"\n", b"1", b"\xc3", b"\xa9", b"\xe4\xb8", b"\xad", b"."]
    tokens = []
    while len(tokens) < pick.randrange(1, 80):
        token = b"".join(pick.choice(alphabet) for _ in range(pick.randrange(2, 7)))
        if len(token) > 1 and token not in tokens:
            tokens.append(token)
    vocab = [bytes([byte]) for byte in range(256)] + tokens
    n_special, n_kept = pick.choice((20, 21, 1000)), 256 + pick.randrange(len(tokens) + 1)
    return json.dumps({
        "config": {"pattern": pattern, "num_vocab_tokens": len(vocab), "default_vocab_size": n_special + n_kept,
                   "default_num_special_tokens": n_special, "version": pick.choice(("v3", "v7"))},
        "vocab": [{"rank": rank, "token_bytes": base64.b64encode(token).decode(), "token_str": None}
                  for rank, token in enumerate(vocab)]})


def random_text(pick):
    words = "".join(pick.choice("aaabbb  \n1\xe9\u4e2d.") for _ in range(pick.randrange(1, 40)))
    return words + pick.choice(("", "a" * pick.randrange(200), "ab" * pick.randrange(100)))


@tap.test(f"{N_FILES} files with random ranks")
def _():
    pick = random.Random(against_wheel.SEED)
    pattern = json.loads(tekken.PATHS[0].read_bytes())["config"]["pattern"]
    counts = against_wheel.Comparison(EXACT)
    for _ in range(N_FILES):
        text = random_file(pick, pattern)
        with against_wheel.written(text) as path:
            counts.texts(path, [(random_text(pick), FLAGS[i % 4]) for i in range(200)],
                         tokenizer=tekken.Reference(path))
    tap.note(f"{counts.strings} texts, {counts.ids} ids")


tap.run()
