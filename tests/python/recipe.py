# SPDX-License-Identifier: MIT
"""Recipes and locks from Python, without any package."""
import copy
import json
import os
import pathlib
import pickle
import sys
import tempfile

import tap

sys.path.insert(0, os.path.join(os.environ["SOURCE_ROOT"], "examples", "python"))

import calib  # noqa: E402

RECIPE = ('{"calib": 1, "sources": [{"path": "text.txt", "documents": "lines"}], "sampler": "documents",'
          ' "samples": 3, "seq_len": 12, "pad": 0}')


class Folder(tempfile.TemporaryDirectory):
    def __enter__(self):
        path = pathlib.Path(super().__enter__())
        (path / "text.txt").write_text("one\ntwo and more\nthree\n", encoding="utf-8")
        (path / "recipe.json").write_text(RECIPE, encoding="utf-8")
        return path


def lock(path, **options):
    text = calib.lock_recipe(calib.bytes_tokenizer(), path / "recipe.json", **options)
    (path / "lock.json").write_text(text, encoding="utf-8")
    return text


def fails(name, call, *arguments, **options):
    try:
        call(*arguments, **options)
    except calib.Error as error:
        tap.equal(error.name, name, f"the failure ({error})")
        return str(error)
    raise AssertionError(f"{name} was expected")


@tap.test("a recipe gives the rows of its settings, a lock the same and its text")
def _():
    with Folder() as path:
        plain = calib.load_recipe(calib.bytes_tokenizer(), path / "recipe.json")
        wanted = calib.load(calib.bytes_tokenizer(), 3, 12, 0, source=path / "text.txt", documents="lines",
                            sampler="documents", pad=0)
        tap.equal(plain.tolist(), wanted.tolist(), "the rows")
        tap.equal((plain.lock, wanted.lock), (None, None), "rows without a lock")
        text = lock(path)
        locked = calib.load_recipe(calib.bytes_tokenizer(), str(path / "lock.json"), threads=1)
        tap.equal(locked.tolist(), wanted.tolist(), "the rows of the lock")
        tap.equal(locked.lock, text, "Samples.lock")
        tap.equal(json.loads(text)["lock"]["id"], calib.recipe_id(path / "lock.json"), "the id")


@tap.test("rows are verified, also copies, and changed ones are refused")
def _():
    with Folder() as path:
        lock(path)
        samples = calib.load_recipe(calib.bytes_tokenizer(), path / "lock.json")
        for one in (samples, copy.copy(samples), pickle.loads(pickle.dumps(samples))):
            tap.equal(calib.verify(path / "lock.json", one), None, "the verdict")
        tap.equal(pickle.loads(pickle.dumps(samples)).lock, samples.lock, "the lock of a copy")
        other = calib.load(calib.bytes_tokenizer(), 3, 12, 0, text="one\ntwo and mere\nthree\n",
                           documents="lines", sampler="documents", pad=0)
        tap.holds("rows_sha256" in fails("CALIB_E_LOCK", calib.verify, path / "lock.json", other), "the hash")
        changed = copy.copy(samples)
        changed.documents[1] = 0
        tap.holds("origin_sha256" in fails("CALIB_E_LOCK", calib.verify, path / "lock.json", changed), "origin")


@tap.test("what is not as it was locked is refused")
def _():
    with Folder() as path:
        text = lock(path)
        (path / "text.txt").write_text("one\ntwo and mere\nthree\n", encoding="utf-8")
        fails("CALIB_E_HASH", calib.load_recipe, calib.bytes_tokenizer(), path / "lock.json")
        (path / "lock.json").write_text(text.replace('"samples": 3', '"samples": 2'), encoding="utf-8")
        fails("CALIB_E_LOCK", calib.load_recipe, calib.bytes_tokenizer(), path / "lock.json")
        fails("CALIB_E_LOCK", calib.recipe_id, path / "recipe.json")
        (path / "recipe.json").write_text(RECIPE.replace("seq_len", "seq_length"), encoding="utf-8")
        tap.holds("seq_length" in fails("CALIB_E_RECIPE", calib.load_recipe, calib.bytes_tokenizer(),
                                        path / "recipe.json"), "the unknown key")


class Words(calib.Tokenizer):
    def encode(self, text, special):
        return [len(word) for word in text.split()]


@tap.test("a tokenizer written in Python runs recipes and makes no lock, as it has no identity")
def _():
    with Folder() as path:
        tap.equal(calib.load_recipe(Words(), path / "recipe.json")[1], [3, 3, 4] + [0] * 9, "the row")
        fails("CALIB_E_UNSUPPORTED", calib.lock_recipe, Words(), path / "recipe.json")


@tap.test("a lock pins what renders")
def _():
    with Folder() as path:
        (path / "text.txt").write_text('{"a": "xyz"}\n{"a": "uvw"}\n', encoding="utf-8")
        (path / "recipe.json").write_text(RECIPE.replace("lines", "jsonl"), encoding="utf-8")
        render = {"render": lambda record: record["a"] + "!", "render_sha256": bytes(31) + b"\1"}
        text = lock(path, **render)
        tap.holds("0" * 63 + "1" in text, text)
        found = calib.load_recipe(calib.bytes_tokenizer(), path / "lock.json", **render)
        tap.equal(found[0], list(b"xyz!") + [0] * 8, "the row")
        render["render_sha256"] = bytes(31) + b"\2"
        tap.holds("render_sha256" in fails("CALIB_E_LOCK", calib.load_recipe, calib.bytes_tokenizer(),
                                           path / "lock.json", **render), "the hash")
        del render["render_sha256"]
        fails("CALIB_E_UNSUPPORTED", calib.lock_recipe, calib.bytes_tokenizer(), path / "recipe.json", **render)


@tap.test("what a recipe says is no keyword")
def _():
    with Folder() as path:
        for option in ({"source": "builtin"}, {"seed": 1}, {"text": "x"}, {"documents": "lines"}):
            with tap.raises(TypeError):
                calib.load_recipe(calib.bytes_tokenizer(), path / "recipe.json", **option)


tap.run()
