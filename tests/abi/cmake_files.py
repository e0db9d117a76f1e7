# SPDX-License-Identifier: MIT
"""lib/cmake/CMakeLists.txt compiles the files that meson compiles, of the core and of the adapter for
tokenizer.json, and makes the same builtin corpus. Configures, and compiles nothing."""
import json
import os
import pathlib
import re
import shutil
import tempfile

import tap

root = pathlib.Path(os.environ["SOURCE_ROOT"])
build = pathlib.Path(os.environ["BUILD_ROOT"])
# CMake's target, meson's target, and what both define.
LIBRARIES = {"calib": ("calib-core", None), "calib_tokenizer_json": ("calib-tokenizer-json-core", "calib_tj")}


def compiled(folder, pattern):
    """The files under lib/, and the builtin corpus, that commands with this pattern compile."""
    found = {}
    for entry in json.loads((folder / "compile_commands.json").read_text(encoding="utf-8")):
        target = re.search(pattern, entry["command"])
        path = pathlib.Path(os.path.realpath(os.path.join(entry["directory"], entry["file"])))
        adapter = re.search(r"-DCALIB_ADAPTER=(\w+)", entry["command"])
        name = path.name if path.name == "builtin.c" else os.path.relpath(path, root / "lib")
        if target:
            found.setdefault(target[1], {})[name] = adapter and adapter[1]
    return found


def configure(folder, *options, source=root):
    if not shutil.which("cmake"):
        raise tap.Skip("cmake is not installed: run sh tests/run.sh all")
    tap.output("cmake", "-G", "Ninja", "-S", source / "lib" / "cmake", "-B", folder,
               "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON", *options)


work = pathlib.Path(tempfile.mkdtemp(prefix="calib-cmake-"))


@tap.test("the same files")
def _():
    configure(work / "all", "-DCALIB_TOKENIZER_JSON=ON", "-DCMAKE_UNITY_BUILD=ON")
    by_cmake = compiled(work / "all", r"-o CMakeFiles/(\w+)\.dir/")
    by_meson = compiled(build, r"-o lib/(?:\w+/)?lib([\w-]+)\.a\.p/")
    for target, (core, adapter) in LIBRARIES.items():
        if core not in by_meson:
            tap.note(f"the build has no {core}")
            continue
        tap.holds(len(by_meson[core]) > 40, f"{core}: only {by_meson[core]} were found")
        tap.equal(by_cmake[target].keys() ^ by_meson[core].keys(), set(), f"{core}: what only one compiles")
        tap.equal(set(by_cmake[target].values()), {adapter}, f"{target}: CALIB_ADAPTER")


@tap.test("the same builtin corpus")
def _():
    tap.output("ninja", "-C", work / "all", "builtin.c")
    tap.holds((work / "all" / "builtin.c").read_bytes() == (build / "lib" / "builtin.c").read_bytes(), "it differs")


@tap.test("without libraries: what stands in for them, and no more")
def _():
    names = ("DOWNLOAD", "ZLIB", "ZSTD", "BUILTIN_CORPUS")
    configure(work / "none", *(f"-DCALIB_{name}=OFF" for name in names))
    with_all = compiled(work / "all", r"-o CMakeFiles/(\w+)\.dir/")["calib"].keys()
    without = compiled(work / "none", r"-o CMakeFiles/(\w+)\.dir/")["calib"].keys()
    tap.equal(sorted(with_all - without), ["builtin.c", "fetch/http.c", "input/gzip.c", "input/zstd.c"])
    tap.equal(sorted(without - with_all), ["fetch/http_none.c", "input/gzip_none.c", "input/zstd_none.c",
                                           "text/builtin_none.c"])


def copied(name):
    shutil.copytree(root / "lib", work / name / "lib")
    return work / name


@tap.test("a build inside the sources, configured twice, takes nothing of itself")
def _():
    source = copied("inside, a space")
    folder = source / "lib" / "cmake" / "build"
    for _ in range(2):
        configure(folder, source=source)
    commands = json.loads((folder / "compile_commands.json").read_text(encoding="utf-8"))
    own = [entry["file"] for entry in commands if entry["file"].startswith(str(folder))]
    tap.equal(own, [str(folder / "builtin.c")])
    tap.holds(len(commands) > 40, commands)


@tap.test("a path in which CMake finds no sources is told")
def _():
    with tap.raises(AssertionError) as caught:
        configure(work / "none found", source=copied("a[b]"))
    tap.holds("brackets" in str(caught.error), caught.error)


try:
    tap.run()
finally:
    shutil.rmtree(work, ignore_errors=True)
