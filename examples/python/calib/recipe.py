# SPDX-License-Identifier: MIT
"""Loads, locks and verifies recipes."""
import ctypes
import os
from ctypes import c_int32, c_int64
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Union

from .borrow import borrow
from .call import Call
from .errors import Error
from .kinds import AnyTokenizer
from .library import last_error, open_library
from .samples import Samples
from .structs import TEXT, Options, RecipeOptions, Rows, string

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .keywords import OptionKeywords

_E_LOCK = -32
_Path = Union[str, "os.PathLike[str]"]
_Render = Optional[Callable[[Any], str]]


def load_recipe(tokenizer: AnyTokenizer, path: _Path, render: _Render = None,
                render_sha256: Optional[bytes] = None, **options: "Unpack[OptionKeywords]") -> Samples:
    """Returns the Samples of a recipe, or of a lock, which refuses anything else than what was locked. Of a
    lock, Samples.lock is the text.

    `tokenizer` is as in load(). `render` is a function from a record to text, for sources of records that
    have neither a field nor a chat. All other keywords are fields of calib_options, and `progress`.
    """
    library, name = open_library(), string("path", path)

    def work(call: Call, vtable: Any, settings: Any) -> Optional[Samples]:
        rows = ctypes.POINTER(Rows)()
        status = library.calib_recipe_load(vtable, name, settings, ctypes.byref(rows))
        samples = Samples(library, rows) if rows else None
        call.check(status)
        return samples
    samples: Samples = _run(tokenizer, render, render_sha256, dict(options), work)
    samples.lock = _text_of_lock(name)
    return samples


def lock_recipe(tokenizer: AnyTokenizer, path: _Path, render: _Render = None,
                render_sha256: Optional[bytes] = None, **options: "Unpack[OptionKeywords]") -> str:
    """Runs a recipe and returns the text of its lock. The keywords are those of load_recipe()."""
    library, name = open_library(), string("path", path)

    def work(call: Call, vtable: Any, settings: Any) -> str:
        parts: List[bytes] = []

        def put(_: object, text: int, length: int) -> int:
            parts.append(ctypes.string_at(text, length))
            return 0
        call.check(library.calib_recipe_lock(vtable, name, settings, TEXT(put), None, None))
        return b"".join(parts).decode()
    lock: str = _run(tokenizer, render, render_sha256, dict(options), work)
    return lock


def recipe_id(path: Union[_Path, bytes]) -> str:
    """Returns the id of a lock, calib1:sha256: and 64 digits."""
    out = ctypes.create_string_buffer(80)
    status = open_library().calib_recipe_id(string("path", path), out)
    if status:
        raise last_error(status)
    return out.value.decode()


def verify(path: _Path, samples: Samples) -> None:
    """Raises Error unless these are the rows of the lock at `path`."""
    n, seq_len = samples.n_rows, samples.seq_len
    rows = Rows(struct_size=ctypes.sizeof(Rows), tokens=samples._address if n else None, n_rows=n,
                seq_len=seq_len, documents=(c_int64 * n)(*samples.documents),
                sources=(c_int64 * n)(*samples.sources), lengths=(c_int32 * n)(*samples.lengths))
    status = open_library().calib_recipe_verify(string("path", path), ctypes.byref(rows))
    if status:
        raise last_error(status)


def _run(tokenizer: AnyTokenizer, render: _Render, render_sha256: Optional[bytes], options: Dict[str, Any],
         work: Callable[[Call, Any, Any], Any]) -> Any:
    unknown = options.keys() - {name for name, *_ in Options._fields_} - {"progress"}
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


def _text_of_lock(path: bytes) -> Optional[str]:
    try:
        recipe_id(path)
    except Error as error:
        if error.status == _E_LOCK:
            return None
        raise
    with open(os.fsdecode(path), encoding="utf-8") as file:
        return file.read()
