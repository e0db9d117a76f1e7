# SPDX-License-Identifier: MIT
"""Each public header compiled alone, twice included, in every language it promises."""
import os
import pathlib
import shutil

import tap

root = pathlib.Path(os.environ["SOURCE_ROOT"])
headers = sorted(path.name for path in (root / "include").glob("*.h"))
languages = {"C99": ("c", "c99"), "C11": ("c", "c11"), "C++11": ("c++", "c++11")}
warnings = ["-Wall", "-Wextra", "-pedantic", "-Werror"]


def check(compiler, header, language, standard):
    if not shutil.which(compiler):
        raise tap.Skip(f"{compiler} is not installed: run sh tests/run.sh all")
    twice = f"#include <{header}>\n" * 2 + "extern int not_empty;\n"
    tap.output(compiler, "-x", language, f"-std={standard}", *warnings, "-I", root / "include",
               "-fsyntax-only", "-", input=twice)


def a_bad_header_is_found(compiler, language, standard):
    with tap.raises(AssertionError):
        tap.output(compiler, "-x", language, f"-std={standard}", *warnings, "-fsyntax-only", "-",
                   input="extern char of_no_size[0];\n")


for name, language in languages.items():
    for compiler in ("gcc", "clang"):
        for header in headers:
            tap.test(f"{header} alone as {name} by {compiler}")(
                lambda c=compiler, h=header, l=language: check(c, h, *l))
    tap.test(f"a bad header is found as {name}")(
        lambda l=language: a_bad_header_is_found("cc", *l))
tap.run()
