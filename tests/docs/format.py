# SPDX-License-Identifier: MIT
"""Every C and C++ file is as clang-format leaves it, by .clang-format. Its verdict changes with its
version, so it is the one of tests/python/requirements.txt."""
import os
import pathlib
import subprocess

import tap

root = pathlib.Path(os.environ["SOURCE_ROOT"])
environment = root / "build-python"
SUFFIXES = {".c", ".h", ".cc", ".cpp", ".hpp"}
FOLDERS = ("include", "lib", "examples", "tests")


def complaints(*arguments, **options):
    if not (environment / "made-of").exists():
        raise tap.Skip("no Python environment: run tests/python/venv.sh")
    done = subprocess.run([environment / "bin" / "clang-format", "--dry-run", "--Werror", *arguments],
                          cwd=root, stderr=subprocess.PIPE, text=True, check=False, **options)
    return done.stderr


@tap.test("the sources are formatted")
def _():
    files = [path for folder in FOLDERS for path in sorted((root / folder).rglob("*"))
             if path.suffix in SUFFIXES and path.is_file()]
    tap.holds(len(files) > 150, f"{len(files)} files: are these the sources?")
    found = complaints(*files)
    tap.holds(not found, f"{found}\nmended by build-python/bin/clang-format -i FILE")


@tap.test("what is not formatted is found")
def _():
    found = complaints("--assume-filename=lib/bad.c", input="int f(void)\n{\n  return 0;\n}\n")
    tap.holds("lib/bad.c:2" in found, f"an indentation of two columns: {found!r}")


tap.run()
