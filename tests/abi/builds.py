# SPDX-License-Identifier: MIT
"""Builds that leave something out: they compile, need no more than they say, and tell what they
have not got."""
import os
import pathlib
import re
import shutil
import sys
import tempfile

import tap

root = pathlib.Path(os.environ["SOURCE_ROOT"])
meson = sys.argv[1]
work = pathlib.Path(tempfile.mkdtemp(prefix="calib-builds-"))
environment = {key: value for key, value in os.environ.items()
               if key not in ("CFLAGS", "CXXFLAGS", "LDFLAGS", "DESTDIR")}
environment["CALIB_CACHE_DIR"] = str(work / "cache")
environment["CALIB_OFFLINE"] = "0"
ASK = r"""
#include <calib.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    calib_source source = {.struct_size = sizeof source, .location = argv[argc - 1]};
    calib_samples *samples;
    int status = calib_load_from(calib_bytes_tokenizer(), 1, 1, 0, &source, NULL, NULL, &samples);
    calib_error error = {.struct_size = sizeof error};
    calib_last_error(&error);
    printf("%s %s\n", calib_status_name(status), error.message);
    calib_samples_free(samples);
    return 0;
}
"""


def build(name, *options):
    directory = work / name
    tap.output(meson, "setup", directory, root, "--werror", "-Dtests=disabled", "-Ddocs=disabled",
               "-Dexamples=disabled", "-Dsentencepiece=disabled",
               "-Dtokenizer_json=disabled", *options, env=environment)
    tap.output(meson, "compile", "-C", directory, env=environment)
    return directory / "lib"


def ask(library, source, *libraries):
    """What a program linked to this build says of a source."""
    code, program = work / "ask.c", library / "ask"
    code.write_text(ASK, encoding="utf-8")
    tap.output("cc", "-I", root / "include", code, "-o", program, *libraries)
    return tap.output(program, source, env={**environment, "LD_LIBRARY_PATH": str(library)})


@tap.test("without downloads and decompression: no such library, and a status of its own")
def without_downloads():
    library = build("offline", "-Ddownload=disabled", "-Ddefault_library=shared",
                    "-Dexamples=enabled", "-Dzlib=disabled", "-Dzstd=disabled")
    path = library / "libcalib.so"
    needed = re.findall(r"\(NEEDED\).*\[(.*)\]", tap.output("readelf", "-d", path))
    assert not [name for name in needed if "curl" in name], needed
    assert "curl_" not in tap.output("nm", "-D", path)
    said = ask(library, "https://example.org/text", path)
    assert said.startswith("CALIB_E_UNSUPPORTED ") and "example.org" in said, said
    assert not [name for name in needed if "libz" in name], needed
    for packed, option in (b"\x1f\x8b\x08", "-Dzlib=enabled"), (b"\x28\xb5\x2f\xfd", "-Dzstd=enabled"):
        (work / "packed").write_bytes(packed + bytes(20))
        said = ask(library, str(work / "packed"), path)
        assert said.startswith("CALIB_E_UNSUPPORTED ") and option in said and " -d)" in said, said
    tap.equal(ask(library, "builtin", path).split()[0], "CALIB_OK", "what else it loads")
    assert not (library / "libcalib.a").exists()
    program = library.parent / "examples" / "calib" / "calib"
    tap.output(sys.executable, root / "tests" / "cli" / "no_downloads.py",
               env={**environment, "CALIB": str(program)})


@tap.test("without the builtin corpus: small, and says how to get it")
def without_corpus():
    library = build("bare", "-Dbuiltin_corpus=disabled", "-Ddefault_library=static",
                    "-Ddownload=disabled", "-Dzlib=disabled", "-Dzstd=disabled", "--buildtype=minsize")
    archive = library / "libcalib.a"
    said = ask(library, "builtin", archive, "-lcrypto", "-pthread")
    assert said.startswith("CALIB_E_UNSUPPORTED ") and "builtin_corpus" in said, said
    program_size = sum(int(size) for size in tap.output("size", library / "ask").split("\n")[1]
                       .split()[:3])
    tap.note(f"a static program without downloads and corpus: {program_size} bytes")
    assert program_size < 256 * 1024, program_size
    assert not (library / "libcalib.so").exists()
    tap.equal(ask(library, str(work / "ask.c"), archive, "-lcrypto", "-pthread").split()[0],
              "CALIB_OK", "what else it loads")


@tap.test("as a unity build: it compiles, and loads the same")
def as_unity():
    library = build("unity", "--unity=on", "-Dunity_size=1000", "-Ddefault_library=shared",
                    "-Dexamples=enabled")
    tap.equal(ask(library, "builtin", library / "libcalib.so").split()[0], "CALIB_OK", "what it loads")


@tap.test("with link-time optimization: it exports the same, and loads the same")
def with_lto():
    library = build("lto", "-Db_lto=true", "-Ddefault_library=both", "--buildtype=release") / "libcalib.so"
    tap.output(sys.executable, root / "tests" / "abi" / "symbols.py", library, env=environment)
    tap.equal(ask(library.parent, "builtin", library).split()[0], "CALIB_OK", "what it loads")
    private = ("-lcurl", "-lcrypto", "-lz", "-lzstd", "-pthread")
    tap.equal(ask(library.parent, "builtin", "-flto", library.with_suffix(".a"), *private).split()[0], "CALIB_OK",
              "what the static library loads")


@tap.test("as a release: fortified, without a warning")
def as_release():
    library = build("release", "--buildtype=release", "-Ddefault_library=shared")
    symbols = tap.output("nm", "-D", library / "libcalib.so")
    assert re.search(r"__\w+_chk\b", symbols), symbols
    assert not re.search(r"\b__assert_fail\b", symbols), "assertions are in a release"


try:
    tap.run()
finally:
    shutil.rmtree(work, ignore_errors=True)
