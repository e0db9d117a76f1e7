#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares the ids of tokenizer.json files with those of the Python package `tokenizers`. TAP.

usage: live.py EXACT DIRECTORY_OF_TEXTS

Files: every tokenizer.json below a folder that CALIB_TOKENIZERS names, and small ones that are made
here. CALIB_TEST_LONG=1 tries more texts; CALIB_TEST_SEED=N makes other ones.
"""
import array
import glob
import json
import os
import subprocess
import sys
import tempfile
import zlib

import tap

try:
    import tokenizers
    import hard_texts
    import small_files
except ImportError as error:
    print(f"1..0 # SKIP {error}")
    sys.exit(0)

EXACT, TEXTS = sys.argv[1:3]
FAMILIES = os.environ.get("CALIB_TOKENIZERS", "")
SEED = int(os.environ.get("CALIB_TEST_SEED") or 1)
N_TEXTS, LONG_SIZE = (30000, 60000) if tap.LONG else (800, 5000)
N_SMALL = 4000 if tap.LONG else 250
EVERY_SETTING, NO_SPECIAL, PLAIN = 1 << 30, 4, 16
REFUSED = 0xffffffff


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


REAL = "".join(read(path) for path in sorted(glob.glob(os.path.join(TEXTS, "*.txt"))))


def reference(tokenizer, text, flags):
    """The ids that the package gives, or None if it fails."""
    tokenizer.encode_special_tokens = bool(flags & PLAIN)
    try:
        return tokenizer.encode(text, add_special_tokens=not flags & NO_SPECIAL).ids
    except BaseException as error:  # a panic is no Exception
        if type(error).__name__ != "PanicException":
            raise
        return None


def ids_of(path, texts, seed):
    """The ids that calib gives, for (text, flags)."""
    with tempfile.TemporaryDirectory() as folder:
        records, out = os.path.join(folder, "texts"), os.path.join(folder, "ids")
        with open(records, "wb") as file:
            for text, flags in texts:
                encoded = text.encode()
                file.write(array.array("I", [flags, len(encoded)]).tobytes() + encoded)
        line = tap.output(EXACT, path, records, out, str(seed))
        with open(out, "rb") as file:
            found = array.array("I", file.read())
    at, ids = 0, []
    while at < len(found):
        n = found[at]
        ids.append(None if n == REFUSED else found[at + 1:at + 1 + n].tolist())
        at += 1 if n == REFUSED else 1 + n
    return ids, line


def compare(path, n_texts, long_size):
    seed = SEED * 1000003 + zlib.crc32(os.path.basename(os.path.dirname(path)).encode())
    made = hard_texts.Texts(json.loads(read(path)), REAL, seed)
    texts = [(made.text(), (0, 0, NO_SPECIAL, PLAIN)[i % 4]) for i in range(n_texts)]
    texts += [(text, EVERY_SETTING) for text in made.long_texts(long_size)]
    texts.append((REAL[:20 * long_size], EVERY_SETTING))
    compare_texts(path, texts, seed)


def compare_texts(path, texts, seed):
    tokenizer = tokenizers.Tokenizer.from_file(path)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    ids, line = ids_of(path, texts, seed)
    for (text, flags), got in zip(texts, ids):
        expected = reference(tokenizer, text, flags)
        if got != expected:
            at = next((i for i, pair in enumerate(zip(got or [], expected or [])) if pair[0] != pair[1]), 0)
            raise AssertionError(
                f"{path}: flags {flags:#x}, text {text[:300]!r}: from id {at} on "
                f"{got and got[max(0, at - 3):at + 8]}, expected {expected and expected[max(0, at - 3):at + 8]}")
    tap.equal(len(ids), len(texts), "the number of texts")
    tap.note(f"{path}: {line.strip()}")


for _path in sorted(glob.glob(os.path.join(FAMILIES, "**", "tokenizer.json"), recursive=True) if FAMILIES else []):
    @tap.test(os.path.basename(os.path.dirname(_path)))
    def _(path=_path):
        compare(path, N_TEXTS, LONG_SIZE)


@tap.test("every character beside a token that must be a word")
def _():
    text = json.dumps(small_files.words_file())
    characters = [chr(c) for c in range(0x110000 if tap.LONG else 0x3000) if not 0xd800 <= c < 0xe000]
    texts = [("".join(f"{c}<x>{c} " for c in characters[at:at + 1000]), 0) for at in range(0, len(characters), 1000)]
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        compare_texts(file.name, texts, SEED)


for _name, _text in small_files.files(REAL):
    @tap.test(_name)
    def _(text=_text):
        with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            compare(file.name, N_SMALL, 2000)

tap.run()
