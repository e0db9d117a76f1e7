#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares the ids of published tokenizer.json files with those of the package `tokenizers`. TAP.

usage: live.py EXACT DIRECTORY_OF_TEXTS [ROUNDS]

Files: those of against_wheel.published_paths(). CALIB_TEST_LONG=1 tries all of them, and more texts;
CALIB_TEST_SEED=N makes other ones. With ROUNDS each file is tried so many times with 20,000 random texts
and some long ones. A line of a table says what was compared.
"""
import os
import sys

import tap

try:
    import against_wheel
except ImportError as error:
    print(f"1..0 # SKIP {error}")
    sys.exit(0)

EXACT, TEXTS = sys.argv[1:3]
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 0
N_TEXTS, LONG_SIZE = ((300, 2000), (700, 5000), (3000, 20000))[tap.LEVEL]
if ROUNDS:
    N_TEXTS, LONG_SIZE = 20000, 100000
REAL = against_wheel.real_text(TEXTS)
PATHS = against_wheel.published_paths()
if not PATHS:
    print("1..0 # SKIP no tokenizer.json: CALIB_TOKENIZERS names no folder with any")
    sys.exit(0)


def try_family(name, path):
    counts = against_wheel.Comparison(EXACT)
    for round_ in range(ROUNDS or 1):
        line = counts.random(path, REAL, N_TEXTS, LONG_SIZE, round_ or "")
    tap.equal(line["why"], "", "the reason why texts are not cut")
    tap.note(f"| {name} | {counts.strings} texts | {counts.ids} ids | {counts.parts} parts | no difference |")


for _path in PATHS:
    _name = os.path.basename(os.path.dirname(_path))

    @tap.test(_name)
    def _(name=_name, path=_path):
        try_family(name, path)

tap.run()
