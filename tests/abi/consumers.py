# SPDX-License-Identifier: MIT
"""Projects that take calib in: a meson subproject, pkg-config, CMake; shared and static. The
library is built once more and installed; CMake gets a copy elsewhere, since its file may move."""
import os
import pathlib
import re
import shutil
import sys
import tempfile

import tap

root = pathlib.Path(os.environ["SOURCE_ROOT"])
meson, version = sys.argv[1:3]
work = pathlib.Path(tempfile.mkdtemp(prefix="calib-consumers-"))
prefix = work / "installed"
consumer = root / "examples" / "subproject" / "consumer.c"
expected = f"calib {version}: 3 rows of 8\n"
# The consumers are builds of their own, without this build's flags.
environment = {key: value for key, value in os.environ.items()
               if key not in ("CFLAGS", "CXXFLAGS", "LDFLAGS", "DESTDIR", "MESONINTROSPECT")}
SOURCES = ("meson.build", "meson_options.txt", "include", "lib", "tests", "examples", "docs")


def run(*command, **options):
    return tap.output(*command, env={**environment, **options.pop("env", {})}, **options)


def need(program):
    if not shutil.which(program):
        raise tap.Skip(f"{program} is not installed")


def must_print(program, **variables):
    printed = run(program, env=variables)
    assert printed == expected, printed


def installed():
    """The prefix; installed by whoever needs it first."""
    if not prefix.exists():
        build = work / "build"
        run(meson, "setup", build, root, f"--prefix={prefix}", "-Dtests=disabled",
            "-Dexamples=disabled", "-Ddocs=disabled", "-Dsentencepiece=disabled",
            "-Dtokenizer_json=disabled")
        run(meson, "install", "-C", build, "--quiet")
    return prefix


def library_dir():
    return next(installed().rglob("libcalib.a")).parent


def pkg_config(*arguments):
    return run("pkg-config", *arguments,
               env={"PKG_CONFIG_PATH": str(library_dir() / "pkgconfig")}).split()


@tap.test("meson subproject: static, then shared")
def meson_subproject():
    project = work / "subproject"
    shutil.copytree(root / "examples" / "subproject", project)
    calib = project / "subprojects" / "calib"
    calib.mkdir(parents=True)
    for name in SOURCES:
        if (root / name).is_dir():
            shutil.copytree(root / name, calib / name, symlinks=True)
        else:
            shutil.copy(root / name, calib / name)
    build = project / "build"
    for kind, needs in ("static", False), ("shared", True):
        run(meson, "setup", build, project, "--force-fallback-for=calib", f"-Dcalib:default_library={kind}",
            *(["--reconfigure"] if build.exists() else []))
        run(meson, "compile", "-C", build)
        tap.equal("libcalib.so" in run("readelf", "-d", build / "consumer"), needs, f"{kind}: needs the shared one")
        must_print(build / "consumer")
    strays = [path.name for path in build.rglob("*")
              if path.name.startswith(("example-", "unit-", "abi-"))]
    assert not strays, f"a subproject builds its parent no tests or examples: {strays}"


@tap.test("pkg-config: shared")
def pkg_config_shared():
    need("pkg-config")
    program = work / "pc-shared"
    run("cc", consumer, "-o", program, *pkg_config("--cflags", "--libs", "calib"))
    needs = run("readelf", "-d", program)
    assert "libcalib.so" in needs and "libcurl" not in needs and "libcrypto" not in needs, needs
    must_print(program, LD_LIBRARY_PATH=str(library_dir()))


@tap.test("pkg-config: calib.hpp without the adapters, the example of its banner")
def pkg_config_cplusplus():
    need("pkg-config")
    header = (installed() / "include" / "calib.hpp").read_text(encoding="utf-8")
    code = re.search(r"@code\n(.*?)@endcode", header, flags=re.S).group(1)
    source = work / "banner.cpp"
    source.write_text(re.sub(r"^ \* ?", "", code, flags=re.M), encoding="utf-8")
    run("c++", "-std=c++17", "-Wall", "-Wextra", "-Werror", "-pedantic", source, "-o", work / "banner",
        *pkg_config("--cflags", "--libs", "calib"))
    tap.equal(run(work / "banner", env={"LD_LIBRARY_PATH": str(library_dir())}),
              "4 ids from 116\n4 ids from 113\n", "what it prints")


@tap.test("pkg-config: static")
def pkg_config_static():
    """calib's archive beside shared curl and crypto: --static would ask for all that curl was built
    with, whose development files Debian does not install with it."""
    need("pkg-config")
    program = work / "pc-static"
    private = pkg_config("--print-requires-private", "calib")
    flags = ["-l:libcalib.a" if flag == "-lcalib" else flag
             for flag in pkg_config("--cflags", "--libs", "calib")]
    run("cc", consumer, "-o", program, *flags, *pkg_config("--libs", *private), "-pthread")
    assert "libcalib.so" not in run("readelf", "-d", program)
    must_print(program)


@tap.test("pkg-config: file")
def pkg_config_file():
    need("pkg-config")
    assert run("pkg-config", "--modversion", library_dir() / "pkgconfig" / "calib.pc").strip() \
        == version
    text = (library_dir() / "pkgconfig" / "calib.pc").read_text(encoding="utf-8")
    fields = dict(line.split(":", 1) for line in text.splitlines() if ": " in line)
    assert "Requires" not in fields, f"what is private shows: {fields['Requires']}"
    assert "libcrypto" in fields["Requires.private"], text
    assert "curl" not in fields["Libs"] and "crypto" not in fields["Libs"], text
    assert "stdc++" not in text, text
    assert fields["Description"].strip(), text
    assert not re.search(rf"{re.escape(str(root))}(?![\w-])", text), text


def cmake_consumer(target, version_wanted=""):
    need("cmake")
    moved = work / "moved"
    if not moved.exists():
        shutil.copytree(installed(), moved, symlinks=True)
    project = pathlib.Path(tempfile.mkdtemp(prefix="cmake-", dir=work))
    project.joinpath("CMakeLists.txt").write_text(f"""
        cmake_minimum_required(VERSION 3.20)
        project(consumer C)
        find_package(calib {version_wanted} REQUIRED CONFIG)
        add_executable(consumer "{consumer}")
        target_link_libraries(consumer PRIVATE {target})
        """, encoding="utf-8")
    run("cmake", "-S", project, "-B", project / "build", f"-DCMAKE_PREFIX_PATH={moved}")
    run("cmake", "--build", project / "build")
    return project / "build" / "consumer"


@tap.test("CMake: shared")
def cmake_shared():
    program = cmake_consumer("calib::calib", "0.1")
    assert "libcalib.so" in run("readelf", "-d", program)
    must_print(program)


@tap.test("CMake: static")
def cmake_static():
    program = cmake_consumer("calib::static")
    assert "libcalib.so" not in run("readelf", "-d", program)
    must_print(program)


def cmake_adapter(name):
    need("cmake")
    build = pathlib.Path(os.environ["BUILD_ROOT"])
    if name.replace("_", "-") not in os.environ["ADAPTERS"].split():
        raise tap.Skip(f"the build has no adapter {name}")
    run(meson, "install", "-C", build, "--no-rebuild", "--destdir", work / "full")
    config = next((work / "full").rglob("calib-config.cmake"))
    project = pathlib.Path(tempfile.mkdtemp(prefix="cmake-", dir=work))
    project.joinpath("main.c").write_text(f"""
        #include <calib_{name}.h>
        int main(void) {{ return calib_{name}_open(0, 0) == CALIB_E_ARGUMENT ? 0 : 1; }}
        """, encoding="utf-8")
    project.joinpath("CMakeLists.txt").write_text(f"""
        cmake_minimum_required(VERSION 3.20)
        project(consumer C)
        find_package(calib REQUIRED CONFIG)
        add_executable(consumer main.c)
        target_link_libraries(consumer PRIVATE calib::{name})
        """, encoding="utf-8")
    run("cmake", "-S", project, "-B", project / "build", f"-Dcalib_DIR={config.parent}")
    run("cmake", "--build", project / "build")
    run(project / "build" / "consumer")


for name in ("sentencepiece", "tokenizer_json"):
    tap.test(f"CMake: the adapter {name}")(lambda name=name: cmake_adapter(name))


@tap.test("CMake: refuses another version")
def cmake_refuses_another_version():
    for wrong in ("0.99", "1.0", "99"):
        try:
            cmake_consumer("calib::calib", wrong)
        except AssertionError:
            continue
        raise AssertionError(f"version {wrong} was taken to be there")


@tap.test("what is installed")
def what_is_installed():
    files = {str(path.relative_to(installed())) for path in installed().rglob("*")
             if not path.is_dir()}
    directory = str(library_dir().relative_to(installed()))
    wanted = {f"{directory}/{name}" for name in
              ("libcalib.a", "libcalib.so", "pkgconfig/calib.pc", "cmake/calib/calib-config.cmake",
               "cmake/calib/calib-config-version.cmake")}
    wanted |= {f"include/calib{name}" for name in (
        ".h", "_cache.h", "_documents.h", "_recipe.h", ".hpp", "_functions.hpp", "_inputs.hpp", "_recipe.hpp")}
    extra = {name for name in files - wanted if not name.startswith(f"{directory}/libcalib.so.")}
    assert files >= wanted, f"missing: {wanted - files}"
    assert not extra, f"too much: {extra}"


try:
    tap.run()
finally:
    shutil.rmtree(work, ignore_errors=True)
