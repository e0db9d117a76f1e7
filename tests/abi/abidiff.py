# SPDX-License-Identifier: MIT
"""The libraries have the ABI of the committed baseline, and a library that was altered has not."""
import os
import pathlib
import re
import shutil
import sys
import tempfile

import baseline
import tap

meson = sys.argv[1]
root = baseline.root
folder = pathlib.Path(os.environ["BUILD_ROOT"]) / "abi"
work = pathlib.Path(tempfile.mkdtemp(prefix="calib-abidiff-"))
for name in ("CFLAGS", "CXXFLAGS", "LDFLAGS", "DESTDIR"):
    os.environ.pop(name, None)


def libraries():
    if baseline.why_not():
        raise tap.Skip(baseline.why_not())
    return baseline.build(folder, meson)


@tap.test("the libraries have the ABI of the baseline")
def _():
    found = "\n".join(baseline.check(folder, libraries()).values())
    assert not found, f"{found}\nif it is meant: python3 tests/abi/baseline.py, and a line in CHANGELOG.md; " \
                      "if it is incompatible and there was a release, also another abi in meson.build"


def altered(name, headers=root / "include", recompiled=(), version_map=root / "lib" / "calib.map"):
    """libcalib, of which some files were compiled with other headers: the status of abidiff."""
    objects = {path.name: path for path in (folder / "lib" / "libcalib-core.a.p").glob("*.o")}
    for file in recompiled:
        objects[f"{file}.o"] = work / f"{name}-{file}.o"
        tap.output("cc", "-g", "-std=c11", "-fPIC", "-fvisibility=hidden", "-DCALIB_BUILDING", "-I", headers,
                   "-I", root / "lib", "-c", root / "lib" / file, "-o", objects[f"{file}.o"])
    library = work / f"{name}.so"
    tap.output("cc", "-shared", "-o", library, *objects.values(), f"-Wl,--version-script,{version_map}",
               "-Wl,-soname,libcalib.so.1")
    return baseline.compare(baseline.committed("libcalib"), baseline.dump(library, work / f"{name}.abi", headers))


def other_headers(text, changed):
    """The public headers with one change."""
    headers = pathlib.Path(tempfile.mkdtemp(prefix="include-", dir=work))
    for path in (root / "include").glob("*.h"):
        shutil.copy(path, headers)
    header = headers / "calib.h"
    before = header.read_text(encoding="utf-8")
    assert text in before, f"not in calib.h: {text}"
    header.write_text(before.replace(text, changed, 1), encoding="utf-8")
    return headers


@tap.test("the same library, linked here, has it too")
def _():
    libraries()
    tap.equal(altered("same"), (0, ""))
    tap.equal(altered("again", recompiled=["calib.c"]), (0, ""))


@tap.test("a function that is gone is incompatible")
def _():
    libraries()
    version_map = work / "fewer.map"
    text = (root / "lib" / "calib.map").read_text(encoding="utf-8")
    version_map.write_text(re.sub(r"calib_sampler_rows;", "", text), encoding="utf-8")
    status, report = altered("fewer", version_map=version_map)
    tap.holds(status & baseline.INCOMPATIBLE and "calib_sampler_rows" in report, (status, report))


@tap.test("a field in between is found")
def _():
    libraries()
    headers = other_headers("    uint64_t first_row;", "    uint64_t new; uint64_t first_row;")
    status, report = altered("field", headers, ["calib.c", "sampler.c"])
    tap.holds(status & baseline.CHANGED and "calib_sampling" in report, (status, report))


@tap.test("a parameter of another type is found")
def _():
    libraries()
    headers = other_headers("typedef int (*calib_sampler_fn)(void *ctx,", "typedef int (*calib_sampler_fn)(int *ctx,")
    status, report = altered("callback", headers, ["sampler.c"])
    tap.holds(status & baseline.CHANGED and "calib_sampler_list" in report, (status, report))


try:
    tap.run()
finally:
    shutil.rmtree(work, ignore_errors=True)
