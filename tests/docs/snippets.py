# SPDX-License-Identifier: MIT
"""Runs the snippets of one page as they are written: snippets.py PAGE PYTHON [ADAPTER...].

A snippet is a fence with its language. All of a page run in one folder, in order, which has the files
of reader.py; Python keeps its names from one to the next. By language:

    c, cpp, rust  a program: compiled without warnings, linked with calib, run
    python, sh    run
    json          parsed
    FILES         cmake, meson and others: only as a file, below

A fence without language is for reading. Comments on the lines above a fence say more:

    <!-- needs: pyarrow, network -->  skipped, and named, where one of NEEDS is absent
    <!-- file: rows.c -->             is saved under this name, and a later snippet uses it
    <!-- prints -->                   above a fence without language: what the snippet before printed;
                                      "…" stands for anything
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import reader
import tap

root = pathlib.Path(os.environ["SOURCE_ROOT"])
page, python, *built = sys.argv[1:]  # what is built: the adapters
python = pathlib.Path(python).absolute()
text = (root / page).read_text(encoding="utf-8")
work = pathlib.Path(tempfile.mkdtemp(prefix="calib-snippets-"))

FILES = {"cmake", "meson", "toml", "ini", "make"}
# What a snippet may need: a module of Python, a program, or what no test has.
MODULES = {"datasets", "duckdb", "jinja2", "mistral_common", "mlx", "mlx_lm", "mpi4py", "numpy", "polars",
           "pyarrow", "safetensors", "tokenizers", "torch", "transformers"}
PROGRAMS = {"bazel", "cargo", "clang", "cmake", "curl", "duckdb-cli", "meson", "mpicc", "rustc"}
NEVER = {"network": "uses the network", "root": "changes the system", "hand": "takes long, and is run by hand",
         "installation": "installs and builds, and is run by a test of its own"}
NEEDS = MODULES | PROGRAMS | set(NEVER)
ADAPTERS = {"tokenizer-json": r"calib[_-]tokenizer[_-]json|tokenizer\.json",
            "sentencepiece": r"calib[_-]sentencepiece|\.model\b"}
environment = dict(os.environ, CALIB_CACHE_DIR=str(work / "cache"), CALIB_OFFLINE="1",
                   PYTHONDONTWRITEBYTECODE="1")
environment["PYTHONPATH"] = str(root / "examples" / "python")  # as if it were installed
SESSION = """
import contextlib, io, json, sys, traceback
names = {"__name__": "__main__"}
for line in sys.stdin:
    printed, failed = io.StringIO(), ""
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(json.loads(line), "snippet", "exec"), names)
    except BaseException:
        failed = traceback.format_exc()
    print(json.dumps([printed.getvalue(), failed]), flush=True)
"""


class Snippet:
    def __init__(self, line, language, comments):
        self.line, self.language, self.code = line, language, ""
        self.needs, self.file, self.prints = [], None, False
        for comment in comments:
            kind, _, value = comment.partition(":")
            if kind == "needs":
                self.needs = [name.strip() for name in value.split(",")]
            elif kind == "file":
                self.file = value.strip()
            elif comment == "prints":
                self.prints = True
            else:
                raise ValueError(f"line {line}: a comment that is not known: {comment}")


def snippets(markdown):
    found, comments, inside = [], [], False
    for number, line in enumerate(markdown.split("\n"), 1):
        fence = re.fullmatch(r"( *)```(\w*)", line)
        if inside:
            inside = line != "```"
            found[-1].code += f"{line}\n" if inside else ""
        elif fence:
            if fence[1]:
                raise ValueError(f"line {number}: a fence that is indented")
            found.append(Snippet(number, fence[2], comments))
            inside, comments = True, []
        else:
            comment = re.fullmatch(r"<!-- (.*) -->", line)
            comments = [*comments, comment[1]] if comment else []
    if inside:
        raise ValueError(f"line {found[-1].line}: a fence that has no end")
    return found


def install(build, folder):
    """Installs calib as a reader would, and lets the environment find it there."""
    tap.output("meson", "install", "-C", build, "--no-rebuild", "--destdir", folder)
    file = next(folder.rglob("calib.pc"))
    lib, prefix = file.parent.parent, next(folder.rglob("calib.h")).parent.parent
    for package in file.parent.glob("*.pc"):
        package.write_text(re.sub(r"^prefix=.*", f"prefix={prefix}", package.read_text(), flags=re.M))
    environment.update(
        CALIB_LIBRARY=str(lib / "libcalib.so"), LD_LIBRARY_PATH=str(lib), LIBRARY_PATH=str(lib),
        CPATH=str(prefix / "include"), PKG_CONFIG_PATH=str(file.parent), CMAKE_PREFIX_PATH=str(prefix),
        PATH=f"{prefix / 'bin'}:{root / 'build-python' / 'bin'}:{os.environ['PATH']}")


class Session:
    """The Python of the page."""

    def __init__(self):
        self.process = None

    def run(self, code):
        if not self.process:
            self.process = subprocess.Popen([python, "-c", SESSION], stdin=subprocess.PIPE, cwd=work,
                                            stdout=subprocess.PIPE, text=True, env=environment)
        try:
            print(json.dumps(code), file=self.process.stdin, flush=True)
        except BrokenPipeError:
            pass
        answer = self.process.stdout.readline()
        if not answer.startswith("["):
            skip = (answer + self.process.stdout.read()).partition("# SKIP ")[2].strip()
            raise tap.Skip(skip) if skip else AssertionError(f"Python ended: {self.process.wait()}")
        printed, failed = json.loads(answer)
        assert not failed, f"{printed}{failed}"
        return printed

    def close(self):
        if self.process:
            self.process.stdin.close()
            self.process.wait()


session = Session()


def compiler(snippet):
    flags = ["-Wall", "-Wextra", "-Werror", "-pedantic"]
    return {"c": ["cc", "-std=c11"], "cpp": ["c++", "-std=c++17"]}[snippet.language] + flags


def compile_and_run(snippet):
    source = work / f"snippet.{snippet.language}"
    source.write_text(snippet.code, encoding="utf-8")
    links = [f"-lcalib-{name}" for name in ADAPTERS if f"calib_{name}.h".replace("-", "_") in snippet.code]
    tap.output(*compiler(snippet), source, "-o", work / "snippet", *links, "-lcalib", env=environment)
    return tap.output(work / "snippet", env=environment, cwd=work, stdin=subprocess.DEVNULL)


def run_rust(snippet):
    tap.output("rustc", "-o", work / "snippet", "-", input=snippet.code, cwd=work, env=environment)
    return tap.output(work / "snippet", env=environment, cwd=work, stdin=subprocess.DEVNULL)


def run_shell(snippet):
    tap.output("sh", "-n", "-c", snippet.code)
    return tap.output("sh", "-eu", "-c", snippet.code, env=environment, cwd=work, stdin=subprocess.DEVNULL)


def parse(snippet):
    json.loads(snippet.code)
    return ""


RUN = {"c": compile_and_run, "cpp": compile_and_run, "rust": run_rust, "sh": run_shell, "json": parse,
       "python": lambda snippet: session.run(snippet.code)}


def save(snippet):
    (work / snippet.file).parent.mkdir(parents=True, exist_ok=True)
    (work / snippet.file).write_text(snippet.code, encoding="utf-8")
    if snippet.language in ("c", "cpp"):
        tap.output(*compiler(snippet), "-fsyntax-only", work / snippet.file, env=environment)
    if snippet.language == "json":
        parse(snippet)
    return ""


def is_there(need):
    if need in MODULES:
        done = subprocess.run([python, "-c", f"import {need}; print('there')"], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, env=environment, check=False)
        return done.stdout == b"there\n"
    return shutil.which(need.replace("-cli", ""), path=environment["PATH"])


def check_needs(snippet):
    for need in snippet.needs:
        assert need in NEEDS, f"{need} is not one of {sorted(NEEDS)}"
        if need in NEVER:
            raise tap.Skip(f"needs {need}: {NEVER[need]}")
        if not is_there(need):
            raise tap.Skip(f"needs {need}, which is not installed")
    for name, mark in ADAPTERS.items():
        if name not in built and re.search(mark, snippet.code):
            raise tap.Skip(f"built without calib-{name}")


def run(snippet):
    if snippet.language == "sh":
        tap.output("sh", "-n", "-c", snippet.code)
    check_needs(snippet)
    return save(snippet) if snippet.file else RUN[snippet.language](snippet)


def check_printed(expected, printed):
    pattern = ".*?".join(re.escape(part) for part in expected.strip().split("…"))
    assert re.fullmatch(pattern, printed.strip(), re.S), f"the page says:\n{expected}it prints:\n{printed}"


def used_later(snippet, later):
    return any(re.search(rf"(?<!\w){re.escape(part)}\b", other.code)
               for other in later for part in (snippet.file, pathlib.Path(snippet.file).stem))


def check_form(found):
    """What a page may have: otherwise a snippet would be passed over."""
    for at, snippet in enumerate(found):
        where = f"line {snippet.line}: "
        if snippet.language in FILES:
            assert snippet.file, f"{where}{snippet.language} needs <!-- file: NAME -->"
        elif snippet.language:
            assert snippet.language in RUN, f"{where}{snippet.language} is not known"
        if snippet.file:
            assert used_later(snippet, found[at + 1:]) or snippet.language in FILES, \
                f"{where}no later snippet uses {snippet.file}"
        if snippet.prints:
            assert not snippet.language and at and found[at - 1].language, \
                f"{where}what is printed stands behind a snippet, without a language"


found = snippets(text)
last = {"printed": "", "skipped": None}


def test_of(snippet):
    def check():
        if snippet.prints:
            if last["skipped"]:
                raise tap.Skip(last["skipped"])
            return check_printed(snippet.code, last["printed"])
        try:
            last.update(printed="", skipped=None)
            last["printed"] = run(snippet)
        except tap.Skip as skip:
            last["skipped"] = skip
            raise
        tap.note(last["printed"])
    what = "what is printed" if snippet.prints else snippet.language
    tap.test(f"line {snippet.line}, {what}")(check)


@tap.test("the form of its snippets")
def form():
    check_form(found)


if page == "README.md":  # once
    @tap.test("what fails, is not known or is not there is noticed")
    def notices():
        for markdown in ("```c\nint main(void) { return 1; }\n```", "```c\nint main(void) {\n```",
                         "```sh\nfalse\n```", "```sh\nif\n```", "```json\n{\n```", "```klingon\n```", "```meson\n```",
                         "```python\nimport nothing_of_that_name\n```",
                         "<!-- needs: nothing_of_that_name -->\n```sh\ntrue\n```", "<!-- say: x -->\n```sh\n```",
                         "<!-- file: unused.c -->\n```c\nint x;\n```", "  ```sh\n  false\n  ```", "```sh\ntrue"):
            try:
                bad = snippets(markdown)
                check_form(bad)
                run(bad[0])
            except (AssertionError, ValueError):
                continue
            raise AssertionError(markdown)
        with tap.raises(AssertionError):
            check_printed("a … c\n", "a b d\n")
        check_printed("a … c\n", "a b c\n")

    @tap.test("calib.h's example compiles and runs")
    def header_example():
        header = (root / "include" / "calib.h").read_text(encoding="utf-8")
        code = re.search(r"@code\n(.*?)@endcode", header, flags=re.S).group(1)
        example, = snippets(f"```c\n{re.sub(r'^ [*] ?', '', code, flags=re.M)}```")
        tap.equal(run(example), "128 rows of 512 tokens\n", "what it prints")


for snippet in found:
    if snippet.language or snippet.prints:
        test_of(snippet)
try:
    if any(snippet.language and not NEVER.keys() & set(snippet.needs) for snippet in found):
        install(os.environ["BUILD_ROOT"], work / "installed")
        reader.fill(work, root, text, python)
    tap.run()
finally:
    session.close()
    shutil.rmtree(work, ignore_errors=True)
