# SPDX-License-Identifier: MIT
"""llama.cpp from the package of llama-cpp.txt, built once into build-peers/, and programs linked with it."""
import os
import pathlib
import subprocess
import sys
import tarfile

import tap

HERE = pathlib.Path(__file__).resolve().parent
ROOT = pathlib.Path(os.environ["SOURCE_ROOT"])
OUT = ROOT / "build-peers"
BUILD = OUT / "llama.cpp"
TOOLS = ("llama-tokenize", "llama-imatrix")
# Without what the two tools do not need; without the compiler's guess of this processor.
SETTINGS = ("CMAKE_BUILD_TYPE=Release", "CMAKE_C_FLAGS_RELEASE=-O1", "CMAKE_CXX_FLAGS_RELEASE=-O1",
            "BUILD_SHARED_LIBS=OFF", "LLAMA_BUILD_TESTS=OFF", "LLAMA_BUILD_EXAMPLES=OFF", "LLAMA_BUILD_SERVER=OFF",
            "LLAMA_BUILD_APP=OFF", "LLAMA_OPENSSL=OFF", "LLAMA_USE_PREBUILT_UI=OFF", "GGML_OPENMP=OFF",
            "GGML_NATIVE=OFF", "GGML_LLAMAFILE=OFF")


def sources():
    """Returns the folder of llama.cpp's sources, which are downloaded if they are not there."""
    found = list(OUT.glob("llama_cpp_python-*/vendor/llama.cpp"))
    if not found:
        OUT.mkdir(exist_ok=True)
        tap.output(sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", "llama-cpp-python",
                   "--require-hashes", "-d", OUT, "-r", HERE / "llama-cpp.txt", timeout=900)
        archive, = OUT.glob("llama_cpp_python-*.tar.gz")
        with tarfile.open(archive) as packed:
            packed.extractall(OUT)
        found = list(OUT.glob("llama_cpp_python-*/vendor/llama.cpp"))
    return found[0]


def build():
    """Builds the tools and the libraries. Returns the folder of the sources."""
    folder = sources()
    # Their flags are their own, not those of this build.
    clean = {key: value for key, value in os.environ.items() if key not in ("CFLAGS", "CXXFLAGS", "LDFLAGS")}
    if not (BUILD / "build.ninja").exists():
        tap.output("cmake", "-G", "Ninja", "-S", folder, "-B", BUILD, *(f"-D{setting}" for setting in SETTINGS),
                   env=clean)
    tap.output("ninja", "-C", BUILD, *TOOLS, env=clean, timeout=7200)
    return folder


def compile_program(name, *sources):
    """Compiles a program of C with calib and llama.cpp. Returns its path."""
    folder, calib = build(), pathlib.Path(os.environ["CALIB_LIBRARY"]).parent
    libraries = [BUILD / "src" / "libllama.a"] + [BUILD / "ggml" / "src" / f"libggml{part}.a"
                                                  for part in ("", "-cpu", "-base")]
    includes = (ROOT / "include", ROOT / "examples" / "llama.cpp", folder / "include", folder / "ggml" / "include")
    tap.output("cc", "-std=c11", "-O1", "-Wall", "-Wextra", "-Werror", *(f"-I{path}" for path in includes), *sources,
               "-o", OUT / name, f"-L{calib}", f"-Wl,-rpath,{calib}", "-lcalib", *libraries, "-lcrypto", "-lstdc++",
               "-lm", "-lpthread", "-ldl")
    return OUT / name


def said(*command, **options):
    """Returns what a program writes to standard output, as bytes."""
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False, timeout=600, **options)
    tap.equal(done.returncode, 0, f"{command}: {done.stderr.decode(errors='replace')[-2000:]}: the exit status")
    return done.stdout
