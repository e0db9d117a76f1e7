# SPDX-License-Identifier: MIT
"""Runs examples/run.sh in a copy of the sources and checks its output and files."""
import os
import shutil
import tempfile

import numpy as np
import safetensors.numpy

import tap

ROOT = os.environ["SOURCE_ROOT"]
folder = tempfile.TemporaryDirectory()
copy = os.path.join(folder.name, "calib")
shutil.copytree(ROOT, copy, symlinks=True, ignore=lambda parent, names: [
    name for name in names if parent == ROOT and name.startswith(("build", ".git"))])


@tap.test("it ends well, shows rows and names its folder")
def _():
    out = tap.output("sh", os.path.join(copy, "examples", "run.sh"), cwd=folder.name)
    tap.note(out)
    tap.holds("128 rows of 256 tokens" in out, out)
    tap.holds(out.endswith("In build/example: rows.npy, rows.safetensors, tokenizer.model\n"), out)


@tap.test("both files hold the same 128 rows of 256")
def _():
    results = os.path.join(copy, "build", "example")
    rows = np.load(os.path.join(results, "rows.npy"))
    tap.equal((rows.dtype, rows.shape), (np.dtype(np.int32), (128, 256)), "type and shape")
    tap.holds(rows.min() >= 0 and rows.max() < 4000 and len(np.unique(rows)) > 1000, "real ids")
    tensors = safetensors.numpy.load_file(os.path.join(results, "rows.safetensors"))
    tap.holds(np.array_equal(tensors["input_ids"], rows), "they are equal")


@tap.test("it runs again in its own build")
def _():
    tap.output("sh", os.path.join(copy, "examples", "run.sh"), cwd=folder.name)


@tap.test("it runs in a build without the adapter")
def _():
    tap.output("meson", "configure", "build", "-Dsentencepiece=disabled", cwd=copy)
    tap.output("ninja", "-C", "build", "build.ninja", cwd=copy)
    tap.holds("128 rows" in tap.output("sh", "examples/run.sh", cwd=copy), "rows")


tap.run()
