# SPDX-License-Identifier: MIT
"""The structs and constants of calib.h, and checks of what goes into them."""
import collections.abc
import ctypes
import operator
import os
from ctypes import c_char, c_char_p, c_int, c_int32, c_int64, c_size_t, c_uint8, c_uint16, c_uint32
from ctypes import c_uint64, c_void_p
from typing import Any, List, SupportsIndex, Union

EMIT = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p, c_size_t)
ENCODE = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p, c_size_t, c_uint32, EMIT, c_void_p)
FINGERPRINT = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p)
SPECIAL_ID = ctypes.CFUNCTYPE(c_int32, c_void_p, c_uint32)
PUT = ctypes.CFUNCTYPE(c_int, c_void_p, c_char_p, c_size_t, c_uint32)
DOCUMENT = ctypes.CFUNCTYPE(c_int, c_void_p, PUT, c_void_p)
TEXT = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p, c_size_t)
RENDER = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p, c_size_t, PUT, c_void_p)
PROGRESS = ctypes.CFUNCTYPE(c_int, c_void_p, c_uint32, c_uint64, c_uint64)

E_ENCODE = -22
TEXT_NO_SPECIAL, TEXT_PARSE_SPECIAL, TEXT_PLAIN = 4, 8, 16
DOCUMENTS_FORMATS = {"lines": 1, "blank": 2, "separator": 3, "jsonl": 4, "json": 5, "callback": 6,
                     "arrow": 7}
STRIPS = {"none": 0, "python": 1, "right": 2, "newline": 3}
SPECIALS = {"default": 0, "none": 1, "once": 2}
DOCUMENTS_SKIP_MALFORMED, DOCUMENTS_APPEND, DOCUMENTS_APPEND_MISSING = 1, 2, 4
DOCUMENTS_PLAIN, DOCUMENTS_PARTS, DOCUMENTS_LAZY = 8, 16, 32
RAW_BYTES, ACCEPT_CHANGE = 1, 2
READER_AUTO, READER_PLAIN, READER_GZIP, READER_ZSTD = 0, 1, 2, 3
READERS = {"auto": 0, "plain": 1, "gzip": 2, "zstd": 3}
NO_TOKEN_STORE, ALLOW_HTTP, STORE_STDIN = 1, 2, 4
OFFLINE_ENVIRONMENT, OFFLINE_ON, OFFLINE_OFF = 0, 1, 2
BOS_AS_TOKENIZED, BOS_OVERWRITE, BOS_PREPEND = 0, 1, 2
SHORT_REFUSE, SHORT_PAD = 0, 1
SAMPLING_STRICT = 1
SENTENCEPIECE_BOS, SENTENCEPIECE_EOS = 1, 2
TOKENIZER_JSON_NO_SPECIAL, TOKENIZER_JSON_PLAIN = 1, 2

_UNSIGNED = {c_uint8, c_uint16, c_uint32, c_uint64, c_size_t}
_SIGNED = {c_int, c_int32, c_int64}


def integer(name: str, value: SupportsIndex, kind: Any) -> int:
    """Returns `value` as an int that fits the C type: ctypes itself would cut it to size."""
    try:
        value = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be an int, not {type(value).__name__}") from None
    bits = 8 * ctypes.sizeof(kind)
    low, high = (0, 1 << bits) if kind in _UNSIGNED else (-1 << bits - 1, 1 << bits - 1)
    if not low <= value < high:
        raise OverflowError(f"{name} is {value}, not from {low} to {high - 1}")
    return value


def string(name: str, value: "Union[str, bytes, os.PathLike[str]]") -> bytes:
    """Returns a string or path as bytes without NUL, at which C would end it."""
    if not isinstance(value, (str, bytes, os.PathLike)):
        raise TypeError(f"{name} must be str, bytes or os.PathLike, not {type(value).__name__}")
    value = os.fsencode(value)
    if b"\0" in value:
        raise ValueError(f"{name} has an embedded NUL")
    return value


def several(name: str, value: Any) -> List[Any]:
    """Returns the items of a list or of another iterable that is not one string."""
    if isinstance(value, (str, bytes, os.PathLike)) or not isinstance(value, collections.abc.Iterable):
        raise TypeError(f"{name} must be a list, not {type(value).__name__}")
    return list(value)


class Sized(ctypes.Structure):
    """A struct of calib.h that sets its own size; all fields that are not given are zero."""

    def __init__(self, **fields: Any):
        kinds = {name: kind for name, kind, *_ in self._fields_}
        unknown = fields.keys() - (kinds.keys() - {"struct_size", "progress_ctx"})
        if unknown:
            raise TypeError(f"calib has no option {', '.join(sorted(unknown))}")
        for name, value in fields.items():
            if kinds[name] in _UNSIGNED or kinds[name] in _SIGNED:
                fields[name] = integer(name, value, kinds[name])
            elif kinds[name] is c_char_p and value is not None:
                fields[name] = string(name, value)
        super().__init__(struct_size=ctypes.sizeof(self), **fields)


class Vtable(Sized):
    _fields_ = [("struct_size", c_size_t), ("ctx", c_void_p), ("encode", ENCODE),
                ("last_error", c_void_p), ("fingerprint", FINGERPRINT), ("identity", FINGERPRINT),
                ("special_id", SPECIAL_ID), ("cuts", c_void_p), ("text_of", c_void_p),
                ("vocab_size", c_uint32), ("capabilities", c_uint32), ("kind_of", c_void_p)]


class Source(Sized):
    _fields_ = [("struct_size", c_size_t), ("location", c_char_p), ("bytes", c_char_p),
                ("n_bytes", c_size_t), ("mirrors", ctypes.POINTER(c_char_p)),
                ("n_mirrors", c_size_t), ("sha256", c_char_p), ("bearer_token", c_char_p),
                ("documents", c_void_p), ("size_bytes", c_uint64), ("weight", c_uint64),
                ("flags", c_uint32), ("reader", c_uint32)]


class Documents(Sized):
    _fields_ = [("struct_size", c_size_t), ("field", c_char_p), ("separator", c_char_p),
                ("join", c_char_p), ("next", DOCUMENT), ("next_ctx", c_void_p), ("render", RENDER),
                ("render_ctx", c_void_p), ("render_sha256", c_void_p), ("arrow", c_void_p),
                ("min_chars", c_uint64), ("max_chars", c_uint64), ("min_tokens", c_uint64),
                ("max_tokens", c_uint64), ("format", c_uint32), ("strip", c_uint32),
                ("specials", c_uint32), ("renderer", c_uint32), ("append_id", c_int32),
                ("flags", c_uint32)]


class DocumentInfo(Sized):
    _fields_ = [("struct_size", c_size_t), ("source", c_uint64), ("record", c_uint64),
                ("first_token", c_uint64), ("n_tokens", c_uint64)]


class SourceInfo(Sized):
    _fields_ = [("struct_size", c_size_t), ("location", c_char_p), ("token_store_why", c_char_p),
                ("hint", c_char_p), ("stored_bytes", c_uint64), ("text_bytes", c_uint64),
                ("weight", c_uint64), ("n_tokens", c_uint64), ("n_documents", c_uint64),
                ("n_records", c_uint64), ("n_empty", c_uint64), ("n_short", c_uint64),
                ("n_long", c_uint64), ("n_malformed", c_uint64), ("n_doubled_bos", c_uint64),
                ("sha256", c_uint8 * 32), ("text_sha256", c_uint8 * 32), ("download", c_uint32),
                ("token_store", c_uint32)]


class Options(Sized):
    _fields_ = [("struct_size", c_size_t), ("cache_dir", c_char_p), ("proxy", c_char_p),
                ("ca_file", c_char_p), ("progress", PROGRESS), ("progress_ctx", c_void_p),
                ("max_download_bytes", c_uint64), ("max_whole_bytes", c_uint64),
                ("max_memo_bytes", c_uint64), ("max_cache_bytes", c_uint64),
                ("max_text_bytes", c_uint64), ("flags", c_uint32), ("offline", c_uint32),
                ("connect_timeout_ms", c_uint32), ("stall_timeout_ms", c_uint32),
                ("deadline_ms", c_uint32), ("lock_timeout_ms", c_uint32), ("max_tries", c_uint32),
                ("threads", c_uint32), ("slice", c_uint32), ("n_slices", c_uint32)]


class Sampling(Sized):
    _fields_ = [("struct_size", c_size_t), ("sampler", c_char_p),
                ("numbers", ctypes.POINTER(c_uint64)), ("n_numbers", c_size_t),
                ("first_row", c_uint64), ("skip", c_uint64), ("rank", c_uint32),
                ("world", c_uint32), ("bos", c_uint32), ("short_rows", c_uint32),
                ("pad_id", c_int32), ("flags", c_uint32)]


class Rows(ctypes.Structure):
    _fields_ = [("struct_size", c_size_t), ("tokens", c_void_p), ("n_rows", c_size_t),
                ("seq_len", c_size_t), ("offsets", ctypes.POINTER(c_int64)),
                ("documents", ctypes.POINTER(c_int64)), ("sources", ctypes.POINTER(c_int64)),
                ("lengths", ctypes.POINTER(c_int32)), ("n_sources", c_size_t),
                ("source_asked", ctypes.POINTER(c_uint64)),
                ("source_rows", ctypes.POINTER(c_uint64)),
                ("source_available", ctypes.POINTER(c_uint64)), ("n_asked", c_int64),
                ("n_sampled", c_uint64), ("n_available", c_uint64), ("n_tokens", c_uint64),
                ("n_dropped", c_uint64), ("corpus_sha256", c_uint8 * 32)]


class RecipeOptions(Sized):
    _fields_ = [("struct_size", c_size_t), ("options", c_void_p), ("render", RENDER),
                ("render_ctx", c_void_p), ("render_sha256", c_void_p), ("tokenizer_name", c_char_p)]


class Info(Sized):
    _fields_ = [("struct_size", c_size_t), ("source", c_char_p), ("token_store_why", c_char_p),
                ("hint", c_char_p), ("corpus_bytes", c_uint64), ("text_bytes", c_uint64),
                ("n_tokens", c_uint64), ("n_documents", c_uint64), ("n_sources", c_uint64),
                ("longest_segment_bytes", c_uint64), ("fetch_ns", c_uint64),
                ("read_ns", c_uint64), ("tokenize_ns", c_uint64),
                ("corpus_sha256", c_uint8 * 32), ("fingerprint", c_uint8 * 32),
                ("has_fingerprint", c_uint32), ("download", c_uint32), ("token_store", c_uint32),
                ("vocab_size", c_uint32)]


class Detail(Sized):
    _fields_ = [("struct_size", c_size_t), ("status", c_int32), ("callback_result", c_int32),
                ("system_error", c_int32), ("http_status", c_int32), ("offset", c_int64),
                ("message", c_char * 1024)]


class SentencePieceOptions(Sized):
    _fields_ = [("struct_size", c_size_t), ("path", c_char_p), ("model", c_void_p),
                ("model_len", c_size_t), ("flags", c_uint32), ("cuts", c_uint32)]


class TokenizerJsonOptions(Sized):
    _fields_ = [("struct_size", c_size_t), ("path", c_char_p), ("json", c_char_p),
                ("json_len", c_size_t), ("config", c_char_p), ("config_len", c_size_t),
                ("flags", c_uint32), ("cuts", c_uint32)]
