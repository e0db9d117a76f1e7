# SPDX-License-Identifier: MIT
"""Runs one example program: it prints what is in expected/, says nothing else, and succeeds. There
"…" stands for any words: messages may be bettered, what examples show of them stays."""
import difflib
import os
import pathlib
import re
import subprocess
import sys

import tap

program = pathlib.Path(sys.argv[1])
name = program.stem.replace("example-", "")
expected = pathlib.Path(__file__).parent / "expected" / (name + ".txt")


@tap.test("succeeds and prints what it should")
def succeeds_and_prints_what_it_should():
    done = subprocess.run([program], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          encoding="utf-8", timeout=60)
    wanted = expected.read_text(encoding="utf-8")
    diff = difflib.unified_diff(wanted.splitlines(), done.stdout.splitlines(), "expected",
                                "printed", lineterm="")
    pattern = ".*?".join(re.escape(part) for part in wanted.split("…"))
    assert re.fullmatch(pattern, done.stdout), "\n".join(diff)
    assert done.stderr == "", done.stderr
    assert done.returncode == 0, f"{name} ended with {done.returncode}"


@tap.test("is short")
def is_short():
    source = next(pathlib.Path(os.environ["SOURCE_ROOT"], "examples").glob(name + ".c*"))
    n_lines = source.read_text(encoding="utf-8").count("\n")
    limit = {"minimal": 40}.get(name, 200)
    assert n_lines < limit, f"{name} has {n_lines} lines, the limit is {limit}"


tap.run()
