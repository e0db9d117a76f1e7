#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The ids of small files on another machine: the adapter is compiled by cross compilers, without
libcrypto, and run under qemu-user. Prints golden.cc's TAP.

usage: foreign.py C-COMPILER C++-COMPILER EMULATOR SOURCE_ROOT FLAG..."""
import concurrent.futures
import pathlib
import subprocess
import sys
import tempfile

c_compiler, cc_compiler, emulator, root = *sys.argv[1:4], pathlib.Path(sys.argv[4])
lib, here = root / "lib", root / "tests" / "tokenizer_json"
# Whole rooms, so that a file that one of them gains is not forgotten here. Only sha256.cc and
# sha256.c need libcrypto: others stand in for them.
sources = [unit for room in ("adapter", "tokenizer_json") for unit in sorted((lib / room).glob("*.cc"))
           if unit.name != "sha256.cc"]
sources += [unit for room in ("base", "json", "system") for unit in sorted((lib / room).glob("*.c"))
            if unit.name != "sha256.c"]
sources += [root / "tests/store/portable_sha256.c", here / "portable_sha256.cc", here / "golden.cc"]
FLAGS = ["-O1", "-Wall", "-Wextra", "-Werror", "-DCALIB_BUILDING", "-DCALIB_ADAPTER=calib_tj", "-I", root / "include",
         "-I", lib, "-I", lib / "tokenizer_json", *sys.argv[5:]]


def compile_unit(unit, folder):
    out = folder / f"{unit.parent.name}-{unit.name}.o"
    compiler = ([c_compiler, "-std=c11", "-D_POSIX_C_SOURCE=200809L", "-D_DEFAULT_SOURCE",
                 "-D_FILE_OFFSET_BITS=64"] if unit.suffix == ".c"
                else [cc_compiler, "-std=c++17"])
    built = subprocess.run([*compiler, *FLAGS, "-c", unit, "-o", out], capture_output=True, text=True)
    return out, built.stderr if built.returncode else ""


def build(folder):
    """The program, or what the compilers say."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        units = list(pool.map(lambda unit: compile_unit(unit, folder), sources))
    faults = "".join(fault for _, fault in units)
    if faults:
        return None, faults
    program = folder / "golden"
    linked = subprocess.run([cc_compiler, *sys.argv[5:], "-static", "-o", program, *[out for out, _ in units],
                             "-pthread"], capture_output=True, text=True)
    return (None, linked.stderr) if linked.returncode else (program, "")


with tempfile.TemporaryDirectory() as name:
    built_program, said = build(pathlib.Path(name))
    if not built_program:
        print("1..1\nnot ok 1 - built by", cc_compiler)
        print("\n".join("# " + line for line in said.splitlines()))
    else:
        sys.stdout.flush()
        sys.exit(subprocess.run([emulator, built_program, here / "golden.txt"]).returncode)
