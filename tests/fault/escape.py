# SPDX-License-Identifier: MIT
"""No call of the core escapes the injection: each undefined symbol of the static core is wrapped or
on the list of functions that cannot fail. Nor does one of libcurl without a reason.
Usage: escape.py ARCHIVE PROGRAM"""
import os
import pathlib
import re
import sys

import tap

here = pathlib.Path(os.environ["SOURCE_ROOT"]) / "tests" / "fault"
archive, program = sys.argv[1:]
RUNTIME = ("__assert_fail", "__asan_", "__ubsan_", "__tsan_", "__sanitizer_", "__gcov_", "__llvm_", "__sancov_")


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


def libcurl_calls():
    """The functions of libc that the libcurl of the program calls."""
    paths = re.findall(r"libcurl[^ ]* => (/[^ ]+)", tap.output("ldd", program))
    tap.equal(len(paths), 1, "the number of libcurls")
    rows = tap.output("nm", "-D", "--undefined-only", paths[0]).split()
    return {row.split("@")[0] for row in rows if "@GLIBC_" in row}


def interposed():
    code = (here / "interpose.c").read_text(encoding="utf-8")
    macros = re.findall(r"^(?:INTERPOSE\(INJECT_\w+, |MOVE\(|FCNTL\()(\w+)[,)]", code, re.M)
    return set(macros + re.findall(r"^int (\w+)\(", code, re.M)) - {"name"}


@tap.test("every function of libc that libcurl calls is interposed or let be for a reason")
def _():
    calls = libcurl_calls()
    tap.holds({"send", "getaddrinfo", "fopen"} <= calls, f"not what libcurl calls: {calls}")
    tap.equal(sorted(calls - interposed() - set(names("libcurl.txt"))), [], "what escapes")
    tap.equal(sorted(interposed() & set(names("libcurl.txt"))), [], "what is interposed and let be")


@tap.test("every interposed function is the program's own")
def _():
    own = {row.split()[-1] for row in tap.output("nm", "-D", "--defined-only", program).splitlines()}
    tap.holds(len(interposed()) > 15, f"only {len(interposed())} are interposed")
    tap.equal(sorted(interposed() - own), [])


@tap.test("a call that is on no list would be found")
def _():
    tap.holds("system" not in wrapped + pure, "system() is on a list")
    tap.holds("malloc" in called, "malloc is not called?")


tap.run()
