# SPDX-License-Identifier: MIT
"""Each public header compiled alone, twice included, in every language it promises; and all headers
of an adapter library in one file."""
import os
import pathlib
import shutil

import tap

root = pathlib.Path(os.environ["SOURCE_ROOT"])
languages = {"C99": (".h", "c", "c99"), "C11": (".h", "c", "c11"), "C++11": (".h", "c++", "c++11"),
             "C++17": (".hpp", "c++", "c++17")}
warnings = ["-Wall", "-Wextra", "-pedantic", "-Werror"]
# For .hpp: what strict projects turn on.
strict = ["-Wconversion", "-Wsign-conversion", "-Wshadow", "-Wold-style-cast", "-Wundef", "-Wnon-virtual-dtor"]


def check(compiler, header, language, standard):
    if not shutil.which(compiler):
        raise tap.Skip(f"{compiler} is not installed: run sh tests/run.sh all")
    twice = f"#include <{header}>\n" * 2 + "extern int not_empty;\n"
    more = strict if header.endswith(".hpp") else []
    tap.output(compiler, "-x", language, f"-std={standard}", *warnings, *more, "-I", root / "include",
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


@tap.test("calib.hpp as C++14 says what it needs")
def _():
    with tap.raises(AssertionError) as caught:
        check("g++", "calib.hpp", "c++", "c++14")
    tap.holds("calib.hpp needs C++17" in str(caught.error), caught.error)


@tap.test("calib.hpp beside the macros of Qt")
def _():
    macros = "#define emit\n#define signals public\n#define slots\n#define foreach for\n#define forever for (;;)\n"
    tap.output("g++", "-x", "c++", "-std=c++17", *warnings, "-I", root / "include", "-fsyntax-only", "-",
               input=macros + "".join(f"#include <{path.name}>\n" for path in (root / "include").glob("*.hpp")))


@tap.test("calib.hpp without exceptions says what it needs")
def _():
    for compiler in filter(shutil.which, ("g++", "clang++")):
        with tap.raises(AssertionError) as caught:
            tap.output(compiler, "-x", "c++", "-std=c++17", "-fno-exceptions", "-I", root / "include",
                       "-fsyntax-only", "-", input="#include <calib.hpp>\n")
        tap.holds("calib.hpp needs exceptions" in str(caught.error), caught.error)


@tap.test("rows are a range of C++20, and a row is a std::span")
def _():
    tap.output("g++", "-x", "c++", "-std=c++20", *warnings, *strict, "-I", root / "include", "-fsyntax-only", "-",
               input="""#include <calib.hpp>
                        #include <ranges>
                        #include <span>
                        static_assert(std::ranges::input_range<const calib::samples>);
                        static_assert(std::convertible_to<std::ranges::range_value_t<calib::samples>,
                                                          std::span<const std::int32_t>>);
                        """)


for name, (suffix, *language) in languages.items():
    headers = sorted(path.name for path in (root / "include").iterdir() if path.suffix == suffix)
    tap.holds(len(headers) > 3, f"only {headers} were found")
    for compiler in ("gcc", "clang"):
        for header in headers:
            tap.test(f"{header} alone as {name} by {compiler}")(
                lambda c=compiler, h=header, l=language: check(c, h, *l))
    tap.test(f"a bad header is found as {name}")(
        lambda l=language: a_bad_header_is_found("cc", *l))
tap.run()
