# SPDX-License-Identifier: MIT
"""Loads, locks and verifies recipes."""
import ctypes
import os
from ctypes import c_int32, c_int64

from .borrow import borrow
from .call import Call
from .library import Error, last_error, open_library
from .samples import Samples
from .structs import TEXT, Options, RecipeOptions, Rows, string

_E_LOCK = -32


def load_recipe(tokenizer, path, render=None, render_sha256=None, **options) -> Samples:
    """Returns the Samples of a recipe, or of a lock, which refuses anything else than what was locked. Of a
    lock, Samples.lock is the text.

    `tokenizer` is as in load(). `render` is a function from a record to text, for sources of records that
    have neither a field nor a chat. All other keywords are fields of calib_options, and `progress`.
    """
    library, path = open_library(), string("path", path)

    def work(call, vtable, settings):
        rows = ctypes.POINTER(Rows)()
        status = library.calib_recipe_load(vtable, path, settings, ctypes.byref(rows))
        samples = Samples(library, rows) if rows else None
        call.check(status)
        return samples
    samples = _run(tokenizer, render, render_sha256, options, work)
    samples.lock = _text_of_lock(path)
    return samples


def lock_recipe(tokenizer, path, render=None, render_sha256=None, **options) -> str:
    """Runs a recipe and returns the text of its lock. The keywords are those of load_recipe()."""
    library, path = open_library(), string("path", path)

    def work(call, vtable, settings):
        parts = []

        def put(_, text, length):
            parts.append(ctypes.string_at(text, length))
            return 0
        call.check(library.calib_recipe_lock(vtable, path, settings, TEXT(put), None, None))
        return b"".join(parts).decode()
    return _run(tokenizer, render, render_sha256, options, work)


def recipe_id(path) -> str:
    """Returns the id of a lock, calib1:sha256: and 64 digits."""
    out = ctypes.create_string_buffer(80)
    status = open_library().calib_recipe_id(string("path", path), out)
    if status:
        raise last_error(status)
    return out.value.decode()


def verify(path, samples: Samples) -> None:
    """Raises Error unless these are the rows of the lock at `path`."""
    n, seq_len = samples.n_rows, samples.seq_len
    rows = Rows(struct_size=ctypes.sizeof(Rows), tokens=samples._address if n else None, n_rows=n,
                seq_len=seq_len, documents=(c_int64 * n)(*samples.documents),
                sources=(c_int64 * n)(*samples.sources), lengths=(c_int32 * n)(*samples.lengths))
    status = open_library().calib_recipe_verify(string("path", path), ctypes.byref(rows))
    if status:
        raise last_error(status)


def _run(tokenizer, render, render_sha256, options, work):
    unknown = options.keys() - {name for name, _ in Options._fields_} - {"progress"}
    if unknown:
        raise TypeError(f"a recipe takes no option {', '.join(sorted(unknown))}")
    if render is not None:
        options.update(documents="jsonl", render=render)
        if render_sha256 is not None:
            options["render_sha256"] = render_sha256
    borrowed = borrow(tokenizer, options)
    settings = RecipeOptions(options=ctypes.addressof(borrowed.options))
    if render is not None:
        documents = borrowed.kept[0].kept
        settings.render, settings.render_sha256 = documents.render, documents.render_sha256
    if isinstance(tokenizer, (str, os.PathLike)):
        settings.tokenizer_name = os.path.basename(os.fsencode(tokenizer)) or None
    return Call(borrowed, lambda call: work(call, borrowed.vtable, ctypes.byref(settings))).result()


def _text_of_lock(path):
    try:
        recipe_id(path)
    except Error as error:
        if error.status == _E_LOCK:
            return None
        raise
    with open(os.fsdecode(path), encoding="utf-8") as file:
        return file.read()
