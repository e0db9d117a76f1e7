#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares the ids that calib gives with those of the Python wheel's whole-text encode. The wheel has
another version of the library than the one that calib is built with.

usage: wheel.py PROGRAM TEXT MODEL...

PROGRAM is `exact`, or `newer` for models whose ids differ between the two versions.

Prints the wheel's version, and for each model a line: its name and "equal", or the difference.
"""
import array
import os
import subprocess
import sys

import sentencepiece

PROGRAM, TEXT = sys.argv[1:3]


def compare(model, text):
    run = subprocess.run([PROGRAM, "ids", model, TEXT], stdout=subprocess.PIPE)
    if run.returncode:
        return "calib gives no ids"
    ours = array.array("i", run.stdout)
    theirs = sentencepiece.SentencePieceProcessor(model_file=model).encode(text)
    for at, (one, other) in enumerate(zip(ours, theirs)):
        if one != other:
            return "token %d is %d, the wheel's is %d" % (at, one, other)
    return "equal" if len(ours) == len(theirs) else "%d ids, not %d" % (len(ours), len(theirs))


def main():
    with open(TEXT, encoding="utf-8", newline="") as file:
        text = file.read()
    print("sentencepiece", sentencepiece.__version__)
    for model in sys.argv[3:]:
        print(os.path.basename(model), compare(model, text))


main()
