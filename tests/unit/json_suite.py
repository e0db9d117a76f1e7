# SPDX-License-Identifier: MIT
"""lib/json/ on JSONTestSuite (github.com/nst/JSONTestSuite), which is not part of this project. Run
by hand:

    git clone https://github.com/nst/JSONTestSuite
    PYTHONPATH=tests/support python3 tests/unit/json_suite.py BUILD/tests/unit/json-tokens \\
        JSONTestSuite/test_parsing

Files that begin with y_ must be accepted, those with n_ refused; of those with i_ it prints which
are which.
"""
import pathlib
import subprocess
import sys

import tap

files = sorted(pathlib.Path(sys.argv[2]).glob("*.json"))


def accepts(path):
    document = path.read_bytes()
    done = subprocess.run([sys.argv[1]], input=b"%d\n%s" % (len(document), document),
                          stdout=subprocess.PIPE, check=True, timeout=60)
    return done.stdout.endswith(b".\n")


def check(prefix, wanted):
    chosen = [path for path in files if path.name.startswith(prefix)]
    tap.holds(chosen, f"no file begins with {prefix}")
    wrong = [path.name for path in chosen if accepts(path) != wanted]
    tap.note(f"{prefix}: {len(chosen)} files, {len(wrong)} wrong")
    assert not wrong, "\n".join(wrong)


@tap.test("y_ is accepted")
def _():
    check("y_", True)


@tap.test("n_ is refused")
def _():
    check("n_", False)


@tap.test("i_ is decided")
def _():
    for path in files:
        if path.name.startswith("i_"):
            tap.note(("accepted " if accepts(path) else "refused  ") + path.name)


tap.run()
