# SPDX-License-Identifier: MIT
"""A lock of one version of SentencePiece serves an adapter that is built with another one.

usage: another_version.py PROGRAM MODEL

Builds the library of the wheel's sources (pip, cmake), and calib with it. Each of the two programs
locks a recipe, and verifies and samples the other's lock."""
import json
import os
import pathlib
import sys
import tempfile

import tap

VERSION = "0.2.0"
root = pathlib.Path(os.environ["SOURCE_ROOT"])
program, model = (pathlib.Path(argument).absolute() for argument in sys.argv[1:])
folder = tempfile.TemporaryDirectory(prefix="calib-another-version-")
work = pathlib.Path(folder.name)
environment = dict(os.environ, CALIB_CACHE_DIR=str(work / "cache"))
RECIPE = {"calib": 1, "sources": [{"builtin": True}], "samples": 4, "seq_len": 16, "seed": 3}


def do(*command, **options):
    return tap.output(*command, timeout=1800, cwd=work, **options)


def build_library():
    """Returns the folder where the other version is installed."""
    do(sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:",
       f"sentencepiece=={VERSION}")
    do("tar", "xzf", f"sentencepiece-{VERSION}.tar.gz")
    do("cmake", "-S", f"sentencepiece-{VERSION}/sentencepiece", "-B", "library", "-DCMAKE_BUILD_TYPE=Release",
       f"-DCMAKE_INSTALL_PREFIX={work}/installed", "-DCMAKE_INSTALL_LIBDIR=lib")
    do("cmake", "--build", "library", "--target", "install", "--parallel", "2")
    return work / "installed"


def build_program(installed):
    """Returns the program of a build of calib with that library, and the version it says."""
    there = dict(environment, PKG_CONFIG_PATH=f"{installed}/lib/pkgconfig", LD_LIBRARY_PATH=f"{installed}/lib")
    do("meson", "setup", "calib", root, "-Dsentencepiece=enabled", "-Dtokenizer_json=disabled", "-Dtests=disabled",
       "-Ddownload=disabled", "-Dexamples=enabled", env=there)
    do("meson", "compile", "-C", "calib", env=there)
    return work / "calib" / "examples" / "calib" / "calib", there


def lock(which, where, name):
    (work / "recipe.json").write_text(json.dumps(RECIPE), encoding="utf-8")
    do(which, "lock", "--tokenizer", model, "recipe.json", "-o", name, env=where)
    return json.loads((work / name).read_text(encoding="utf-8"))["lock"]


@tap.test(f"version {VERSION} and the system's: each serves the lock of the other")
def both_ways():
    other, there = build_program(build_library())
    programs = {"mine.json": (program, environment), "theirs.json": (other, there)}
    locks = {name: lock(*programs[name], name) for name in programs}
    mine, theirs = locks.values()
    tap.equal(theirs["id"], mine["id"], "the id")
    tap.holds(theirs["tokenizer"]["fingerprint"] != mine["tokenizer"]["fingerprint"],
              "the fingerprints are equal: both programs have the same version")
    for name, (which, where) in zip(reversed(programs), programs.values()):
        do(which, "sample", "--tokenizer", model, "--recipe", name, "-o", "rows.safetensors", env=where)
        do(which, "verify", name, "rows.safetensors", env=where)
    tap.note(f"id {mine['id']}; rows {mine['rows_sha256']}")


tap.run()
