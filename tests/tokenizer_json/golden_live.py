# SPDX-License-Identifier: MIT
"""golden.txt holds the ids that the package `tokenizers` gives, of a tekken.json those of mistral-common,
and the identities of the files.

usage: golden_live.py GOLDEN_PROGRAM GOLDEN_TXT"""
import hashlib
import json
import pathlib
import struct
import sys

import tap
import tekken
from tokenizers import Tokenizer

golden = {line.split("\t")[0]: line.split("\t")[1:]
          for line in pathlib.Path(sys.argv[2]).read_text(encoding="utf-8").splitlines()}
made = json.loads(tap.output(sys.argv[1], "--files"))


def hash_of(ids):
    value = 14695981039346656037
    for byte in struct.pack(f"<{len(ids)}i", *ids):
        value = (value ^ byte) * 1099511628211 % 2**64
    return f"{value:016x}"


def check(name, text):
    tokenizer = tekken.from_str(text) if name == "tekken.json" else Tokenizer.from_str(text)
    ids = [tokenizer.encode(each).ids + [-2] for each in made["texts"]]
    joined = [id for each in ids for id in each]
    digest = hashlib.sha256(text.encode()).digest()
    identity = hashlib.sha256(b"calib-tokenizer-json identity 1" + bytes(4) + digest)
    wanted = [identity.hexdigest(), str(len(joined) - len(ids)), hash_of(joined)]
    tap.equal(golden[name], wanted, name)


@tap.test("every file is in golden.txt")
def _():
    tap.equal(sorted(golden), sorted(made["files"]), "names")


for file, content in made["files"].items():
    tap.test(f"ids of the file: {file}")(lambda name=file, text=content: check(name, text))

tap.run()
