# SPDX-License-Identifier: MIT
"""Limits that keep the sources readable, measured over all of them."""
import os
import pathlib
import re
import statistics

import tap

root = pathlib.Path(os.environ["SOURCE_ROOT"])
SUFFIXES = {".c", ".h", ".cc", ".cpp", ".hpp", ".py", ".sh", ".build", ".map"}
C_SUFFIXES = {".c", ".h", ".cc", ".cpp", ".hpp"}
BANNED = ("sprintf", "vsprintf", "strcpy", "strcat", "strncpy", "atoi", "atol", "atof", "strtok",
          "gets", "alloca", "setlocale", "setenv", "putenv", "signal", "exit", "abort")
MAX_FILE = 400
MAX_COLUMNS, MAX_COLUMNS_ELSEWHERE = 100, 120  # of the product's C; of all the rest
# What outgrows a limit for a reason.
LONGER = {"lib/system/posix.c": 700,  # files and directories, which a port writes as a whole
          "lib/fetch/http.c": 550,   # all that knows libcurl, likewise
          "lib/json/json.c": 450,    # the grammar in one piece
          "lib/tokenizer_json/unicode_tables.h": 1000,  # generated
          "include/calib.h": 775}    # mostly words


def all_files():
    for top in ("include", "lib", "tests", "examples", "meson.build"):
        base = root / top
        for path in [base] if base.is_file() else sorted(base.rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.is_file() and path.suffix in SUFFIXES and "/__pycache__/" not in name:
                yield name, path.read_text(encoding="utf-8")


SOURCES = dict(all_files())
PRODUCT = {name: text for name, text in SOURCES.items()
           if name.startswith(("lib/", "include/", "examples/"))}


def is_c(name):
    return pathlib.PurePath(name).suffix in C_SUFFIXES


def code_only(text):
    """The text with comments and strings blanked out, line for line."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match.group())
    pattern = r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\''
    return re.sub(pattern, blank, text, flags=re.S)


def functions(text):
    """(first line, signature, body lines) of every function that begins with '{' in column 0."""
    lines = code_only(text).split("\n")
    start = None
    for number, line in enumerate(lines):
        if line.startswith("{"):
            start = number
        elif line.startswith("}") and start is not None:
            head = " ".join(lines[max(0, start - 4):start])
            head = re.split(r"[;}]|#\w[^\n]*", head)[-1].strip()
            if line.rstrip() == "}" and head.endswith(")"):
                yield start, head, lines[start + 1:number]
            start = None


def depth_of(body):
    """Deepest nesting of control statements, by indentation of their blocks."""
    deepest, open_blocks = 0, []
    for line in body:
        indent = len(line) - len(line.lstrip())
        if not line.strip():
            continue
        while open_blocks and indent <= open_blocks[-1]:
            open_blocks.pop()
        if re.match(r"\s*(?:\} )?(?:if|for|while|do|switch|else)\b", line):
            open_blocks.append(indent)
            deepest = max(deepest, len(open_blocks))
    return deepest


def measured(sources):
    return [(f"{name}:{first}", head, body) for name, text in sources.items() if is_c(name)
            for first, head, body in functions(text)]


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def none_of(found):
    assert not found, "\n".join(found)


@tap.test("every source names its licence in its first lines")
def licence():
    none_of([name for name, text in SOURCES.items()
             if not name.endswith((".build", ".map"))
             and "SPDX-License-Identifier: MIT" not in "\n".join(text.split("\n")[:2])])


def is_pattern(line):
    """A regular expression of a tokenizer, which is easier to compare in one piece."""
    return re.match(r' *R"\(.*\)"', line)


@tap.test(f"no line of the product's C is longer than {MAX_COLUMNS} columns")
def columns():
    def limit(name, line):
        code = is_c(name) and name in PRODUCT and not re.match(r' *"', line)
        return MAX_COLUMNS if code else MAX_COLUMNS_ELSEWHERE
    none_of([f"{name}:{number}: {len(line)} columns" for name, text in SOURCES.items()
             for number, line in enumerate(text.split("\n"), 1) if len(line) > limit(name, line)
             and not is_pattern(line)])


@tap.test("no tabs, no trailing blanks, one newline at the end")
def blanks():
    bad = [f"{name}:{number}" for name, text in SOURCES.items()
           for number, line in enumerate(text.split("\n"), 1)
           if "\t" in line or "\r" in line or line != line.rstrip()]
    bad += [f"{name}: its end" for name, text in SOURCES.items()
            if text and (not text.endswith("\n") or text.endswith("\n\n"))]
    none_of(bad)


@tap.test(f"no file of the product is longer than {MAX_FILE} lines")
def lengths():
    none_of([f"{name}: {text.count(chr(10))} lines" for name, text in PRODUCT.items()
             if text.count("\n") > LONGER.get(name, MAX_FILE)])
    unused = [name for name in LONGER if PRODUCT[name].count("\n") <= MAX_FILE]
    assert not unused, f"no longer in need of an exception: {unused}"


@tap.test("functions are short: half of them at most 18 lines, 95 of 100 at most 60")
def function_lengths():
    found = measured(PRODUCT)
    lengths = [len(body) for _, _, body in found]
    tap.note(f"{len(found)} functions, median {statistics.median(lengths)}, "
             f"95 % {percentile(lengths, 0.95)}, longest {max(lengths)}")
    assert len(found) > 300, f"{len(found)} functions found: is the measure broken?"
    assert statistics.median(lengths) <= 18 and percentile(lengths, 0.95) <= 60
    none_of([f"{where} has {len(body)} lines" for where, _, body in found if len(body) > 80])


@tap.test("nothing is nested deeper than 3")
def nesting():
    none_of([f"{where}: {depth_of(body)} deep" for where, _, body in measured(PRODUCT)
             if depth_of(body) > 3])


@tap.test("no function has more than 6 parameters, but two public ones and the vtable's cuts")
def parameters():
    most = re.compile(r"\b(calib_load_from|calib_sampler_rows|test_load|cuts)\(")
    none_of([f"{where}: {head}" for where, head, _ in measured(PRODUCT)
             if head.count(",") > 5 and not most.search(head)])


@tap.test("the library calls nothing that is banned")
def banned():
    word = re.compile(r"(?<![\w.>:])(" + "|".join(BANNED) + r")\s*\(")
    none_of([f"{name}:{number}: {match.group(1)}" for name, text in SOURCES.items()
             if is_c(name) and name.startswith(("lib/", "include/"))
             for number, line in enumerate(code_only(text).split("\n"), 1)
             for match in [word.search(line)] if match])


@tap.test("no program uses a string function without a limit")
def unlimited():
    word = re.compile(r"(?<![\w.>:])(" + "|".join(BANNED[:11]) + r")\s*\(")
    none_of([f"{name}:{number}: {match.group(1)}" for name, text in SOURCES.items() if is_c(name)
             for number, line in enumerate(code_only(text).split("\n"), 1)
             for match in [word.search(line)] if match])


@tap.test("nothing is left to do")
def marks():
    word = re.compile(r"\b(" + "|".join(("TO" "DO", "FIX" "ME", "XX" "X", "HA" "CK")) + r")\b")
    none_of([f"{name}:{number}: {line.strip()}" for name, text in SOURCES.items()
             if name.startswith(("lib/", "include/", "examples/", "tests/"))
             for number, line in enumerate(text.split("\n"), 1) if word.search(line)])


@tap.test("the measures see what is wrong")
def measures_work():
    body = "    if (a) {\n        for (;;) {\n            while (b)\n                if (c)\n" \
           "                    d();\n        }\n    }\n"
    text = f"int f(int a, int b)\n{{\n{body}}}\n\nstruct s\n{{\n    int x;\n}};\n"
    found = list(functions(text))
    tap.equal(len(found), 1, "functions found")
    tap.equal(depth_of(found[0][2]), 4, "the depth")
    tap.equal(found[0][1], "int f(int a, int b)", "the signature")
    assert "sprintf" not in code_only('x("sprintf(a)") /* sprintf(b) */')
    assert "sprintf" in code_only("sprintf(a)")


tap.run()
