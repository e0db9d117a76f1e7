# SPDX-License-Identifier: MIT
"""examples/install.sh on machines that this one is not: what it runs, what it says, how it ends.
Package managers are scripts that note how they are called."""
import os
import pathlib
import shutil
import subprocess
import tempfile

import tap

root = pathlib.Path(os.environ["SOURCE_ROOT"])
LISTS = ("examples/packages.txt", "tests/packages.txt", "tests/packages-all.txt")
TOOLS = ("sh", "awk", "sort", "grep", "cat", "mktemp", "rm", "env")


def packages(column):
    lines = [line.split() for name in LISTS for line in (root / name).read_text().splitlines()
             if line and not line.startswith("#")]
    return sorted({line[column] for line in lines} - {"-"})


def install(**programs):
    """Runs it where only TOOLS and these programs are. (status, standard error, calls)"""
    with tempfile.TemporaryDirectory(prefix="calib-install-") as folder:
        calls = pathlib.Path(folder, "calls")
        calls.touch()
        for name in TOOLS:
            os.symlink(shutil.which(name), os.path.join(folder, name))
        for name, code in {"id": "echo 1000", **programs}.items():
            path = pathlib.Path(folder, name.replace("_", "-"))
            path.write_text(f"#!/bin/sh\nprintf '%s\\n' \"{path.name} $*\" >>{calls}\n{code}\n")
            path.chmod(0o755)
        done = subprocess.run(["/bin/sh", "examples/install.sh", *LISTS], cwd=root,
                              env={"PATH": folder}, stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        return done.returncode, done.stderr.rstrip(), calls.read_text().splitlines()


INSTALLED = "echo installed"
ONE_MISSING = 'case "$*" in *" ninja-build"*) exit 1 ;; esac; echo installed'


@tap.test("Debian: nothing is missing, nothing is run")
def _():
    status, said, calls = install(apt_get="exit 1", dpkg_query=INSTALLED)
    tap.equal((status, said), (0, ""))
    tap.equal(sorted(call.split()[-1] for call in calls), packages(0), "the packages looked up")


@tap.test("Debian, root: what is missing is installed, and that alone")
def _():
    status, said, calls = install(apt_get="exit 0", dpkg_query=ONE_MISSING, id="echo 0")
    tap.equal((status, said), (0, ""))
    runs = [call for call in calls if call.startswith("apt-get ")]
    tap.equal(runs, ["apt-get -qq update",
                     "apt-get -qq -y --no-install-recommends install ninja-build"])


@tap.test("Debian, root, and apt fails: it says what to install")
def _():
    status, said, _ = install(apt_get="echo no network; exit 1", dpkg_query=ONE_MISSING,
                              id="echo 0")
    tap.equal((status, said), (1, "please install: sudo apt-get install ninja-build"))


@tap.test("Debian, neither root nor sudo: it says what to install")
def _():
    status, said, calls = install(apt_get="exit 0", dpkg_query=ONE_MISSING)
    tap.equal((status, said), (1, "please install: sudo apt-get install ninja-build"))
    tap.holds(not any(call.startswith("apt-get") for call in calls), calls)


@tap.test("macOS: it says what to install, and is silent when nothing is missing")
def _():
    status, said, _ = install(brew="exit 1")
    tap.equal((status, said), (1, f"please install: brew install {' '.join(packages(1))}"))
    status, said, _ = install(brew="exit 0")
    tap.equal((status, said), (0, ""))


@tap.test("elsewhere: it names the packages and lets the build try")
def _():
    status, said, _ = install()
    tap.equal(status, 0)
    tap.holds(all(name in said for name in packages(0)), said)


tap.run()
