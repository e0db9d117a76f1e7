# SPDX-License-Identifier: MIT
"""README's code and calib.h's example, run as they are written. A block in the README is a fence
with its language: c, python and sh are run, a fence without language is for reading."""
import os
import pathlib
import re
import shutil
import sys
import tempfile

import byte_level
import tap

root = pathlib.Path(os.environ["SOURCE_ROOT"])
library, program, python = (pathlib.Path(argument).absolute() for argument in sys.argv[1:4])
adapter = pathlib.Path(sys.argv[4]).absolute() if sys.argv[4:] else None
work = pathlib.Path(tempfile.mkdtemp(prefix="calib-snippets-"))
readme = (root / "README.md").read_text(encoding="utf-8")
# Commands that are the product's and the tests' own face: they install and build, and are run by
# themselves (tests/python/example.py; everything that is tested).
ELSEWHERE = {"sh examples/run.sh", "sh tests/run.sh"}
libraries = [library.parent, *([adapter.parent] if adapter else [])]
environment = dict(os.environ, CALIB_LIBRARY=str(library),
                   LD_LIBRARY_PATH=":".join(map(str, libraries)),
                   PATH=f"{program.parent}:{os.environ['PATH']}", CALIB_CACHE_DIR=str(work / "cache"),
                   CALIB_OFFLINE="1", PYTHONDONTWRITEBYTECODE="1")
environment["PYTHONPATH"] = str(root / "examples" / "python")  # as if pip had installed it
# The blocks find a model of the reader's and the top of the sources where they run.
(work / "tokenizer.json").write_text(byte_level.tokenizer(), encoding="utf-8")
(work / "examples").symlink_to(root / "examples")


def blocks(text):
    """(language, code) of every fence."""
    return re.findall(r"^```(\w*)\n(.*?)^```$", text, flags=re.S | re.M)


def compile_and_run(code, name):
    source = work / f"{name}.c"
    source.write_text(code, encoding="utf-8")
    links = [flag for folder in libraries for flag in ("-L", folder)]
    links += ["-lcalib-tokenizer-json"] * ("calib_tokenizer_json.h" in code) + ["-lcalib"]
    for compiler, standard in (("cc", "c11"), ("cc", "c99")):
        tap.output(compiler, f"-std={standard}", "-Wall", "-Wextra", "-Werror", "-pedantic", "-I",
                   root / "include", source, "-o", work / name, *links)
    return tap.output(work / name, env=environment, cwd=work)


def run_python(code):
    printed = tap.output(python, "-", input=code, env=environment, cwd=work)
    if "# SKIP " in printed:
        raise tap.Skip(printed.split("# SKIP ")[1].strip())
    return printed


def run_shell(code):
    """Each command in a folder that has a tokenizer.json; what is run elsewhere must be there."""
    for line in code.strip().split("\n"):
        if line in ELSEWHERE:
            assert (root / line.split()[1]).is_file(), line
    rest = "\n".join(line for line in code.split("\n") if line not in ELSEWHERE)
    return tap.output("sh", "-eu", "-c", rest, env=environment, cwd=work) if rest.strip() else ""


RUN = {"c": lambda code, number: compile_and_run(code, f"readme-{number}"),
       "python": lambda code, number: run_python(code),
       "sh": lambda code, number: run_shell(code)}


def run_block(language, code, number):
    if not adapter and "tokenizer.json" in code:
        raise tap.Skip("built without calib-tokenizer-json")
    printed = RUN[language](code, number)
    assert printed.strip() or code.strip() in ELSEWHERE, "it prints nothing"
    tap.note(printed)


@tap.test("calib.h's example compiles and runs")
def header_example():
    header = (root / "include" / "calib.h").read_text(encoding="utf-8")
    code = re.search(r"@code\n(.*?)@endcode", header, flags=re.S).group(1)
    printed = compile_and_run(re.sub(r"^ \* ?", "", code, flags=re.M), "header")
    tap.equal(printed, "128 rows of 512 tokens\n", "what it prints")


@tap.test("README has a block of each language, and no unknown one")
def languages():
    found = [language for language, _ in blocks(readme)]
    assert set(RUN) <= set(found) <= set(RUN) | {""}, found


@tap.test("a block that fails is noticed")
def notices():
    for language, code in (("c", "int main(void) { return 1; }\n"), ("c", "int main(void) {\n"),
                           ("sh", "false\n"), ("python", "import nothing_of_that_name\n")):
        try:
            run_block(language, code, "bad")
        except AssertionError:
            continue
        raise AssertionError(f"{language}: {code}")


for number, (language, code) in enumerate(blocks(readme), 1):
    if language in RUN:
        tap.test(f"README's block {number}, {language}")(
            lambda l=language, c=code, n=number: run_block(l, c, n))
try:
    tap.run()
finally:
    shutil.rmtree(work, ignore_errors=True)
