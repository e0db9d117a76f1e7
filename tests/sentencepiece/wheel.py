#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The ids that calib gives beside those of the Python wheel's whole-text encode, whose library is of
another version than the one calib is built with.

usage: wheel.py EXACT TEXT MODEL...

Prints a line a model: its name and "equal", or what differs; in front the wheel's version.
"""
import array
import os
import subprocess
import sys

import sentencepiece

EXACT, TEXT = sys.argv[1:3]


def compare(model, text):
    run = subprocess.run([EXACT, "ids", model, TEXT], stdout=subprocess.PIPE)
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
