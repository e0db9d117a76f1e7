# SPDX-License-Identifier: MIT
"""pip builds the package of examples/python with its libraries, and an empty environment loads rows with it."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

import tap
from tokenizers_under_test import MODEL, ROOT, adapter, calib, claude_json

PROJECT = pathlib.Path(ROOT, "examples", "python")
folder = tempfile.TemporaryDirectory(prefix="calib-wheel-")
work = pathlib.Path(folder.name)
# What tells this test where the libraries are is not for the wheel.
clean = {name: value for name, value in os.environ.items()
         if name not in ("PYTHONPATH", "LD_LIBRARY_PATH") and not name.startswith("CALIB_")}
LOAD = """
import json, sys, calib
rows = [calib.load(path, 3, 16, 1, source="builtin", flags=calib.NO_TOKEN_STORE).tolist() for path in sys.argv[1:]]
print(json.dumps([calib.__file__, rows]))
"""


def wheel():
    found = list(work.glob("*.whl"))
    tap.equal(len(found), 1, "the wheels")
    return found[0]


@tap.test("the link to calib's own sources is relative, and is their top")
def _():
    link = PROJECT / "subprojects" / "calib"
    tap.equal(os.readlink(link), os.path.join("..", "..", ".."))
    tap.equal(link.resolve(), pathlib.Path(ROOT).resolve())


def build(sources, where):
    """Builds the wheel of a copy of the sources, since pip builds inside them. Without optimization: what is
    compiled is tested elsewhere. A build in isolation would download."""
    shutil.copytree(ROOT, sources, symlinks=True,
                    ignore=shutil.ignore_patterns("build", "build-*", ".git", "__pycache__"))
    try:
        import mesonpy  # noqa: F401
    except ImportError as error:
        raise tap.Skip(f"{error}: run sh tests/run.sh all") from None
    made = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-index", "--no-deps", "--no-build-isolation",
         "--disable-pip-version-check", "--config-settings", "setup-args=-Doptimization=0", "-w", where,
         sources / "examples" / "python"],
        env=dict(clean, SOURCE_DATE_EPOCH="1700000000",
                 PATH=os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    tap.equal(made.returncode, 0, made.stdout)


@tap.test("pip builds a wheel for every Python of this platform")
def _():
    build(work / "calib", work)
    tap.holds(wheel().name.startswith("calib-") and "-py3-none-" in wheel().name, wheel().name)
    tap.holds(not wheel().name.endswith("-any.whl"), wheel().name)


@tap.test("it has every module, the mark of types, three libraries, and nothing for C programs")
def _():
    names = zipfile.ZipFile(wheel()).namelist()
    modules = {f"calib/{path.name}" for path in (PROJECT / "calib").iterdir() if path.is_file()}
    tap.holds("calib/py.typed" in modules, modules)
    tap.equal({name.partition("purelib/")[2] for name in names if "purelib/" in name}, modules, "the package")
    libraries = [name for name in names if ".mesonpy.libs/" in name]
    tap.equal(len(libraries), 3, f"{libraries}")
    rest = [name for name in names if "purelib/" not in name and name not in libraries and "dist-info/" not in name]
    tap.equal(rest, [], "the rest")


@tap.test("sources in another folder give the same bytes")
def _():
    build(work / "another" / "place", work / "again")
    again, = (work / "again").glob("*.whl")
    tap.equal(again.name, wheel().name)
    differ = [one.filename for one, two in zip(*(zipfile.ZipFile(path).infolist() for path in (wheel(), again)))
              if (one.filename, one.CRC) != (two.filename, two.CRC)]
    tap.equal(differ, [], "the members that differ")
    tap.equal(again.read_bytes() == wheel().read_bytes(), True, "equal bytes")


@tap.test("an empty environment loads the rows of a tokenizer.json and of a model")
def _():
    python = work / "venv" / "bin" / "python"
    tap.output(sys.executable, "-m", "venv", work / "venv", env=clean)
    tap.output(python, "-m", "pip", "install", "-q", "--no-index", "--disable-pip-version-check", wheel(), env=clean)
    printed = tap.output(python, "-c", LOAD, claude_json(), MODEL, env=clean, cwd=work)
    where, rows = json.loads(printed)
    tap.holds(where.startswith(str(work / "venv")), where)
    wanted = [calib.load(tokenizer, 3, 16, 1, source="builtin").tolist()
              for tokenizer in (claude_json(), adapter(bos=False))]
    tap.equal(rows, wanted, "the rows")
    version = tap.output(python, "-c", "from importlib.metadata import version; print(version('calib'))", env=clean)
    tap.equal(version.strip(), calib.open_library().calib_version().decode(), "the version")


tap.run()
