# SPDX-License-Identifier: MIT
"""The manual pages: they are well formed and installed, and calib_load(3) says what calib.h says."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import tap

root = pathlib.Path(os.environ["SOURCE_ROOT"])
docs = root / "docs"
pages = sorted(docs.glob("*.[1-9]"))
page = (docs / "calib_load.3").read_text(encoding="utf-8")
code = re.sub(r"/\*.*?\*/", "", (root / "include" / "calib.h").read_text(encoding="utf-8"), flags=re.S)
plain = re.sub(r"\\f[BRI]", "", page).replace("\\-", "-").replace("\\~", " ")


def complaints(path):
    if not shutil.which("mandoc"):
        raise tap.Skip("mandoc is not installed: tests/packages.txt names it")
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", path], cwd=docs, check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout


@tap.test("mandoc finds nothing to warn of, and what is wrong is found")
def lint():
    assert len(pages) >= 4, pages
    found = [complaints(path) for path in pages if not path.read_text(encoding="utf-8").startswith(".so ")]
    assert not any(found), "".join(found)
    with tempfile.NamedTemporaryFile("w", suffix=".3") as bad:
        bad.write(page.replace(".SH NAME", ".SX NAME"))
        bad.flush()
        assert complaints(bad.name), "nothing was found in a page with an unknown macro"


@tap.test("every page is installed, and other names lead to pages")
def installed():
    build = (docs / "meson.build").read_text(encoding="utf-8")
    for path in pages:
        assert f"'{path.name}'" in build, path.name
        target = re.match(r"\.so man\d/(.*)\n", path.read_text(encoding="utf-8"))
        assert not target or (docs / target[1]).is_file(), path.name


def prototypes(text):
    found = re.findall(r"\b(?:int|void) (calib_(?:load|load_from|samples_free)\(.*?\));", text, flags=re.S)
    return {re.sub(r"\s+", " ", one).replace("* ", "*").replace("( ", "(").replace(" )", ")") for one in found}


@tap.test("calib_load(3) has the prototypes of calib.h")
def synopsis():
    shown = page[page.index(".SH SYNOPSIS"):page.index(".SH DESCRIPTION")]
    shown = re.sub(r'^\.BI |"|^\.(?!BI).*\n', "", shown, flags=re.M)
    shown = re.sub(r" ,", ",", re.sub(r"\s+", " ", shown)).replace(" );", ");").replace("* ", "*")
    in_header = prototypes(re.sub(r"CALIB_API ", "", code))
    tap.equal(len(in_header), 3, "prototypes of the header")
    tap.equal(prototypes(shown), in_header, "prototypes")


def fields(struct):
    body = re.search(rf"typedef struct {struct} \{{(.*?)\n\}} {struct};", code, flags=re.S).group(1)
    return set(re.findall(r"(\w+)(?:\[\w+\])?\s*;", body)) - {"struct_size"}


@tap.test("calib_load(3) has every field of the structs that it takes and gives")
def every_field():
    for struct in ("calib_source", "calib_options", "calib_sampling", "calib_samples"):
        section = re.search(rf"^\.SS {struct}\n(.*?)^\.S[SH]", plain, flags=re.S | re.M).group(1)
        tagged = " ".join(re.findall(r"^\.TP\n(.*)$", section, flags=re.M))
        missing = fields(struct) - set(re.findall(r"\w+", tagged))
        assert not missing, f"{struct}: {sorted(missing)}"


@tap.test("calib_load(3) names no constant that is not there")
def constants():
    named = set(re.findall(r"\bCALIB_(?!LOAD\b)\w+", page))
    there = set(re.findall(r"\bCALIB_\w+", code)) | {"CALIB_" + s for s in re.findall(r"X\((E_\w+),", code)}
    assert len(named) > 25 and not named - there, sorted(named - there)


@tap.test("its example compiles and runs")
def example():
    code = re.search(r"^\.EX\n(.*?)^\.EE", page, flags=re.S | re.M).group(1).replace("\\e", "\\")
    library = pathlib.Path(os.environ["CALIB_LIBRARY"])
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "example.c").write_text(code, encoding="utf-8")
        tap.output("cc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-pedantic", "-I", root / "include", "example.c",
                   "-L", library.parent, "-lcalib", "-o", "example", cwd=folder)
        printed = tap.output("./example", cwd=folder, env=dict(os.environ, LD_LIBRARY_PATH=str(library.parent)))
        tap.equal(printed, "128 rows of 512 ids\n", "what it prints")


tap.run()
