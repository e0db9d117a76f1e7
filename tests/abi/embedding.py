# SPDX-License-Identifier: MIT
"""docs/embedding.md, run as it is written: every way to take calib in, from an empty folder."""
import fnmatch
import os
import pathlib
import re
import shutil
import sys
import tempfile

import tap

root = pathlib.Path(os.environ["SOURCE_ROOT"])
page = (root / "docs" / "embedding.md").read_text(encoding="utf-8")
work = pathlib.Path(tempfile.mkdtemp(prefix="calib-embedding-"))
# The projects are builds of their own, without this build's flags; meson is the one that runs this.
environment = {key: value for key, value in os.environ.items()
               if key not in ("CFLAGS", "CXXFLAGS", "LDFLAGS", "DESTDIR", "MESONINTROSPECT", "LD_LIBRARY_PATH")}
environment.update(PATH=f"{pathlib.Path(sys.argv[1]).parent}:{os.environ['PATH']}", CARGO_HOME=str(work / "cargo"))
SOURCES = ("meson.build", "meson_options.txt", "include", "lib", "tests", "examples", "docs")
PROGRAMS = ("cmake", "cargo", "pkg-config")


def fences():
    """(heading, language, the comment above it, code), in order."""
    heading = ""
    for match in re.finditer(r"^## ([^\n]*)$|(?:^<!-- ([^\n]*) -->\n)?^```(\w*)\n(.*?)^```$", page, flags=re.M | re.S):
        heading = match[1] or heading
        if not match[1]:
            yield heading, match[3], match[2] or "", match[4]


def run(code):
    for program in PROGRAMS:
        if re.search(rf"(^|\$\(){program} ", code, flags=re.M) and not shutil.which(program):
            raise tap.Skip(f"{program} is not installed: run sh tests/run.sh all")
    return tap.output("sh", "-eu", "-c", code, cwd=work, env=environment)


def check_printed(printed, expected):
    """The lines at the end; what builds says stands before them."""
    lines, wanted = printed.splitlines(), expected.splitlines()
    for line, pattern in zip(lines[-len(wanted):], wanted):
        pattern = re.sub(r"\[", "[[]", pattern).replace("…", "*")
        tap.holds(fnmatch.fnmatchcase(line, pattern), f"{line!r} is not {pattern!r} in\n{printed}")


def test_of(heading, code, expected):
    def check():
        printed = run(code)
        if expected is not None:
            check_printed(printed, expected)
    tap.test(f"{heading}: {code.split()[0]} ...")(check)


def files_of(folder):
    return [path for path in (work / folder).rglob("*") if not path.is_dir()]


all_fences = list(fences())
for at, (heading, language, comment, code) in enumerate(all_fences):
    follows = all_fences[at + 1] if at + 1 < len(all_fences) else ("", "", "", None)
    if comment.startswith("file: "):
        path = work / comment[len("file: "):]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code, encoding="utf-8")
    elif language == "sh":
        test_of(heading, code, follows[3] if follows[2] == "prints" else None)


@tap.test("the page has something to run")
def _():
    tap.holds(sum(language == "sh" for _, language, _, _ in all_fences) >= 8, all_fences)
    tap.equal(sum(comment == "prints" for _, _, comment, _ in all_fences), 7, "results shown")
    with tap.raises(AssertionError):
        check_printed("a\n4 rows of 8\n", "3 rows of 8\n")


@tap.test("the meson project shown is the example")
def _():
    example = (root / "examples" / "subproject" / "meson.build").read_text(encoding="utf-8")
    tap.holds((work / "meson.build").read_text(encoding="utf-8") in example, "they differ")


@tap.test("a static program needs no library")
def _():
    tap.holds("NEEDED" not in tap.output("readelf", "-d", work / "program-static"), "it does")


@tap.test("the program in Rust was linked with the static calib at last")
def _():
    program = work / "rust" / "target" / "debug" / "rows"
    if not program.exists():
        raise tap.Skip("cargo is not installed: run sh tests/run.sh all")
    tap.holds("libcalib" not in tap.output("readelf", "-d", program), "it needs libcalib")


@tap.test("DESTDIR: a package has what an installation has, under the same paths")
def _():
    installed = {str(path) for path in files_of("installed")}
    packaged = {str(path)[len(str(work / "package")):] for path in files_of("package")}
    tap.holds(len(installed) > 12, installed)
    tap.equal(packaged, installed, "the package")


@tap.test("uninstalling leaves nothing")
def _():
    tap.output("meson", "install", "-C", work / "build", env=environment)
    tap.output("ninja", "-C", work / "build", "uninstall", env=environment)
    tap.equal(files_of("installed"), [], "what is left")


try:
    (work / "calib").mkdir()
    for name in SOURCES:
        if (root / name).is_dir():
            shutil.copytree(root / name, work / "calib" / name, symlinks=True)
        else:
            shutil.copy(root / name, work / "calib" / name)
    tap.run()
finally:
    shutil.rmtree(work, ignore_errors=True)
