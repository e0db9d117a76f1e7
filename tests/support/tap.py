# SPDX-License-Identifier: MIT
"""TAP for Python tests.

    import tap

    @tap.test("what must hold")
    def _():
        tap.equal(1 + 1, 2, "the sum")

    tap.run()
"""
import os
import subprocess
import sys
import traceback

# 0: a long search or a large grid runs a bounded part; 1: all of the grid, and of the search what fits
# into an hour with all other tests; 2: by hand, as much as is worth its hours.
LEVEL = min(int(os.environ.get("CALIB_TEST_LONG") or 0), 2)
LONG = LEVEL > 0
_tests = []


class Skip(Exception):
    """A test raises this, with the reason, if it cannot run here."""


def test(name):
    """Registers a test, which fails if it raises."""
    def register(function):
        _tests.append((name, function))
        return function
    return register


def note(text):
    """Writes a diagnostic to standard error, which meson shows if the test fails."""
    for line in str(text).splitlines():
        print("# " + line, file=sys.stderr, flush=True)


def output(*command, **options):
    """Returns what a command prints. Raises if it fails."""
    options.setdefault("timeout", 300)
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", **options)
    if done.returncode:
        raise AssertionError(f"{command[0]} ended with {done.returncode}: {command}\n{done.stdout}")
    return done.stdout


def equal(is_, expected, what="the value"):
    if is_ != expected:
        raise AssertionError(f"{what} is {is_!r}, expected {expected!r}")


def holds(condition, what):
    if not condition:
        raise AssertionError(what)


class raises:
    """with raises(ValueError) as caught: ...; caught.error is the exception."""

    def __init__(self, kind):
        self.kind = kind
        self.error = None

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if error is None:
            raise AssertionError(f"no {self.kind.__name__} was raised")
        self.error = error
        return issubclass(kind, self.kind)


def run():
    """Runs all tests, prints the plan and a line for each, and ends the process."""
    failed = 0
    print(f"1..{len(_tests)}", flush=True)
    for number, (name, function) in enumerate(_tests, 1):
        try:
            function()
            print(f"ok {number} - {name}", flush=True)
        except Skip as reason:
            print(f"ok {number} - {name} # SKIP {reason}", flush=True)
        except Exception:
            failed += 1
            print(f"not ok {number} - {name}", flush=True)
            note(traceback.format_exc())
    sys.exit(1 if failed else 0)
