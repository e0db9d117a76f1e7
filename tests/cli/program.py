# SPDX-License-Identifier: MIT
"""Runs the calib program with an empty home and without the caller's settings."""
import contextlib
import ctypes
import hashlib
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import tap

CALIB = os.environ["CALIB"]
SOURCE = pathlib.Path(os.environ["SOURCE_ROOT"])
SECONDS = 60


class Run:
    """The result of a run: status, out (bytes), err (text)."""

    def __init__(self, arguments, done):
        self.arguments = arguments
        self.status = done.returncode
        self.out = done.stdout or b""
        self.err = (done.stderr or b"").decode("utf-8", "replace")

    def __str__(self):
        return f"calib {' '.join(self.arguments)}: {self.status}\n{self.out[:500]!r}\n{self.err}"


def environment(home, **more):
    """Returns the caller's environment without calib's variables. A value None removes one."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("CALIB", "XDG_")) and "proxy" not in name.lower()}
    kept["HOME"] = str(home)
    kept.update({name: str(value) for name, value in more.items() if value is not None})
    return {name: value for name, value in kept.items() if more.get(name, "") is not None}


def drop_privileges():
    """Runs in the child. Takes from root the right to ignore file modes; others do not have it."""
    if os.geteuid() != 0:
        return
    drop_from_bounding_set = 24
    for capability in (1, 2):
        if ctypes.CDLL(None).prctl(drop_from_bounding_set, capability, 0, 0, 0) != 0:
            raise OSError("the capabilities of root cannot be dropped")


def peak(directory, *arguments):
    """Runs the program and returns the largest memory that it had, in bytes, which is at least that of
    this process."""
    command = [CALIB, *map(str, arguments)]
    # AddressSanitizer would keep all that was freed.
    given = environment(directory)
    given["ASAN_OPTIONS"] = given.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"
    child = subprocess.Popen(command, cwd=directory, env=given, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    tap.equal(child.returncode, 0, f"the status of {command}")
    return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


@contextlib.contextmanager
def directory():
    """A directory to run in, which is removed whatever file modes are in it."""
    with tempfile.TemporaryDirectory(prefix="calib-") as name:
        path = pathlib.Path(name)
        yield path
        for entry in path.rglob("*"):
            if entry.is_dir() and not entry.is_symlink():
                entry.chmod(0o700)


def run(cwd, *arguments, environ=None, plain_user=False, through=(), **options):
    """Runs calib in a directory; `environ` holds changes to the environment, `through` a command that
    runs the command after it."""
    arguments = [str(argument) for argument in arguments]
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.PIPE)
    if "input" not in options:
        options.setdefault("stdin", subprocess.DEVNULL)
    if plain_user:
        options["preexec_fn"] = drop_privileges
    done = subprocess.run([*through, CALIB, *arguments], cwd=cwd, timeout=SECONDS,
                          env=environment(cwd, **(environ or {})), check=False, **options)
    return Run(arguments, done)


def instead(arguments, option, value):
    """Returns the arguments with another value of an option, which is added if it is not there."""
    out = list(arguments)
    if option in out:
        out[out.index(option) + 1] = value
        return out
    return [*out, option, value]


def good(cwd, *arguments, **options):
    """Runs calib, which must succeed without a word on standard error."""
    done = run(cwd, *arguments, **options)
    tap.holds(done.status == 0 and done.err == "", f"did not just succeed: {done}")
    return done


def bad(cwd, status, parts, *arguments, **options):
    """Runs calib, which must fail with this status and one line that has all `parts`, print nothing to
    standard output, and leave the files as they were."""
    before = listing(cwd)
    done = run(cwd, *arguments, **options)
    tap.equal(done.status, status, f"the status of {done}")
    tap.equal(done.out, b"", f"the results of {done}")
    tap.holds(done.err.startswith("calib: error: ") and done.err.endswith("\n")
              and done.err.count("\n") == 1, f"not one line of error: {done}")
    tap.holds(not done.err.endswith(".\n"), f"a final period: {done}")
    for part in parts if isinstance(parts, (list, tuple)) else [parts]:
        tap.holds(str(part) in done.err, f"{part!r} is not in the message: {done}")
    tap.equal(listing(cwd), before, f"the files left by {done}")
    return done


def listing(path):
    """Returns names, modes and content hashes of everything in a directory except stored tokens and
    the folders that every cache has."""
    found = {}
    for entry in sorted(path.rglob("*")):
        if re.match(r"\.cache(/calib(/CACHEDIR\.TAG|/tokens.*)?)?$", str(entry.relative_to(path))):
            continue
        info = entry.lstat()
        readable = entry.is_file() and os.access(entry, os.R_OK)
        content = hashlib.sha256(entry.read_bytes()).hexdigest() if readable else None
        found[str(entry.relative_to(path))] = (oct(info.st_mode), content)
    return found
