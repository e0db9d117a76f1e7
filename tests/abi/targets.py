# SPDX-License-Identifier: MIT
"""The core compiles for other systems without a warning: all of it for macOS, and all but the
system layer, which a port replaces, for Windows. So does the adapter in C++ that needs no other
library, for Windows, whose `long` is short. The compiler is that of the ziglang wheel.
Usage: targets.py INCLUDE_DIRECTORY, which holds the headers of libcrypto and perhaps libcurl"""
import concurrent.futures
import importlib.util
import os
import pathlib
import subprocess
import sys
import tempfile

import tap

root = pathlib.Path(os.environ["SOURCE_ROOT"])
lib = root / "lib"
BOTH_FLAGS = """-Wall -Wextra -Wpedantic -Werror -Wconversion -Wsign-conversion -Wshadow -Wundef -Wformat=2
-Wimplicit-fallthrough -Wpointer-arith -DCALIB_BUILDING""".split()
FLAGS = {
    ".c": "cc -std=c11 -O1 -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wwrite-strings".split(),
    ".cc": "c++ -std=c++17 -O0 -DCALIB_ADAPTER=calib_tj".split(),
}
folder = tempfile.TemporaryDirectory(prefix="calib-targets-")
work = pathlib.Path(folder.name)
os.environ.setdefault("ZIG_GLOBAL_CACHE_DIR", str(work / "zig"))
os.environ.setdefault("ZIG_LOCAL_CACHE_DIR", str(work / "zig"))


def borrow_headers(name):
    """Links to the host's headers of one library and no others; False if it has none."""
    include = pathlib.Path(sys.argv[1])
    # Debian keeps the headers that differ between machines in a directory of their own.
    places = [place for place in [include / name, *sorted(include.glob(f"*-*-*/{name}"))]
              if place.is_dir()]
    for place in places:
        for header in place.glob("*.h"):
            link = work / "include" / name / header.name
            link.parent.mkdir(parents=True, exist_ok=True)
            if not link.exists():
                link.symlink_to(header)
    return bool(places)


def borrow_files(*names):
    """Does the same for headers that stand in no directory of their own."""
    include = pathlib.Path(sys.argv[1])
    for name in names:
        places = [place for place in (include / name, *sorted(include.glob(f"*-*-*/{name}")))
                  if place.is_file()]
        if not places:
            return False
        (work / "include").mkdir(exist_ok=True)
        (work / "include" / name).symlink_to(places[0])
    return True


def sources():
    """Every C file of the core."""
    found = [path for path in sorted(lib.rglob("*.c")) if "sentencepiece" not in path.parts]
    if not has_curl:
        found.remove(lib / "fetch" / "http.c")
    if not has_zlib:
        found.remove(lib / "input" / "gzip.c")
    if not has_zstd:
        found.remove(lib / "input" / "zstd.c")
    return found


def compile_for(target, path):
    if not importlib.util.find_spec("ziglang"):
        raise tap.Skip("no ziglang: run tests/python/venv.sh all")
    out = work / f"{target}-{path.parent.name}-{path.stem}.o"
    done = subprocess.run(
        [sys.executable, "-m", "ziglang", *FLAGS[path.suffix], *BOTH_FLAGS, "-target", target,
         "-I", root / "include", "-I", lib, "-isystem", work / "include", "-c", path, "-o", out],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
    return "" if done.returncode == 0 and out.stat().st_size else f"{path}: {done.stdout}"


def check(target, paths):
    tap.holds(len(paths) > 30, f"only {len(paths)} files were found")
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        faults = [fault for fault in pool.map(lambda path: compile_for(target, path), paths) if fault]
    tap.equal(faults, [], f"what does not compile for {target}")


has_zlib = borrow_files("zlib.h", "zconf.h")
has_zstd = borrow_files("zstd.h", "zstd_errors.h")
has_curl = borrow_headers("curl")
borrow_headers("openssl")


@tap.test("macOS: the whole core")
def _():
    check("aarch64-macos", sources())


@tap.test("Windows: all but the system layer")
def _():
    check("x86_64-windows-gnu", [path for path in sources() if path.parent.name != "system"])


@tap.test("Windows: the adapter for tokenizer.json")
def _():
    check("x86_64-windows-gnu", [path for room in ("adapter", "tokenizer_json")
                                 for path in sorted((lib / room).glob("*.cc"))])


@tap.test("a call that the target lacks is found")
def _():
    wrong = work / "wrong.c"
    wrong.write_text("#include <sys/epoll.h>\nint main(void) { return epoll_create(1); }\n",
                     encoding="utf-8")
    tap.holds(compile_for("aarch64-macos", wrong), "it compiled")


tap.run()
