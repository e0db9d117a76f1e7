# SPDX-License-Identifier: MIT
"""TAP for Python tests.

    import tap

    @tap.test("what must hold")
    def _():
        tap.equal(1 + 1, 2, "the sum")

    tap.run()
"""
import sys
import traceback

_tests = []


def test(name):
    """Registers a test: it fails when it raises."""
    def register(function):
        _tests.append((name, function))
        return function
    return register


def note(text):
    """A diagnostic line, for the log."""
    for line in str(text).splitlines():
        print("# " + line, flush=True)


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
    """Runs all, prints the plan and a line each, and ends the process."""
    failed = 0
    print(f"1..{len(_tests)}", flush=True)
    for number, (name, function) in enumerate(_tests, 1):
        try:
            function()
            print(f"ok {number} - {name}", flush=True)
        except Exception:
            failed += 1
            print(f"not ok {number} - {name}", flush=True)
            note(traceback.format_exc())
    sys.exit(1 if failed else 0)
