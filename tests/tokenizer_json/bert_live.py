#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares the ids of files like those of BERT with those of the package `tokenizers`. TAP.

usage: bert_live.py EXACT DIRECTORY_OF_TEXTS [ROUNDS]

Files: models that are trained here, with every flag of BertNormalizer and WordPiece and with other
components, and those below a folder that CALIB_TOKENIZERS names, with the same variants.
CALIB_TEST_LONG=1 tries more texts; CALIB_TEST_SEED=N makes other ones. With ROUNDS each file is
tried so many times.
"""
import glob
import json
import os
import sys

import tap

try:
    import against_wheel
    import bert_files
except ImportError as error:
    print(f"1..0 # SKIP {error}")
    sys.exit(0)

EXACT, TEXTS = sys.argv[1:3]
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 1
FAMILIES = os.environ.get("CALIB_TOKENIZERS", "")
N_TEXTS, LONG_SIZE = ((60, 150), (150, 400), (400, 800))[tap.LEVEL]
REAL = against_wheel.real_text(TEXTS)
PATHS = sorted(glob.glob(os.path.join(FAMILIES, "**", "tokenizer.json"), recursive=True)) if FAMILIES else []
COUNTS = against_wheel.Comparison(EXACT)
UNCUT = {"split: none"}


def is_word_piece(path):
    return "merges" not in json.loads(against_wheel.read(path))["model"]


def try_file(name, parsed):
    with against_wheel.written(json.dumps(parsed)) as path:
        for round_ in range(ROUNDS):
            try:
                line = COUNTS.random(path, REAL, N_TEXTS, LONG_SIZE, f"{name} {round_}", thorough=tap.LONG)
            except AssertionError as error:
                rest = {key: value for key, value in parsed.items() if key != "model"}
                raise AssertionError(f"{name}: {error}\n{json.dumps(rest)[:3000]}") from None
    return line


def try_characters(base, characters):
    """Tries characters that all are entries: the unknown token would hide what is wrong."""
    vocabulary = dict(base["model"]["vocab"])
    for c in characters:
        for text in (c, "##" + c):
            vocabulary.setdefault(text, len(vocabulary))
    model = dict(base["model"], vocab=vocabulary)
    made = ["".join(around.format(c) for c in characters[at:at + 500])
            for around in ("{} ", "a{}b ", "\xe9{}\u0301.", " {}\u6771") for at in range(0, len(characters), 500)]
    for flags in (bert_files.BERT, bert_files.CASED, bert_files.bert(False, False, False, False)):
        with against_wheel.written(json.dumps(dict(base, normalizer=flags, model=model))) as path:
            COUNTS.texts(path, [(text, against_wheel.NO_SPECIAL) for text in made])


@tap.test("every character, alone and beside others")
def _():
    # Of planes without characters, and in the short form of ideographs and Hangul, a sample.
    many = [*range(0x3500, 0x4d00), *range(0x4f00, 0x9f00), *range(0xad00, 0xd700), *range(0xe000, 0xf800),
            *range(0x12000, 0x1d000), *range(0x20000, 0x2fa00)]
    rare = set(range(0x32000, 0x110000)) - set(range(0xe0000, 0xe0200)) | (set() if tap.LONG else set(many))
    characters = [chr(c) for c in range(0x110000) if not 0xd800 <= c < 0xe000 and (c not in rare or c % 97 == 0)]
    base = bert_files.trained(REAL[:200000])
    for at in range(0, len(characters), 20000):
        try_characters(base, characters[at:at + 20000])


for _name, _parsed in bert_files.files(REAL[:200000]):
    @tap.test(_name)
    def _(name=_name, parsed=_parsed):
        line = try_file(name, parsed)
        tap.equal(line["why"] != "", name in UNCUT, f"whether texts are whole ({line['why']})")


for _path in filter(is_word_piece, PATHS):
    @tap.test("variants of " + os.path.basename(os.path.dirname(_path)))
    def _(path=_path):
        parsed = json.loads(against_wheel.read(path))
        for name, changes in bert_files.changed(parsed):
            try_file(name, dict(parsed, **changes))


@tap.test("this compared something")
def _():
    tap.note(f"{COUNTS.strings} texts, {COUNTS.ids} ids, {COUNTS.parts} parts")
    tap.holds(COUNTS.ids > 100000, "ids were compared")

tap.run()
