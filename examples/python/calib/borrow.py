# SPDX-License-Identifier: MIT
"""Turns the arguments of a call into structs and callbacks, and keeps them alive."""
import array
import collections.abc
import ctypes
import os
from ctypes import c_char, c_char_p, c_int32, c_uint32, c_void_p

from .call import current
from .files import open_tokenizer
from .documents import take_documents
from .hugging_face import HuggingFace, is_hugging_face
from .mistral import Mistral, is_mistral
from .structs import ENCODE, FINGERPRINT, PROGRESS, READERS, SPECIAL_ID, TEXT_NO_SPECIAL
from .structs import TEXT_PARSE_SPECIAL, TEXT_PLAIN, Options, Source, Vtable, integer, string
from .tokenizer import NativeTokenizer, Tokenizer


class _Borrowed:
    """Everything that a handle borrows."""

    def __init__(self, tokenizer, sources, options, progress):
        if progress is not None and not callable(progress):
            raise TypeError(f"progress must be a function, not {type(progress).__name__}")
        self.tokenizer, self.options = tokenizer, options
        self.kept = sources
        self.sources = (Source * len(sources))(*sources)  # copies the structs
        self.native, self.why_not_native = _native(tokenizer)
        self.progress = progress
        self.vtable = _native_vtable(self.native, tokenizer) if self.native else _vtable(tokenizer)
        options.progress = PROGRESS(_carry(_report, 1))


def _report(_, *report):
    call = getattr(current, "call", None)
    return int(call.report(*report)) if call else 0


def _carry(callback, failure, may_refuse=False):
    """Returns `callback` wrapped: it keeps an exception for the call and returns `failure` to C.

    With `may_refuse` an ordinary exception counts only if the call fails because of it: for its
    store calib also encodes a text of its own, and a tokenizer may refuse that text."""
    def run(*arguments):
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


def _native(tokenizer):
    """Returns a native tokenizer with the ids of this one and None, or None and the reason why not."""
    if isinstance(tokenizer, NativeTokenizer):
        return tokenizer, None
    if isinstance(tokenizer, (HuggingFace, Mistral)):
        return tokenizer.open_native()
    if isinstance(tokenizer, Tokenizer):
        return None, "it is written in Python"
    hint = ": wrap it in calib.HuggingFace" if hasattr(tokenizer, "encode") else ""
    raise TypeError("the tokenizer must be a calib.Tokenizer, a calib.NativeTokenizer, one of "
                    "Hugging Face, one of mistral-common, or the path of a tokenizer.json, tekken.json or "
                    f"SentencePiece model, not {type(tokenizer).__name__}{hint}")


def _native_vtable(native, tokenizer):
    """Returns the vtable of a native tokenizer, as an argument of a C function. The special ids are
    those of the Python object that it stands for, if that has any."""
    if native is tokenizer or not tokenizer.has_special_ids():
        return c_void_p(native.address)
    vtable = Vtable.from_buffer_copy((c_char * ctypes.sizeof(Vtable)).from_address(native.address))
    vtable.special_id = _special_id(tokenizer)
    return ctypes.pointer(vtable)


def _special_id(tokenizer):
    def special_id(_, which):
        return integer("special_id()", tokenizer.special_id(which), c_int32)
    return SPECIAL_ID(_carry(special_id, -1))


def _vtable(tokenizer):
    """Returns a vtable that calls a tokenizer written in Python, as an argument of a C function."""

    def encode(_, text, length, flags, emit, emit_ctx):
        if flags & (TEXT_PARSE_SPECIAL | TEXT_PLAIN):
            raise ValueError("a tokenizer written in Python reads all text in one way: set plain or "
                             "parts only with one that libcalib opens")
        text = str((c_char * length).from_address(text), "utf-8")
        ids = tokenizer.encode(text, not flags & TEXT_NO_SPECIAL)
        ids = ids if isinstance(ids, (list, tuple)) else list(ids)
        # In parts: a long conversion would hold the interpreter lock.
        for at in range(0, len(ids), 1 << 18):
            part = array.array("i", ids[at:at + (1 << 18)])
            stopped = current.call.cancelled or emit(emit_ctx, part.buffer_info()[0], len(part))
            if stopped:
                return int(stopped)
        return 0

    def fingerprint(_, out):
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


def borrow(tokenizer, fields):
    """Returns what a call borrows, and takes all options out of `fields`."""
    if isinstance(tokenizer, (str, os.PathLike)):
        tokenizer = open_tokenizer(tokenizer)
    elif is_hugging_face(tokenizer):
        tokenizer = HuggingFace(tokenizer)
    elif is_mistral(tokenizer):
        tokenizer = Mistral(tokenizer)
    fields = dict(fields)
    progress = fields.pop("progress", None)
    given = fields.pop("sources", None)
    if given is None:
        sources = [_source(fields, tokenizer)]
    else:
        sources = [_one_of_many(one, tokenizer) for one in _dicts(given)]
        if not sources:
            raise ValueError("sources is empty: name at least one")
    return _Borrowed(tokenizer, sources, Options(**fields), progress)


def _dicts(sources):
    expected = "sources must be a list of dict, such as [{'source': 'a.txt'}, {'source': 'b.txt'}], not "
    if isinstance(sources, (str, bytes, os.PathLike, collections.abc.Mapping)):
        raise TypeError(expected + type(sources).__name__)
    sources = list(sources)
    for one in sources:
        if not isinstance(one, collections.abc.Mapping):
            raise TypeError(f"{expected}of {type(one).__name__}")
    return [dict(one) for one in sources]


def _one_of_many(fields, tokenizer):
    source = _source(fields, tokenizer)
    if fields:
        raise TypeError(f"a source has no option {', '.join(sorted(fields))}")
    return source


def _reader(value):
    if isinstance(value, str) and value not in READERS:
        raise ValueError(f"reader is {value!r}, not one of {', '.join(READERS)}")
    return READERS.get(value, value)


def _source(fields, tokenizer):
    """Takes the fields of calib_source out of `fields` and returns the struct."""
    documents = take_documents(fields, tokenizer, _carry)
    names = {"source": "location", "sha256": "sha256", "size_bytes": "size_bytes",
             "bearer_token": "bearer_token", "weight": "weight", "reader": "reader",
             "source_flags": "flags"}
    taken = {}
    for key, name in names.items():
        if key in fields:
            taken[name] = fields.pop(key)
            if key in ("source", "source_flags") and taken[name] is not None:
                # A refusal names the keyword, not the field.
                check = string if key == "source" else lambda k, v: integer(k, v, c_uint32)
                taken[name] = check(key, taken[name])
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
        if isinstance(mirrors, (str, bytes, os.PathLike)):
            raise TypeError("mirrors must be a list of strings, not one")
        mirrors = [string("mirrors", mirror) for mirror in mirrors]
        source.mirrors = (c_char_p * len(mirrors))(*mirrors)
        source.n_mirrors = len(mirrors)
    return source
