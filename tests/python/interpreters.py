# SPDX-License-Identifier: MIT
"""Runs plain.py on every CPython from 3.8 to 3.14 that this machine has, free-threaded ones too.

An interpreter is found by its name (python3.9, python3.14t) on the PATH, in the folders of pyenv if
that is on the PATH, or in CALIB_TEST_PYTHONS, a list of files. The machine's own python3 runs
plain.py as a test of its own.
"""
import glob
import os
import subprocess
import sys

import tap

VERSIONS = [f"3.{minor}{kind}" for minor in range(8, 15) for kind in ("", "t")
            if minor >= 13 or not kind]
ASK = ("import sys, sysconfig; print('%d.%d' % sys.version_info[:2]"
       " + 't' * bool(sysconfig.get_config_var('Py_GIL_DISABLED')))")


def version_of(path):
    """Returns the version of an interpreter; None if it does not run."""
    try:
        done = subprocess.run([path, "-c", ASK], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              universal_newlines=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def candidates():
    yield from filter(None, os.environ.get("CALIB_TEST_PYTHONS", "").split(os.pathsep))
    folders = os.environ.get("PATH", "").split(os.pathsep)
    for folder in folders:
        for version in VERSIONS:
            path = os.path.join(folder, "python" + version)
            if os.access(path, os.X_OK):
                yield path
        root, name = os.path.split(folder.rstrip("/"))
        if name == "shims":
            yield from sorted(glob.glob(os.path.join(root, "versions", "3.*", "bin", "python3")))


def register(version, path):
    @tap.test(f"CPython {version}")
    def _():
        if not path:
            raise tap.Skip("not on this machine")
        plain = os.path.join(os.path.dirname(os.path.abspath(__file__)), "plain.py")
        tap.note(f"{version}: {path}: " + tap.output(path, "-c", "import sys; print(sys.version)"))
        short = dict(os.environ, CALIB_TEST_LONG="0")
        tap.note(tap.output(path, plain, timeout=600, env=short))


found = {}
if tap.LONG:
    for candidate in candidates():
        found.setdefault(version_of(candidate), candidate)
    tap.note("ran: " + ", ".join(filter(found.get, VERSIONS)))
    tap.note("missing: " + ", ".join(name for name in VERSIONS if name not in found))
    for name in VERSIONS:
        register(name, found.get(name))
else:
    @tap.test("every other CPython")
    def _():
        raise tap.Skip("sh tests/run.sh all runs it")
tap.run()
