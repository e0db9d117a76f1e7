#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A program on another machine: rooms of the library are compiled with it by a cross compiler, without
libcrypto, and it is run under qemu-user. The output is its TAP.

usage: foreign.py COMPILER EMULATOR SOURCE_ROOT PROGRAM.c ROOM... -- WORD...

The words are the command that is run; the word @ stands for the program in its emulator."""
import os
import pathlib
import subprocess
import sys
import tempfile

at = sys.argv.index("--")
compiler, emulator, root, main, *rooms = sys.argv[1:at]
root = pathlib.Path(root)
# Whole rooms, so that a file that one of them gains is not forgotten here. Only sha256.c needs
# libcrypto: portable_sha256.c stands in for it.
sources = [unit for room in rooms for unit in sorted((root / "lib" / room).glob("*.c"))
           if unit.name != "sha256.c"]
if "base" in rooms:
    sources.append(root / "tests/store/portable_sha256.c")

with tempfile.TemporaryDirectory() as folder:
    program = os.path.join(folder, "program")
    built = subprocess.run(
        [compiler, "-std=c11", "-O1", "-Wall", "-Wextra", "-Werror", "-static",
         "-D_POSIX_C_SOURCE=200809L", "-D_DEFAULT_SOURCE", "-D_FILE_OFFSET_BITS=64",
         "-DCALIB_BUILDING", "-I", root / "include", "-I", root / "lib", "-I", root / "tests/store",
         "-o", program, root / main, *sources, "-pthread"], capture_output=True, text=True)
    if built.returncode:
        print("1..1\nnot ok 1 - built by", compiler)
        print("\n".join("# " + line for line in built.stderr.splitlines()))
    else:
        words = [word for each in sys.argv[at + 1:] for word in ([emulator, program] if each == "@" else [each])]
        sys.exit(subprocess.run(words).returncode)
