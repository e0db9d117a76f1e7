# SPDX-License-Identifier: MIT
"""Turns the arguments of a call into structs and callbacks, and keeps them alive."""
import array
import collections.abc
import ctypes
import os
from ctypes import c_char, c_char_p, c_int32, c_uint32, c_void_p
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple, Union

from .call import current
from .documents import take_documents
from .kinds import tokenizer_of
from .progress import chosen
from .structs import ENCODE, FINGERPRINT, PROGRESS, READERS, SPECIAL_ID, TEXT_NO_SPECIAL
from .structs import TEXT_PARSE_SPECIAL, TEXT_PLAIN, Options, Source, Vtable, integer, several, string
from .tokenizer import NativeTokenizer, Tokenizer

AnyOpened = Union[NativeTokenizer, Tokenizer]
Fields = Dict[str, Any]


class Borrowed:
    """Everything that a handle borrows."""

    def __init__(self, tokenizer: AnyOpened, sources: List[Source], options: Options, progress: Any):
        self.tokenizer, self.options = tokenizer, options
        self.kept = sources
        self.sources = (Source * len(sources))(*sources)  # copies the structs
        self.native, self.why_not_native = _native(tokenizer)
        self.progress = chosen(progress)
        self.vtable = _native_vtable(self.native, tokenizer) if self.native else _vtable(tokenizer)
        options.progress = PROGRESS(_carry(_report, 1))


def _report(_: object, *report: int) -> int:
    call = getattr(current, "call", None)
    return int(call.report(*report)) if call else 0


def _carry(callback: Callable[..., int], failure: int, may_refuse: bool = False) -> Callable[..., int]:
    """Returns `callback` wrapped: it keeps an exception for the call and returns `failure` to C.

    With `may_refuse` an ordinary exception counts only if the call fails because of it: for its
    store calib also encodes a text of its own, and a tokenizer may refuse that text."""
    def run(*arguments: Any) -> int:
        try:
            return callback(*arguments)
        except BaseException as error:
            call = getattr(current, "call", None)
            if call and may_refuse and isinstance(error, Exception):
                call.refusal = error
            elif call:
                call.failure = call.failure or error
            return failure
    return run


def _native(tokenizer: AnyOpened) -> Tuple[Optional[NativeTokenizer], Optional[str]]:
    """Returns a native tokenizer with the ids of this one and None, or None and the reason why not."""
    return (tokenizer, None) if isinstance(tokenizer, NativeTokenizer) else tokenizer.open_native()


def _native_vtable(native: NativeTokenizer, tokenizer: AnyOpened) -> Any:
    """Returns the vtable of a native tokenizer, as an argument of a C function. The special ids are
    those of the Python object that it stands for, if that has any."""
    if isinstance(tokenizer, NativeTokenizer) or not tokenizer.has_special_ids():
        return c_void_p(native.address)
    vtable = Vtable.from_buffer_copy((c_char * ctypes.sizeof(Vtable)).from_address(native.address))
    vtable.special_id = _special_id(tokenizer)
    return ctypes.pointer(vtable)


def _special_id(tokenizer: Tokenizer) -> Any:
    def special_id(_: object, which: int) -> int:
        return integer("special_id()", tokenizer.special_id(which), c_int32)
    return SPECIAL_ID(_carry(special_id, -1))


def _iterator(ids: Any) -> Iterator[int]:
    try:
        return iter(ids)
    except TypeError:
        raise TypeError(f"the tokenizer must give its ids as a list of int, not {type(ids).__name__}") from None


def _array(ids: "Sequence[int]") -> "array.array[int]":
    try:
        return array.array("i", ids)
    except (TypeError, OverflowError) as error:
        raise type(error)(f"the tokenizer gave something that is no id, an int from 0 to 2147483647: {error}") from None


def _vtable(tokenizer: Any) -> Any:
    """Returns a vtable that calls a tokenizer written in Python, as an argument of a C function."""

    def encode(_: object, text: int, length: int, flags: int, emit: Callable[..., int], emit_ctx: object) -> int:
        if flags & (TEXT_PARSE_SPECIAL | TEXT_PLAIN):
            raise ValueError("a tokenizer written in Python reads all text in one way: set plain or "
                             "parts only with one that libcalib opens")
        decoded = str((c_char * length).from_address(text), "utf-8")
        ids = tokenizer.encode(decoded, not flags & TEXT_NO_SPECIAL)
        ids = ids if isinstance(ids, (list, tuple)) else list(_iterator(ids))
        # In parts: a long conversion would hold the interpreter lock.
        for at in range(0, len(ids), 1 << 18):
            part = _array(ids[at:at + (1 << 18)])
            stopped = current.call.cancelled or emit(emit_ctx, part.buffer_info()[0], len(part))
            if stopped:
                return int(stopped)
        return 0

    def fingerprint(_: object, out: int) -> int:
        digest = tokenizer.fingerprint()
        if digest is None:
            return 1
        if len(memoryview(digest).cast("B")) != 32:
            raise ValueError(f"fingerprint() gave {len(digest)} bytes, not 32")
        ctypes.memmove(out, bytes(digest), 32)
        return 0

    return ctypes.pointer(Vtable(encode=ENCODE(_carry(encode, 1, may_refuse=True)),
                                 fingerprint=FINGERPRINT(_carry(fingerprint, 1)),
                                 special_id=_special_id(tokenizer),
                                 vocab_size=tokenizer.vocab_size))


def borrow(given_tokenizer: Any, given_fields: Mapping[str, Any]) -> Borrowed:
    """Returns what a call borrows."""
    tokenizer, fields = tokenizer_of(given_tokenizer), dict(given_fields)
    progress = fields.pop("progress", None)
    given = fields.pop("sources", None)
    if given is None:
        sources = [_source(fields, tokenizer)]
    else:
        sources = [_one_of_many(one, tokenizer) for one in _dicts(given)]
        if not sources:
            raise ValueError("sources is empty: name at least one")
    return Borrowed(tokenizer, sources, Options(**fields), progress)


def _dicts(sources: Any) -> List[Fields]:
    expected = "sources must be a list of dict, such as [{'source': 'a.txt'}, {'source': 'b.txt'}], not "
    if (isinstance(sources, (str, bytes, os.PathLike, collections.abc.Mapping))
            or not isinstance(sources, collections.abc.Iterable)):
        raise TypeError(expected + type(sources).__name__)
    sources = list(sources)
    for one in sources:
        if not isinstance(one, collections.abc.Mapping):
            raise TypeError(f"{expected}of {type(one).__name__}")
    return [dict(one) for one in sources]


def _one_of_many(fields: Fields, tokenizer: AnyOpened) -> Source:
    source = _source(fields, tokenizer)
    if fields:
        raise TypeError(f"a source has no option {', '.join(sorted(fields))}")
    return source


def _reader(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if value not in READERS:
        raise ValueError(f"reader is {value!r}, not one of {', '.join(READERS)}")
    return READERS[value]


def _source(fields: Fields, tokenizer: AnyOpened) -> Source:
    """Takes the fields of calib_source out of `fields` and returns the struct."""
    documents = take_documents(fields, tokenizer, _carry)
    names = {"source": "location", "sha256": "sha256", "size_bytes": "size_bytes",
             "bearer_token": "bearer_token", "weight": "weight", "reader": "reader",
             "source_flags": "flags"}
    taken = {}
    for key, name in names.items():
        if key in fields:
            taken[name] = value = fields.pop(key)
            # A refusal names the keyword, not the field.
            if key == "source" and value is not None:
                taken[name] = string(key, value)
            elif key == "source_flags" and value is not None:
                taken[name] = integer(key, value, c_uint32)
    if "reader" in taken:
        taken["reader"] = _reader(taken["reader"])
    source = Source(**taken)
    if documents is not None:
        source.kept = documents
        source.documents = ctypes.addressof(documents)
    text, mirrors = fields.pop("text", None), fields.pop("mirrors", None)
    if text is not None:
        text = text.encode() if isinstance(text, str) else text
        if not isinstance(text, bytes):
            try:
                text = bytes(memoryview(text))
            except TypeError:
                raise TypeError(f"text must be str or bytes, not {type(text).__name__}") from None
        source.bytes, source.n_bytes = text, len(text)
    if mirrors is not None:
        mirrors = [string("mirrors", mirror) for mirror in several("mirrors", mirrors)]
        source.mirrors = (c_char_p * len(mirrors))(*mirrors)
        source.n_mirrors = len(mirrors)
    return source
