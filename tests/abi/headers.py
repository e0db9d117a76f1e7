# SPDX-License-Identifier: MIT
"""Each public header compiled alone, twice included, in every language it promises; and all headers
of an adapter library in one file."""
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


def check_room(room, namespace):
    """Two classes of one name would be one class to the linker."""
    if not shutil.which("g++"):
        raise tap.Skip("g++ is not installed: run sh tests/run.sh all")
    paths = [path for each in ("adapter", room) for path in sorted((root / "lib" / each).glob("*.h"))]
    tap.holds(len(paths) > 10, f"only {len(paths)} headers were found")
    tap.output("g++", "-x", "c++", "-std=c++17", f"-DCALIB_ADAPTER={namespace}",
               "-I", root / "include", "-I", root / "lib", "-I", root / "lib" / room, "-fsyntax-only", "-",
               input="".join(f'#include "{path}"\n' for path in paths))


for names in (("sentencepiece", "calib_sp"), ("tokenizer_json", "calib_tj")):
    tap.test(f"the headers of {names[0]} in one file")(lambda each=names: check_room(*each))
for name, language in languages.items():
    for compiler in ("gcc", "clang"):
        for header in headers:
            tap.test(f"{header} alone as {name} by {compiler}")(
                lambda c=compiler, h=header, l=language: check(c, h, *l))
    tap.test(f"a bad header is found as {name}")(
        lambda l=language: a_bad_header_is_found("cc", *l))
tap.run()
