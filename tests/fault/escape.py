# SPDX-License-Identifier: MIT
"""No call of the core escapes the injection: each undefined symbol of the static core is wrapped or
on the list of functions that cannot fail. Usage: escape.py ARCHIVE"""
import os
import pathlib
import sys

import tap

here = pathlib.Path(os.environ["SOURCE_ROOT"]) / "tests" / "fault"
archive = sys.argv[1]
RUNTIME = ("__asan_", "__ubsan_", "__tsan_", "__sanitizer_", "__gcov_", "__llvm_", "__sancov_")


def names(file):
    lines = (here / file).read_text(encoding="utf-8").split("\n")
    return [line for line in lines if line and not line.startswith("#")]


def symbols(*flags):
    rows = [line.split() for line in tap.output("nm", *flags, archive).splitlines()]
    return {row[-1] for row in rows if len(row) >= 2}


wrapped, pure = names("wrapped.txt"), names("pure.txt")
called = symbols("-u") - symbols("--defined-only")
called = {name for name in called if not name.startswith(RUNTIME)}


@tap.test("every function that the core calls is wrapped or cannot fail")
def _():
    tap.holds(len(called) > 40, f"only {len(called)} symbols were found")
    tap.equal(sorted(called - set(wrapped) - set(pure)), [], "what escapes")


@tap.test("no function is on both lists, or twice on one")
def _():
    both = wrapped + pure
    tap.equal(sorted({name for name in both if both.count(name) > 1}), [])


@tap.test("every wrapped function has a wrapper")
def _():
    code = (here / "wrap.c").read_text(encoding="utf-8")
    missing = [name for name in wrapped if f"({name}," not in code and f" {name}," not in code
               and f"__wrap_{name}(" not in code and f"({name})" not in code]
    tap.equal(missing, [])


@tap.test("a call that is on no list would be found")
def _():
    tap.holds("system" not in wrapped + pure, "system() is on a list")
    tap.holds("malloc" in called, "malloc is not called?")


tap.run()
