#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The golden rows of samplers on another machine: samplers and generators are compiled by a cross
compiler, without libcrypto, and run under qemu-user. Prints rows.c's TAP.

usage: foreign.py COMPILER EMULATOR SOURCE_ROOT"""
import os
import pathlib
import subprocess
import sys
import tempfile

compiler, emulator, root = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
# Whole rooms, so that a file that one of them gains is not forgotten here. Only sha256.c needs
# libcrypto: portable_sha256.c stands in for it.
sources = [unit for room in ("base", "random", "sample", "system")
           for unit in sorted((root / "lib" / room).glob("*.c")) if unit.name != "sha256.c"]
sources += [root / "tests/samplers/rows.c", root / "tests/store/portable_sha256.c"]

with tempfile.TemporaryDirectory() as folder:
    program = os.path.join(folder, "rows")
    built = subprocess.run(
        [compiler, "-std=c11", "-O1", "-Wall", "-Wextra", "-Werror", "-static",
         "-D_POSIX_C_SOURCE=200809L", "-D_DEFAULT_SOURCE", "-D_FILE_OFFSET_BITS=64",
         "-DCALIB_BUILDING", "-I", root / "include", "-I", root / "lib",
         "-o", program, *sources, "-pthread"], capture_output=True, text=True)
    if built.returncode:
        print("1..1\nnot ok 1 - built by", compiler)
        print("\n".join("# " + line for line in built.stderr.splitlines()))
    else:
        sys.stdout.flush()
        sys.exit(subprocess.run([emulator, program, root / "tests/samplers/golden.txt"]).returncode)
