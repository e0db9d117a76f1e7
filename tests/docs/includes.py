# SPDX-License-Identifier: MIT
"""The rules of docs/architecture.md: who may include what under lib/ and examples/calib/."""
import os
import pathlib
import re

import tap

root = pathlib.Path(os.environ["SOURCE_ROOT"])
build = pathlib.Path(os.environ["BUILD_ROOT"])
# room: the rooms that it may see beside itself and calib.h. A file of lib/ itself is a room of its own.
EDGES = {
    "shared": "",
    "system": "",
    "base": "system",
    "cachedir": "base system",
    "fetch": "base cachedir shared system",
    "input": "base shared system",
    "text": "base shared",
    "documents": "base json shared",
    "tokenize": "base shared system",
    "store": "base cachedir system",
    "random": "",
    "sample": "base random",
    "options": "base system",
    "sources": "base documents",
    "corpus": "base documents input shared fetch options sample sources store system text tokenize",
    "calib": "base corpus options sample sources",
    "cache": "base corpus fetch options sources store system",
    "sampler": "base sample",
    "recipe": "base json",
    "recipes": "base corpus options recipe sample system",
    "adapter": "shared",
    "json": "",
    "sentencepiece": "adapter shared",
    "tokenizer_json": "adapter json shared",
}
SEES = {room: set(rooms.split()) for room, rooms in EDGES.items()}
PUBLIC = {"documents": {"calib_documents.h"}, "corpus": {"calib_documents.h"},
          "fetch": {"calib_cache.h"}, "cache": {"calib_cache.h"},
          "recipe": {"calib_documents.h"}, "recipes": {"calib_recipe.h"},
          "sentencepiece": {"calib_sentencepiece.h"},
          "tokenizer_json": {"calib_tokenizer_json.h"}}
STANDARD_C = {"assert.h", "ctype.h", "errno.h", "float.h", "inttypes.h", "iso646.h", "limits.h",
              "locale.h", "math.h", "stdalign.h", "stdarg.h", "stdatomic.h", "stdbool.h",
              "stddef.h", "stdint.h", "stdio.h", "stdlib.h", "stdnoreturn.h", "string.h",
              "time.h", "uchar.h"}
# Headers that one file alone may include, by how they begin.
ALONE = {"curl/": {"lib/fetch/http.c"},
         "zlib": {"lib/input/gzip.c"},
         "zstd": {"lib/input/zstd.c"},
         "openssl/": {"lib/base/sha256.c", "lib/adapter/sha256.cc"},
         "sentencepiece": {"lib/sentencepiece/library.cc", "lib/sentencepiece/library.h"},
         "link.h": {"lib/sentencepiece/build_id.cc"}}
SYSTEM = {"lib/system/posix.c", "lib/system/posix_pages.c", "lib/system/posix_process.c",
          "lib/system/posix.h"}
# Of lib/system/ an adapter compiles one file into itself.
ADAPTERS = {"system/pages.h": {"tokenizer_json"}}
CPLUSPLUS = {"adapter", "sentencepiece", "tokenizer_json"}
# Rows and ids depend on no file, network or clock.
PURE = {"sample": {"stdio.h", "time.h", "base/spill.h"},
        "tokenize": {"stdio.h", "time.h", "base/spill.h"},
        "random": STANDARD_C - {"stdint.h", "stddef.h"} | {"calib.h"}}
# Of the system these rooms use threads: no file, no environment and no clock.
THREADS_ALONE = {"tokenize"}
THREADS = ("calib_monitor_", "calib_thread_", "calib_cpu_count")
# Errors of the system are tested by their kinds.
NUMBERED = {"lib/system/posix.c", "lib/system/posix_process.c"}


def room_of(path):
    parts = pathlib.PurePosixPath(path).parts
    return parts[1] if len(parts) > 2 else pathlib.PurePosixPath(path).stem


def system_fault(path, header):
    for start, files in ALONE.items():
        if header.startswith(start):
            return None if path in files else f"only {' and '.join(sorted(files))} may"
    if header == "errno.h":
        return None if path in NUMBERED else "calib_system_kind_of() tells what an error means"
    if header in STANDARD_C or path in SYSTEM:
        return None
    if re.fullmatch(r"[a-z_]+", header) and room_of(path) in CPLUSPLUS:
        return None  # C++'s own
    return "only system/posix*.c may"


def project_fault(path, header):
    here = room_of(path)
    if "/" not in header and here in CPLUSPLUS:
        return None if (root / "lib" / here / header).exists() else "it is not in its room"
    there = room_of("lib/" + header)
    if here in ADAPTERS.get(header, ()):
        return None
    return None if there == here or there in SEES.get(here, ()) else f"{here} does not see {there}"


def fault(path, line):
    """Why `path` may not hold this line; None when it may."""
    match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
    if not match:
        return None
    kind, header = match.groups()
    here = room_of(path)
    if header in PURE.get(here, ()):
        return f"{here} sees no files, no clock"
    if header == "calib.h":
        return None
    if header in {"calib_cache.h", "calib_documents.h", "calib_recipe.h", "calib_sentencepiece.h",
                  "calib_tokenizer_json.h"}:
        return None if header in PUBLIC.get(here, ()) else f"{here} does not see it"
    return system_fault(path, header) if kind == "<" else project_fault(path, header)


def program_fault(path, line):
    """Of calib the program knows the public headers, as every user's, and the reader of JSON."""
    match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
    if not match:
        return None
    kind, header = match.groups()
    if header == "json/json.h":
        return None  # compiled into the program, under names of its own
    if kind == '"':
        return None if (root / path).parent.joinpath(header).exists() else "not the program's"
    if header.startswith("calib") and not (root / "include" / header).exists():
        return "no public header"
    return None


def faults(directory, check):
    found, n_lines = [], 0
    for path in sorted((root / directory).rglob("*")):
        if path.suffix not in {".c", ".h", ".cc"}:
            continue
        name = path.relative_to(root).as_posix()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            n_lines += "#include" in line
            why = check(name, line)
            if why:
                found.append(f"{name}:{number}: {line.strip()}: {why}")
    assert n_lines > 20, f"{n_lines} includes in {directory}: are these the sources?"
    return found


@tap.test("lib/ keeps to the rules")
def library():
    found = faults("lib", fault)
    assert not found, "\n".join(found)


@tap.test("the program sees public headers only")
def program():
    found = faults("examples/calib", program_fault)
    assert not found, "\n".join(found)


def room_of_member(member):
    """The room of an object in the archive: base_error.c.o is lib/base/error.c."""
    if member.startswith("meson-generated"):
        return "text"  # the builtin corpus
    return next((room for room in EDGES if member.startswith(room + "_")), member.split(".")[0])


@tap.test("what a room calls is in the rooms that it sees")
def symbols():
    defined, called, member = {}, [], None
    listing = tap.output("nm", build / "lib" / "libcalib-core.a")
    for line in listing.splitlines():
        words = line.split()
        if line.endswith(".o:"):
            member = pathlib.PurePath(line[:-1]).name
        elif len(words) >= 2 and words[-1].startswith("calib_"):
            if words[-2] in "UvVwW":
                called.append((room_of_member(member), words[-1]))
            elif words[-2].isupper():
                defined[words[-1]] = room_of_member(member)
    assert len(called) > 100, f"only {len(called)} calls were found"
    wrong = sorted({f"{room} calls {name} of {defined[name]}" for room, name in called
                    if name in defined and defined[name] != room
                    and defined[name] not in SEES[room]})
    assert not wrong, "\n".join(wrong)
    wrong = sorted({f"{room} calls {name}" for room, name in called
                    if defined.get(name) == "system" and room in THREADS_ALONE
                    and not name.startswith(THREADS)})
    assert not wrong, "\n".join(wrong)


@tap.test("the graph has no circle")
def circles():
    below = {room: set(rooms) for room, rooms in SEES.items()}
    for _ in below:
        below = {room: rooms.union(*(below[other] for other in rooms))
                 for room, rooms in below.items()}
    assert not [room for room, rooms in below.items() if room in rooms], below


@tap.test("every room has its rule")
def rooms():
    names = {room_of(path.relative_to(root).as_posix()) for path in (root / "lib").rglob("*.[ch]*")
             if path.suffix in {".c", ".h", ".cc"}}
    assert names == set(SEES), f"rooms {names}, rules {set(SEES)}"
    text = (root / "docs" / "architecture.md").read_text(encoding="utf-8")
    missing = [name for name in EDGES if f"`lib/{name}/`" not in text and f"{name}.c`" not in text]
    assert not missing, f"not in docs/architecture.md: {missing}"


BAD = [("lib/sample/sample.c", '#include "tokenize/tokenize.h"'),
       ("lib/tokenize/encoder.c", '#include "fetch/http.h"'),
       ("lib/text/text.c", '#include "options.h"'),
       ("lib/base/error.c", '#include "text/text.h"'),
       ("lib/options.c", '#include "sample/sample.h"'),
       ("lib/sources.c", '#include "options.h"'),
       ("lib/calib.c", '#include "fetch/fetch.h"'),
       ("lib/cache.c", '#include "tokenize/memo.h"'),
       ("lib/fetch/cache.c", "#include <curl/curl.h>"),
       ("lib/fetch/fetch.c", "#include <unistd.h>"),
       ("lib/base/memory.c", "  #  include <sys/mman.h>"),
       ("lib/base/progress.c", "#include <pthread.h>"),
       ("lib/calib.c", "#include <openssl/evp.h>"),
       ("lib/input/input.c", "#include <zlib.h>"),
       ("lib/input/gzip.c", "#include <zstd_errors.h>"),
       ("lib/sample/mlx.c", "#include <time.h>"),
       ("lib/random/threefry.h", "#include <stdbool.h>"),
       ("lib/random/threefry.h", "#include <calib.h>"),
       ("lib/random/threefry.c", '#include "base/error.h"'),
       ("lib/sample/sample.c", '#include "system/system.h"'),
       ("lib/system/posix.c", '#include "base/error.h"'),
       ("lib/store/store.c", "#include <errno.h>"),
       ("lib/fetch/http.c", "#include <errno.h>"),
       ("lib/cachedir/cachedir.c", '#include "fetch/fetch.h"'),
       ("lib/tokenize/encoder.c", "#include <calib_sentencepiece.h>"),
       ("lib/documents/plain.c", '#include "text/text.h"'),
       ("lib/recipe/recipe.c", '#include "system/system.h"'),
       ("lib/text/text.c", "#include <calib_documents.h>"),
       ("lib/sentencepiece/open.cc", '#include "base/error.h"'),
       ("lib/adapter/error.cc", '#include "sentencepiece/model.h"'),
       ("lib/sentencepiece/identity.cc", "#include <openssl/evp.h>"),
       ("lib/sentencepiece/open.cc", "#include <unistd.h>"),
       ("lib/sentencepiece/open.cc", "#include <link.h>"),
       ("lib/tokenizer_json/merges.cc", '#include "system/system.h"'),
       ("lib/calib.c", "#include <link.h>")]
GOOD = [("lib/sample/sample.c", '#include "base/error.h"'),
        ("lib/fetch/http.c", "#include <curl/curl.h>"),
        ("lib/input/zstd.c", "#include <zstd.h>"),
        ("lib/system/posix.c", "#include <sys/stat.h>"),
        ("lib/system/posix.c", "#include <errno.h>"),
        ("lib/base/error.c", '#include "system/system.h"'),
        ("lib/calib.c", '#include "sample/gather.h"'),
        ("lib/corpus/tokens.c", '#include "store/ids.h"'),
        ("lib/sample/mlx.c", '#include "random/threefry.h"'),
        ("lib/sentencepiece/open.cc", "#include <string>"),
        ("lib/tokenizer_json/merges.cc", '#include "system/pages.h"'),
        ("lib/sentencepiece/open.cc", '#include "adapter/error.h"'),
        ("lib/sentencepiece/build_id.cc", "#include <link.h>"),
        ("lib/sample/sample.c", "/* #include is no directive here */")]


@tap.test("a bad include is found, a good one is not")
def finds_what_is_bad():
    unseen = [case for case in BAD if fault(*case) is None]
    assert not unseen, f"not found: {unseen}"
    wrong = [case for case in GOOD if fault(*case) is not None]
    assert not wrong, f"refused: {wrong}"
    assert program_fault("examples/calib/main.c", '#include "base/error.h"')
    assert program_fault("examples/calib/main.c", "#include <calib_private.h>")


tap.run()
