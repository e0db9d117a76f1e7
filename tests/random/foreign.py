#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""golden.py on another machine: the room is compiled by a cross compiler and run under qemu-user.

usage: foreign.py COMPILER EMULATOR SOURCE_ROOT"""
import os
import pathlib
import subprocess
import sys
import tempfile

compiler, emulator, root = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
here = root / "tests/random"
with tempfile.TemporaryDirectory() as folder:
    program = os.path.join(folder, "driver")
    built = subprocess.run(
        [compiler, "-std=c11", "-O1", "-Wall", "-Wextra", "-Werror", "-static", "-I", root / "lib",
         "-o", program, here / "driver.c", *sorted((root / "lib/random").glob("*.c"))],
        capture_output=True, text=True)
    if built.returncode:
        print("1..1\nnot ok 1 - built by", compiler)
        print("\n".join("# " + line for line in built.stderr.splitlines()))
    else:
        sys.exit(subprocess.run([sys.executable, here / "golden.py", here / "golden.txt",
                                 emulator, program]).returncode)
