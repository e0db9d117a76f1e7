#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the ids that spm_encode gives for a text into one file for adapter.c.

usage: expected.py SPM_ENCODE MODEL TEXT OUT

OUT holds, for every line of TEXT and at last for the whole of TEXT as one line, the text's length
in bytes, the number of ids, the bytes and the ids: native 32-bit numbers, nothing between.
"""
import struct
import subprocess
import sys


def main():
    encode, model, path, out = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        lines = [line for line in file.read().split("\n") if line]
    texts = lines + [" ".join(lines)]
    run = subprocess.run([encode, "--model=" + model, "--output_format=id"],
                         input="\n".join(texts).encode() + b"\n", stdout=subprocess.PIPE, check=True)
    answers = run.stdout.decode().split("\n")[:-1]
    assert len(answers) == len(texts), (len(answers), len(texts))
    with open(out, "wb") as file:
        for text, answer in zip(texts, answers):
            ids = [int(word) for word in answer.split()]
            file.write(struct.pack("=II", len(text.encode()), len(ids)))
            file.write(text.encode())
            file.write(struct.pack("=%di" % len(ids), *ids))


main()
