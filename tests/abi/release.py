# SPDX-License-Identifier: MIT
"""tests/release.sh: the archive has the same bytes from every clone at any time, builds nothing that is
not committed, and holds the sources."""
import hashlib
import os
import pathlib
import shutil
import tarfile
import tempfile
import time

import tap

root = pathlib.Path(os.environ["SOURCE_ROOT"])
work = pathlib.Path(tempfile.mkdtemp(prefix="calib-release-"))


def clone(name):
    if not shutil.which("git") or not (root / ".git").exists():
        raise tap.Skip("these sources are no clone of git")
    tap.output("git", "clone", "--quiet", "--no-local", root, work / name)
    return work / name


def archive(folder, **environment):
    """The archive that is made in a clone."""
    tap.output("sh", folder / "tests" / "release.sh", "archive", folder / "build-out",
               env={**os.environ, **environment})
    found, = (folder / "build-out").glob("calib-*.tar.gz")
    return found


def commit(folder):
    tap.output("git", "-C", folder, "-c", "user.name=n", "-c", "user.email=e", "commit", "--quiet", "-am", "x")


def refused(folder, words):
    with tap.raises(AssertionError) as caught:
        archive(folder)
    tap.holds(words in str(caught.error), caught.error)


@tap.test("two clones, two times, two umasks, two time zones: the same bytes")
def _():
    first = archive(clone("one"))
    time.sleep(1.1)  # a time that is stored would be another one
    second = clone("a-folder-with-a-longer-name")
    os.utime(second / "meson.build")
    second_archive = archive(second, TZ="Asia/Tokyo", LC_ALL="C.UTF-8", GIT_CONFIG_COUNT="1",
                             GIT_CONFIG_KEY_0="tar.umask", GIT_CONFIG_VALUE_0="0077")
    tap.equal(hashlib.sha256(second_archive.read_bytes()).hexdigest(),
              hashlib.sha256(first.read_bytes()).hexdigest(), "the archive")


@tap.test("it holds what is committed, below one folder")
def _():
    made, = (work / "one" / "build-out").glob("*.tar.gz")
    with tarfile.open(made) as tar:
        names = {member.name.partition("/")[2] for member in tar.getmembers() if not member.isdir()}
        tap.equal({member.name.partition("/")[0] for member in tar.getmembers()},
                  {made.name[:-len(".tar.gz")]}, "the folders")
    tap.equal(names, set(tap.output("git", "-C", root, "ls-tree", "-r", "--name-only", "HEAD").split("\n")) - {""})


@tap.test("what is not committed, and versions that disagree, are refused")
def _():
    folder = clone("changed")
    for file, before, after in (("include/calib.h", "CALIB_VERSION_PATCH ", "CALIB_VERSION_PATCH 9"),
                                ("examples/python/meson.build", "version: '", "version: '9")):
        path = folder / file
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(before, after, 1), encoding="utf-8")
        refused(folder, "not committed")
        commit(folder)
        refused(folder, f"{file} has another")
        path.write_text(text, encoding="utf-8")
        commit(folder)


@tap.test("no archive is made of a clone that is damaged")
def _():
    folder = clone("damaged")
    (folder / "damaged").write_text("this file's object is lost\n", encoding="utf-8")
    tap.output("git", "-C", folder, "add", "damaged")
    tap.output("git", "-C", folder, "-c", "user.name=n", "-c", "user.email=e", "commit", "--quiet", "-m", "x")
    name = tap.output("git", "-C", folder, "rev-parse", "HEAD:damaged").strip()
    (folder / ".git" / "objects" / name[:2] / name[2:]).unlink()
    with tap.raises(AssertionError) as caught:
        archive(folder)
    tap.holds(name in str(caught.error), caught.error)
    tap.equal(list((folder / "build-out").glob("*.tar.gz")), [], "archives")


try:
    tap.run()
finally:
    shutil.rmtree(work, ignore_errors=True)
