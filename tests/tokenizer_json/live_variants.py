#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares the ids of variants of tokenizer.json files with those of the package `tokenizers`. TAP.

usage: live_variants.py EXACT DIRECTORY_OF_TEXTS [FILES]

Variants of models that are trained here, and of those of against_wheel.published_paths(): with the
components of other families, with other models, and with components at random. CALIB_TEST_LONG=1 tries
all models and more variants; CALIB_TEST_SEED=N makes other ones. With FILES so many of those at random
are tried for each published file, and nothing else.
"""
import json
import os
import sys
import zlib

import tap

try:
    import against_wheel
    import small_files
    import variants
except ImportError as error:
    print(f"1..0 # SKIP {error}")
    sys.exit(0)

EXACT, TEXTS = sys.argv[1:3]
ONLY_RANDOM = len(sys.argv) > 3
N_RANDOM = int(sys.argv[3]) if ONLY_RANDOM else (3, 4, 10)[tap.LEVEL]
N_TEXTS, LONG_SIZE = ((10, 100), (12, 120), (30, 250))[tap.LEVEL]
N_MERGES = 2000
REAL = against_wheel.real_text(TEXTS)
PATHS = against_wheel.published_paths()
KINDS = set()  # of published models that have been tried with every component


def has_merges(path):
    """Returns false for the models of bert_live.py."""
    return "merges" in json.loads(against_wheel.read(path))["model"]


def try_file(counts, parsed, name):
    with against_wheel.written(json.dumps(parsed)) as path:
        try:
            return counts.random(path, REAL, N_TEXTS, LONG_SIZE, name, thorough=tap.LONG)
        except AssertionError as error:
            rest = {key: value for key, value in parsed.items() if key != "model"}
            raise AssertionError(f"{name}: {error}\n{json.dumps(rest)[:4000]}") from None


def published_variants(parsed):
    """(name, parsed file) of variants, every component once for each kind of model."""
    is_byte_level = variants.is_byte_level(parsed)
    is_new = is_byte_level not in KINDS
    KINDS.add(is_byte_level)
    if is_new or tap.LONG:
        for name, changes in variants.models(parsed, against_wheel.SEED):
            yield name, dict(parsed, **changes)
    if is_new:
        for name, changes in variants.families(parsed):
            yield name, dict(parsed, **changes)
    if is_new and tap.LONG:
        yield from small_files.changed(parsed, is_byte_level, REAL)


def try_published(path):
    parsed = variants.cut_down(json.loads(against_wheel.read(path)), N_MERGES)
    counts = against_wheel.Comparison(EXACT)
    for name, changed in [] if ONLY_RANDOM else published_variants(parsed):
        try_file(counts, changed, name)
    n_cut = 0
    for i in range(N_RANDOM):
        seed = against_wheel.SEED * 1000003 + zlib.crc32(os.path.basename(os.path.dirname(path)).encode()) + i
        try:
            line = try_file(counts, variants.random_file(parsed, REAL, seed), f"random {seed}")
            n_cut += line["why"] == ""
        except against_wheel.Refused as refused:
            tap.note(f"{seed}: {refused}")
    tap.note(f"{path}: {counts.strings} texts, {counts.ids} ids, {counts.parts} parts; "
             f"{n_cut} of {N_RANDOM} files at random can be cut")
    tap.holds(8 * n_cut >= N_RANDOM, "a good part of the files at random can be cut")


for _path in filter(has_merges, PATHS):
    @tap.test("variants of " + os.path.basename(os.path.dirname(_path)))
    def _(path=_path):
        try_published(path)


@tap.test("every character beside a token that must be a word")
def _():
    characters = [chr(c) for c in range(0x110000 if tap.LONG else 0x3000) if not 0xd800 <= c < 0xe000]
    texts = [("".join(f"{c}<x>{c} " for c in characters[at:at + 1000]), 0) for at in range(0, len(characters),
                                                                                           1000)]
    with against_wheel.written(json.dumps(small_files.words_file())) as path:
        against_wheel.Comparison(EXACT).texts(path, texts)


for _name, _parsed in [] if ONLY_RANDOM else small_files.files(REAL):
    @tap.test(_name)
    def _(name=_name, parsed=_parsed):
        try_file(against_wheel.Comparison(EXACT), parsed, name)

tap.run()
