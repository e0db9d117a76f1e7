# SPDX-License-Identifier: MIT
"""The ABI of the libraries as libabigail reads it from their debug information.

    python3 tests/abi/baseline.py           builds into build-abi and retakes the baseline
    python3 tests/abi/baseline.py check     compares with it; ends with 1 if anything differs

The baseline is tests/abi/NAME.abi, of x86_64 Linux. It is written without paths, lines, names of
parameters and private types, so that it depends on the headers and not on who compiled them. What
else guards the ABI: frozen-*.c, written by hand for each release, holds layouts and constants, on
every machine; symbols.py the names. This holds what the compiler made: every type that a function
reaches, symbol versions and SONAMEs, of the adapters too, whether anyone wrote it down or not."""
import os
import pathlib
import platform
import shutil
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parents[2]
LIBRARIES = ("libcalib", "libcalib-sentencepiece", "libcalib-tokenizer-json")
OPTIONS = """--drop-private-types --drop-undefined-syms --exported-interfaces-only --no-architecture --no-corpus-path
--no-comp-dir-path --no-show-locs --no-elf-needed --no-parameter-names --no-write-default-sizes
--type-id-style hash""".split()
INCOMPATIBLE, CHANGED = 8, 4  # bits of abidiff's status; the lower ones are failures of its own


def why_not():
    """Why nothing can be compared here; None if it can."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        return "the baseline is of x86_64 Linux"
    if not shutil.which("abidiff"):
        return "abidiff is not installed: sudo apt-get install abigail-tools"
    return None


def run(*command):
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"failed: {command}\n{done.stdout}")


def build(folder, meson="meson"):
    """Builds the libraries with debug information, or brings them up to date. {name: file}"""
    if not (folder / "build.ninja").exists():
        run(meson, "setup", folder, root, "--buildtype=debug", "-Ddefault_library=shared", "-Dtests=disabled",
            "-Dexamples=disabled", "-Ddocs=disabled", "-Dsentencepiece=enabled", "-Dtokenizer_json=enabled")
    run(meson, "compile", "-C", folder)
    return {name: folder / "lib" / f"{name}.so" for name in LIBRARIES}


def dump(library, out, headers=root / "include"):
    run("abidw", *OPTIONS, "--headers-dir", headers, "--out-file", out, library)
    return out


def compare(before, after):
    """(abidiff's status, its report) for two dumps."""
    done = subprocess.run(["abidiff", "--no-default-suppression", before, after], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode & 3:
        raise RuntimeError(f"abidiff failed: {before} {after}\n{done.stdout}")
    return done.returncode, done.stdout


def committed(name):
    return root / "tests" / "abi" / f"{name}.abi"


def check(folder, libraries):
    """The reports of the libraries that differ from the baseline."""
    found = {}
    for name, library in libraries.items():
        status, report = compare(committed(name), dump(library, folder / f"{name}.abi"))
        if status:
            kind = "incompatible" if status & INCOMPATIBLE else "changed"
            found[name] = f"{name}: {kind}\n{report}"
    return found


def main(arguments):
    if why_not():
        raise SystemExit(why_not())
    folder = root / "build-abi"
    libraries = build(folder)
    if arguments == ["check"]:
        found = check(folder, libraries)
        print("\n".join(found.values()) or "The ABI is that of the baseline.")
        return 1 if found else 0
    if arguments:
        raise SystemExit(__doc__)
    for name, library in libraries.items():
        dump(library, committed(name))
    return subprocess.run(["git", "-C", root, "diff", "--stat", "--", "tests/abi"], check=False).returncode


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main(sys.argv[1:]))
