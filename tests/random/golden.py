#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Draws of lib/random/ against those of the libraries, by their hashes.

usage: golden.py GOLDEN DRIVER..., where DRIVER is a command"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
import draws
import tap

GOLDEN, *DRIVER = sys.argv[1:]


def check(generator):
    lines = [line for line in draws.golden(GOLDEN) if line[0].split()[0] == generator]
    tap.holds(lines, "nothing is golden")
    for request, expected in lines:
        tap.equal(draws.digest(draws.native(DRIVER, request)), expected, request)


for name in draws.LIBRARIES:
    tap.test(f"{name} draws what it always drew")(lambda name=name: check(name))

tap.run()
