# SPDX-License-Identifier: MIT
"""Writes the header and the options of a later release: one more field.

usage: grow.py HEADER OPTIONS_CC NEW_HEADER NEW_OPTIONS_CC
"""
import pathlib
import sys

FIELD = "} calib_sentencepiece_options;"
LAST = "CALIB_ADAPTER_SIZE_THROUGH(calib_sentencepiece_options, cuts),"


def change(path, old, new):
    text = pathlib.Path(path).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path}: {text.count(old)} times {old}"
    return text.replace(old, new)


header, options, new_header, new_options = sys.argv[1:]
pathlib.Path(new_header).write_text(change(header, FIELD, "    uint64_t next;\n" + FIELD), encoding="utf-8")
pathlib.Path(new_options).write_text(change(options, LAST, LAST.replace("cuts", "next")), encoding="utf-8")
