# SPDX-License-Identifier: MIT
"""Finds and declares the libraries."""
import ctypes
import ctypes.util
import functools
import glob
import os
import sys
import sysconfig
import threading
import weakref
from ctypes import c_char_p, c_int, c_int64, c_size_t, c_uint64, c_void_p
from typing import Any, Dict, Iterable, Iterator, List, Optional, Union

from .errors import Error, kind_of
from .structs import TEXT, Detail, Info, Rows

_library: Optional[ctypes.CDLL] = None
_adapters: Dict[str, ctypes.CDLL] = {}


def open_library(path: "Union[str, os.PathLike[str], None]" = None) -> ctypes.CDLL:
    """Returns libcalib, and loads it the first time. To load another path, call this first."""
    global _library
    if _library is None or path:
        _library = _declare(_load("calib", "CALIB_LIBRARY", path))
    return _library


def version() -> str:
    """Returns the version of libcalib that runs, such as "0.1.0"."""
    running: bytes = open_library().calib_version()
    return running.decode()


def adapter_library(name: str) -> ctypes.CDLL:
    """Returns libcalib-sentencepiece or libcalib-tokenizer-json by the word of its functions. It is also
    looked for beside a $CALIB_LIBRARY."""
    if name not in _adapters:
        beside = os.path.dirname(os.environ.get("CALIB_LIBRARY", ""))
        library = _load("calib-" + name.replace("_", "-"), f"CALIB_{name.upper()}_LIBRARY", None, beside)
        for verb, result, *arguments in (
                ("open", c_int, c_void_p, c_void_p), ("close", None, c_void_p),
                ("vtable", c_void_p, c_void_p), ("why_whole", c_char_p, c_void_p),
                ("describe", c_char_p, c_void_p), ("last_error", c_int, c_void_p)):
            function = getattr(library, f"calib_{name}_{verb}", None)
            if function:  # not every adapter describes
                function.restype, function.argtypes = result, arguments
        _adapters[name] = library
    return _adapters[name]


def _load(stem: str, variable: str, path: "Union[str, os.PathLike[str], None]", *folders: str) -> ctypes.CDLL:
    """Loads a library: `path` or the variable if given, else the first candidate that loads."""
    path = path or os.environ.get(variable)
    tried = []
    for candidate in [os.fspath(path)] if path else _candidates(stem, folders):
        try:
            return ctypes.CDLL(candidate)
        except OSError as error:
            # The loader's message names most files itself.
            tried.append(str(error) if candidate in str(error) else f"{candidate}: {error}")
    raise OSError(f"cannot load lib{stem}; set {variable} to its path. Tried: " + "; ".join(tried))


def _candidates(stem: str, folders: Iterable[str]) -> Iterator[str]:
    names = {"win32": (f"{stem}-1.dll", f"lib{stem}-1.dll", f"{stem}.dll"),
             "darwin": (f"lib{stem}.1.dylib", f"lib{stem}.dylib")}.get(
                 sys.platform, (f"lib{stem}.so.1", f"lib{stem}.so"))
    package = os.path.dirname(os.path.abspath(__file__))
    parent = os.path.dirname(package)
    yield from _in_wheel(stem, parent)
    for folder in (package, parent, *filter(None, folders)):
        for name in names:
            if os.path.exists(os.path.join(folder, name)):
                yield os.path.join(folder, name)
    found = ctypes.util.find_library(stem)  # None where gcc and ldconfig are missing
    if found:
        yield found
    yield from names


def _in_wheel(stem: str, folder: str) -> Iterator[str]:
    """The wheel's own libraries, which go where extension modules go."""
    if folder == sysconfig.get_path("purelib"):
        folder = sysconfig.get_path("platlib")
    for pattern in f"lib{stem}.*", f"*{stem}-1.dll":
        yield from glob.iglob(os.path.join(glob.escape(folder), ".calib.mesonpy.libs", pattern))


def _declare(library: ctypes.CDLL) -> ctypes.CDLL:
    size, handle, rows = c_size_t, c_void_p, ctypes.POINTER(ctypes.POINTER(Rows))
    for name, result, *arguments in (
            ("version", c_char_p), ("status_name", c_char_p, c_int),
            ("last_error", c_int, ctypes.POINTER(Detail)), ("bytes_tokenizer", c_void_p),
            ("load_from", c_int, c_void_p, c_int64, size, c_uint64, c_void_p, c_void_p, c_void_p,
             rows),
            ("recipe_load", c_int, c_void_p, c_char_p, c_void_p, rows),
            ("recipe_lock", c_int, c_void_p, c_char_p, c_void_p, TEXT, c_void_p),
            ("recipe_id", c_int, c_char_p, c_char_p),
            ("recipe_verify", c_int, c_char_p, ctypes.POINTER(Rows)),
            ("corpus_open", c_int, c_void_p, c_void_p, size, c_void_p, ctypes.POINTER(handle)),
            ("corpus_sample", c_int, handle, c_int64, size, c_uint64, c_void_p, rows),
            ("corpus_tokens", c_int, handle, c_uint64, size, c_void_p),
            ("corpus_info", c_int, handle, ctypes.POINTER(Info)),
            ("corpus_source", c_int, handle, size, c_void_p),
            ("corpus_document", c_int, handle, c_uint64, c_void_p),
            ("samples_free", None, ctypes.POINTER(Rows)), ("corpus_close", None, handle)):
        function = getattr(library, "calib_" + name)
        function.restype, function.argtypes = result, arguments
    return library


class _Ignored:
    from_param = id


_references: "List[weakref.ref[Any]]" = []
_lock = threading.Lock()


def when_gone(owner: object, library: ctypes.CDLL, function: str, pointer: c_void_p) -> None:
    """Calls a function of the library with `pointer` as soon as `owner` is gone.

    Unlike weakref.finalize it runs no Python code then, in which a KeyboardInterrupt would be lost.
    C ignores the second argument, the weak reference."""
    ignored: Any = _Ignored
    free = ctypes.CFUNCTYPE(None, c_void_p, ignored)((function, library))
    with _lock:
        _references[:] = [known for known in _references if known() is not None]
        _references.append(weakref.ref(owner, functools.partial(free, pointer)))


def last_error(status: int, function: Any = None) -> Error:
    """Returns the Error of this thread's last failure."""
    library, detail = open_library(), Detail()
    (function or library.calib_last_error)(ctypes.byref(detail))
    message = detail.message.decode("utf-8", "replace")
    if "CALIB_RENDERER_CHATML" in message:  # the keyword in place of the constant
        message += " (chat='chatml' or chat='template')"
    return kind_of(status)(message, status, library.calib_status_name(status).decode(),
                           detail.callback_result, detail.system_error, detail.http_status, detail.offset)
