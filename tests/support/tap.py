# SPDX-License-Identifier: MIT
"""TAP for Python tests. A case is a function that raises when what it holds for true is not:
either all functions test_... of a module, tap.main(tap.functions(globals())), or those registered
by @tap.test("what must hold"), tap.main(tap.registered)."""
import subprocess
import sys
import traceback


class Skip(Exception):
    """Raised with the reason by a case that cannot run here."""


registered = []


def test(name):
    """Registers a case under a name."""
    def register(function):
        registered.append((name, function))
        return function
    return register


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
        return isinstance(error, self.kind)


def run(command, **options):
    """Runs a command that must succeed; its output as text."""
    options.setdefault("timeout", 300)
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", **options)
    if done.returncode:
        raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def note(text):
    """On standard error: meson shows it there when a case failed."""
    for line in str(text).rstrip("\n").split("\n"):
        print("# " + line, file=sys.stderr, flush=True)


def outcome(case):
    """ "ok" or "not ok", and what follows the name of the case."""
    try:
        case()
    except Skip as reason:
        return "ok", f" # SKIP {reason}"
    except Exception as failure:
        note(failure if isinstance(failure, AssertionError) and str(failure)
             else traceback.format_exc())
        return "not ok", ""
    return "ok", ""


def main(cases):
    """Runs (name, function) pairs, prints TAP, and ends the process."""
    print(f"1..{len(cases)}", flush=True)
    failures = 0
    for number, (name, case) in enumerate(cases, 1):
        word, suffix = outcome(case)
        failures += word != "ok"
        print(f"{word} {number} - {name}{suffix}", flush=True)
    sys.exit(1 if failures else 0)


def functions(module):
    """The test_ functions of a module's globals, in order, as cases for main()."""
    return [(name[5:].replace("_", " "), thing) for name, thing in module.items()
            if name.startswith("test_") and callable(thing)]
