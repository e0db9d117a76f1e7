# SPDX-License-Identifier: MIT
"""The frozen ABI of every release, compiled against today's header for machines of every kind."""
import os
import pathlib
import platform
import shutil
import tempfile

import tap

root = pathlib.Path(os.environ["SOURCE_ROOT"])
releases = sorted((root / "tests" / "abi").glob("frozen-*.c"))
# Little and big endian; 64 bits, 32 with int64_t aligned to 4 bytes, and 32 with it aligned to 8.
machines = ["x86_64-linux-gnu", "aarch64-linux-gnu", "s390x-linux-gnu", "i386-linux-gnu",
            "arm-linux-gnueabihf", "powerpc-linux-gnu"]


def compile_for(machine, source, include=root / "include"):
    """By clang. Without it by cc, if this machine is of that kind."""
    if shutil.which("clang"):
        compiler = ["clang", f"--target={machine}"]
    elif machine.split("-")[0] == platform.machine():
        compiler = ["cc"]
    else:
        raise tap.Skip("clang is not installed: run sh tests/run.sh all")
    tap.output(*compiler, "-std=c11", "-Wall", "-Wextra", "-pedantic",
               "-Werror", "-ffreestanding", "-fsyntax-only", "-I", include, source)


def a_change_is_found(text, changed):
    """The header with one change must not compile against what was frozen."""
    header = (root / "include" / "calib.h").read_text(encoding="utf-8")
    assert text in header, f"not in calib.h: {text}"
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory, "calib.h")
        path.write_text(header.replace(text, changed, 1), encoding="utf-8")
        try:
            compile_for(machines[0], releases[0], directory)
        except AssertionError:
            return
    raise AssertionError(f"{changed!r} in place of {text!r} was not noticed")


changes = {
    "a field between": ("    size_t n_bytes;", "    uint64_t new; size_t n_bytes;"),
    "fields changed over": ("uint32_t rank; ", "uint32_t world; "),
    "a status renumbered": ("X(E_UTF8, -20,", "X(E_UTF8, -41,"),
    "a flag renumbered": ("CALIB_RAW_BYTES = 1", "CALIB_RAW_BYTES = 16"),
    "another signature": ("uint64_t first, size_t n,", "uint32_t first, size_t n,"),
    "another callback": ("uint32_t stage, uint64_t done,", "uint32_t stage, uint32_t done,"),
}
for source in releases:
    for machine in machines:
        tap.test(f"{source.stem} on {machine}")(lambda m=machine, s=source: compile_for(m, s))
for name, change in changes.items():
    tap.test(f"{name} is found")(lambda c=change: a_change_is_found(*c))
tap.run()
