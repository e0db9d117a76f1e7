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
        raise tap.Skip(f"{compiler} is not installed")
    twice = f"#include <{header}>\n" * 2 + "extern int not_empty;\n"
    tap.run([compiler, "-x", language, f"-std={standard}", *warnings, "-I", root / "include",
             "-fsyntax-only", "-"], input=twice)


def a_bad_header_is_found():
    for language, standard in languages.values():
        try:
            tap.run(["cc", "-x", language, f"-std={standard}", *warnings, "-fsyntax-only", "-"],
                    input="long long f() { return __extension__ 1 ?: 2; };\n#error\n")
        except AssertionError:
            continue
        raise AssertionError(f"{standard} took a bad header")


cases = [(f"{header} alone as {name} by {compiler}",
          lambda c=compiler, h=header, l=language: check(c, h, *l))
         for header in headers for name, language in languages.items()
         for compiler in ("gcc", "clang")]
tap.main(cases + [("a bad header is found", a_bad_header_is_found)])
