# SPDX-License-Identifier: MIT
"""Calls calib through ctypes. Copy this file; it needs no build and no packages.

    import calib, numpy, tokenizers

    tokenizer = calib.HuggingFace(tokenizers.Tokenizer.from_file("tokenizer.json"))
    rows = numpy.asarray(calib.load(tokenizer, 128, 512, seed=123, source="builtin"))

`rows` is the library's own memory, int32 and read-only, and keeps it alive. mlx.core.array(rows)
and torch.tensor(rows) copy it.

The library is loaded from $CALIB_LIBRARY (a path), or from where libraries are installed.
"""
import array
import ctypes
import ctypes.util
import hashlib
import os
import sys
import weakref
from ctypes import c_char, c_char_p, c_int, c_int32, c_int64, c_size_t, c_uint32, c_uint64, c_uint8
from ctypes import c_void_p

# ---- the structs of calib.h

EMIT = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p, c_size_t)
ENCODE = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p, c_size_t, c_uint32, EMIT, c_void_p)
FINGERPRINT = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p)
SPECIAL_ID = ctypes.CFUNCTYPE(c_int32, c_void_p, c_uint32)
PROGRESS = ctypes.CFUNCTYPE(c_int, c_void_p, c_uint32, c_uint64, c_uint64)

TEXT_NO_SPECIAL = 4
RAW_BYTES, ACCEPT_CHANGE = 1, 2
NO_TOKEN_STORE, ALLOW_HTTP = 1, 2
OFFLINE_ENVIRONMENT, OFFLINE_ON, OFFLINE_OFF = 0, 1, 2
BOS_AS_TOKENIZED, BOS_OVERWRITE = 0, 1
SAMPLING_STRICT = 1


class Sized(ctypes.Structure):
    """A struct of calib.h that sets its own size; all fields that are not given are zero."""

    def __init__(self, **fields):
        unknown = fields.keys() - {name for name, *_ in self._fields_}
        if unknown:
            raise TypeError(f"calib has no option {', '.join(sorted(unknown))}")
        super().__init__(struct_size=ctypes.sizeof(self), **fields)


class Vtable(Sized):
    _fields_ = [("struct_size", c_size_t), ("ctx", c_void_p), ("encode", ENCODE),
                ("last_error", c_void_p), ("fingerprint", FINGERPRINT), ("identity", FINGERPRINT),
                ("special_id", SPECIAL_ID), ("cuts", c_void_p), ("text_of", c_void_p),
                ("vocab_size", c_uint32), ("capabilities", c_uint32)]


class Source(Sized):
    _fields_ = [("struct_size", c_size_t), ("location", c_char_p), ("bytes", c_char_p),
                ("n_bytes", c_size_t), ("mirrors", ctypes.POINTER(c_char_p)),
                ("n_mirrors", c_size_t), ("sha256", c_char_p), ("bearer_token", c_char_p),
                ("size_bytes", c_uint64), ("flags", c_uint64)]


class Options(Sized):
    _fields_ = [("struct_size", c_size_t), ("cache_dir", c_char_p), ("proxy", c_char_p),
                ("ca_file", c_char_p), ("progress", PROGRESS), ("progress_ctx", c_void_p),
                ("max_download_bytes", c_uint64), ("max_whole_bytes", c_uint64),
                ("max_memo_bytes", c_uint64), ("flags", c_uint32), ("offline", c_uint32),
                ("connect_timeout_ms", c_uint32), ("stall_timeout_ms", c_uint32),
                ("deadline_ms", c_uint32), ("lock_timeout_ms", c_uint32), ("max_tries", c_uint32),
                ("threads", c_uint32), ("slice", c_uint32), ("n_slices", c_uint32)]


class Sampling(Sized):
    _fields_ = [("struct_size", c_size_t), ("sampler", c_char_p), ("skip", c_uint64),
                ("rank", c_uint32), ("world", c_uint32), ("bos", c_uint32), ("flags", c_uint32)]


class Rows(ctypes.Structure):
    _fields_ = [("struct_size", c_size_t), ("tokens", c_void_p), ("n_rows", c_size_t),
                ("seq_len", c_size_t), ("offsets", ctypes.POINTER(c_int64)),
                ("lengths", ctypes.POINTER(c_int32)), ("n_asked", c_int64),
                ("n_sampled", c_uint64), ("n_available", c_uint64), ("n_tokens", c_uint64),
                ("n_dropped", c_uint64), ("corpus_sha256", c_uint8 * 32)]


class Info(Sized):
    _fields_ = [("struct_size", c_size_t), ("source", c_char_p), ("token_store_why", c_char_p),
                ("hint", c_char_p), ("corpus_bytes", c_uint64), ("text_bytes", c_uint64),
                ("n_tokens", c_uint64), ("longest_segment_bytes", c_uint64),
                ("fetch_ns", c_uint64), ("read_ns", c_uint64), ("tokenize_ns", c_uint64),
                ("corpus_sha256", c_uint8 * 32), ("fingerprint", c_uint8 * 32),
                ("has_fingerprint", c_uint32), ("download", c_uint32), ("token_store", c_uint32),
                ("vocab_size", c_uint32)]


class Detail(Sized):
    _fields_ = [("struct_size", c_size_t), ("status", c_int32), ("callback_result", c_int32),
                ("system_error", c_int32), ("http_status", c_int32), ("offset", c_int64),
                ("message", c_char * 1024)]


# ---- the library
_library = None


def open_library(path=None):
    """Returns libcalib, and loads it the first time. To load another path, call this first."""
    global _library
    if _library is None or path:
        path = path or os.environ.get("CALIB_LIBRARY") or ctypes.util.find_library("calib")
        if not path:
            raise OSError("libcalib is not installed: set CALIB_LIBRARY to its path")
        _library = _declare(ctypes.CDLL(path))
    return _library


def _declare(library):
    size, handle, rows = c_size_t, c_void_p, ctypes.POINTER(ctypes.POINTER(Rows))
    for name, result, *arguments in (
            ("version", c_char_p), ("status_name", c_char_p, c_int),
            ("last_error", c_int, ctypes.POINTER(Detail)), ("bytes_tokenizer", c_void_p),
            ("load_from", c_int, c_void_p, c_int64, size, c_uint64, c_void_p, c_void_p, c_void_p,
             rows),
            ("corpus_open", c_int, c_void_p, c_void_p, size, c_void_p, ctypes.POINTER(handle)),
            ("corpus_sample", c_int, handle, c_int64, size, c_uint64, c_void_p, rows),
            ("corpus_tokens", c_int, handle, c_uint64, size, c_void_p),
            ("corpus_info", c_int, handle, ctypes.POINTER(Info)),
            ("samples_free", None, ctypes.POINTER(Rows)), ("corpus_close", None, handle)):
        function = getattr(library, "calib_" + name)
        function.restype, function.argtypes = result, arguments
    return library


class Error(Exception):
    """A failed call. Attributes: status, name (of the status), system_error, http_status, offset."""

    def __init__(self, status):
        detail = Detail()
        _library.calib_last_error(detail)
        super().__init__(detail.message.decode("utf-8", "replace"))
        self.status, self.name = status, _library.calib_status_name(status).decode()
        self.system_error, self.http_status = detail.system_error, detail.http_status
        self.offset = detail.offset


# ---- tokenizers

class Tokenizer:
    """Base of tokenizers written in Python. encode() is required, the rest is optional."""

    vocab_size = 0

    def encode(self, text, special):
        """Returns the ids of a str. `special`: includes BOS and EOS if the tokenizer adds them."""
        raise NotImplementedError

    def fingerprint(self):
        """Returns 32 bytes that identify the ids; None: not known, and tokens are not stored."""
        return None

    def special_id(self, which):
        """Returns the id of BOS, EOS, PAD or UNK (which = 0 to 3), or -1."""
        return -1


class HuggingFace(Tokenizer):
    """A `tokenizers.Tokenizer`, one of transformers, or mlx-lm's wrapper around one.

    It encodes like the tokenizer's own encode(), which mlx-lm uses: it adds BOS if the model has
    one, and reads special tokens that are spelled out in the text as those tokens.
    """

    NAMES = ("bos_token_id", "eos_token_id", "pad_token_id", "unk_token_id")

    def __init__(self, tokenizer):
        if getattr(tokenizer, "truncation", None) or getattr(tokenizer, "padding", None):
            raise ValueError("the tokenizer truncates or pads: call its no_truncation() and "
                             "no_padding() first")
        self.tokenizer = tokenizer

    def encode(self, text, special):
        ids = self.tokenizer.encode(text, add_special_tokens=special)
        return getattr(ids, "ids", ids)

    def fingerprint(self):
        inner = getattr(self.tokenizer, "backend_tokenizer", self.tokenizer)
        if not hasattr(inner, "to_str"):
            return None
        parts = [type(self.tokenizer).__name__, inner.to_str()]
        # These change ids and are not in a tokenizer.json.
        own = "split_special_tokens" if inner is not self.tokenizer else "encode_special_tokens"
        parts.append(str(bool(getattr(self.tokenizer, own, False))))
        for library in ("tokenizers", "transformers"):
            parts.append(f"{library} {getattr(sys.modules.get(library), '__version__', '-')}")
        return hashlib.sha256("\0".join(parts).encode()).digest()

    def special_id(self, which):
        found = getattr(self.tokenizer, self.NAMES[which], None) if which < 4 else None
        return -1 if found is None else found


class _Borrowed:
    """Everything that a handle borrows, and the exception of a callback: C cannot carry it."""

    def __init__(self, tokenizer, source, options):
        self.error = self.refusal = None
        self.source, self.options = source, options
        self.vtable = tokenizer
        if isinstance(tokenizer, Tokenizer):
            self.vtable = ctypes.pointer(self._vtable(tokenizer))

    def _vtable(self, tokenizer):
        def encode(_, text, length, flags, emit, emit_ctx):
            text = str((c_char * length).from_address(text), "utf-8")
            ids = array.array("i", tokenizer.encode(text, not flags & TEXT_NO_SPECIAL))
            return emit(emit_ctx, ids.buffer_info()[0], len(ids))

        def fingerprint(_, out):
            digest = tokenizer.fingerprint()
            if digest is None:
                return 1
            ctypes.memmove(out, digest, 32)
            return 0

        def special_id(_, which):
            return tokenizer.special_id(which)

        return Vtable(encode=ENCODE(self.carry(encode, 1, may_refuse=True)),
                      fingerprint=FINGERPRINT(self.carry(fingerprint, 1)),
                      special_id=SPECIAL_ID(self.carry(special_id, -1)),
                      vocab_size=tokenizer.vocab_size)

    def carry(self, callback, failure, may_refuse=False):
        """Returns `callback` wrapped: it keeps an exception and returns `failure` to C.

        With `may_refuse` an ordinary exception counts only if the call fails because of it: for its
        store calib also encodes a text of its own, and a tokenizer may refuse that text."""
        def run(*arguments):
            try:
                return callback(*arguments)
            except BaseException as error:
                if may_refuse and isinstance(error, Exception):
                    self.refusal = error
                else:
                    self.error = self.error or error
                return failure
        return run

    def check(self, status):
        error, self.error = self.error, None
        refusal, self.refusal = self.refusal, None
        if error is None and status and _library.calib_status_name(status) == b"CALIB_E_ENCODE":
            error = refusal
        if error is not None:
            raise error
        if status:
            raise Error(status)


def bytes_tokenizer():
    """Returns the library's byte tokenizer, whose ids are the bytes."""
    return open_library().calib_bytes_tokenizer()


# ---- corpora and rows

class Samples:
    """The rows. numpy.asarray(samples) returns them without a copy and keeps them alive.

    The attributes are those of calib_samples: n_rows, seq_len, n_asked, n_sampled, n_available,
    n_tokens, n_dropped; offsets, a list; corpus_sha256, in hexadecimal.
    """

    def __init__(self, library, pointer):
        # Do not free at exit: an array may outlive everything else.
        weakref.finalize(self, library.calib_samples_free, pointer).atexit = False
        rows = pointer.contents
        for name in ("n_rows", "seq_len", "n_asked", "n_sampled", "n_available", "n_tokens",
                     "n_dropped"):
            setattr(self, name, getattr(rows, name))
        self.offsets = rows.offsets[:rows.n_rows] if rows.n_rows else []
        self.corpus_sha256 = bytes(rows.corpus_sha256).hex()
        self._address = rows.tokens or ctypes.addressof(rows)

    @property
    def __array_interface__(self):
        return {"version": 3, "shape": (self.n_rows, self.seq_len),
                "typestr": "<i4" if sys.byteorder == "little" else ">i4",
                "data": (self._address, True)}


class Corpus:
    """An open corpus: with Corpus(tokenizer, source="builtin") as corpus: corpus.sample(...)

    The keywords are those of load(), without the fields of calib_sampling.
    """

    def __init__(self, tokenizer, **options):
        self._library = open_library()
        self._borrowed = _borrow(tokenizer, options)
        handle = c_void_p()
        status = self._library.calib_corpus_open(
            self._borrowed.vtable, ctypes.byref(self._borrowed.source), 1,
            ctypes.byref(self._borrowed.options), ctypes.byref(handle))
        self.close = weakref.finalize(self, self._library.calib_corpus_close, handle)
        self.close.atexit = False
        self._handle = handle
        self._borrowed.check(status)

    def sample(self, n_samples, seq_len, seed, **sampling):
        """Returns Samples; `sampling` has the fields of calib_sampling."""
        rows = ctypes.POINTER(Rows)()
        status = self._library.calib_corpus_sample(
            self._open(), n_samples, seq_len, seed, ctypes.byref(_sampling(sampling)),
            ctypes.byref(rows))
        return _samples(self._library, self._borrowed, status, rows)

    def tokens(self, first, n):
        """Returns the tokens [first, first + n) of the stream as an array of c_int32."""
        out = (c_int32 * n)()
        self._borrowed.check(self._library.calib_corpus_tokens(self._open(), first, n, out))
        return out

    def info(self):
        """Returns the calib_info of the corpus."""
        info = Info()
        self._borrowed.check(self._library.calib_corpus_info(self._open(), info))
        return info

    def _open(self):
        if not self.close.alive:
            raise ValueError("the corpus is closed")
        return self._handle

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def load(tokenizer, n_samples, seq_len, seed, **fields):
    """Returns Samples of a corpus.

    `source` is the location of the corpus; or `text`, bytes or str, is the corpus itself.
    `progress` is a function of (stage, done, total); it cancels if it returns a true value or
    raises. All other keywords are fields of calib_source, calib_options and calib_sampling; the
    `flags` of calib_source and calib_sampling are named source_flags and sampling_flags.
    """
    library = open_library()
    sampling = {name: fields.pop(name) for name in ("sampler", "skip", "rank", "world", "bos")
                if name in fields}
    sampling = _sampling(sampling, flags=fields.pop("sampling_flags", 0))
    borrowed, rows = _borrow(tokenizer, fields), ctypes.POINTER(Rows)()
    status = library.calib_load_from(borrowed.vtable, n_samples, seq_len, seed,
                                     ctypes.byref(borrowed.source), ctypes.byref(borrowed.options),
                                     ctypes.byref(sampling), ctypes.byref(rows))
    return _samples(library, borrowed, status, rows)


def _samples(library, borrowed, status, rows):
    samples = Samples(library, rows) if rows else None
    borrowed.check(status)
    return samples


def _encoded(fields):
    """Returns `fields` with strings and paths as bytes."""
    return {name: os.fsencode(value) if isinstance(value, (str, os.PathLike)) else value
            for name, value in fields.items()}


def _sampling(fields, **more):
    return Sampling(**_encoded(fields), **more)


def _source(fields):
    """Takes the fields of calib_source out of `fields` and returns the struct."""
    names = {"source": "location", "sha256": "sha256", "size_bytes": "size_bytes",
             "bearer_token": "bearer_token", "source_flags": "flags"}
    taken = {name: fields.pop(key) for key, name in names.items() if key in fields}
    text, mirrors = fields.pop("text", None), fields.pop("mirrors", ())
    if text is not None:
        taken["bytes"] = text.encode() if isinstance(text, str) else text
        taken["n_bytes"] = len(taken["bytes"])
    source = Source(**_encoded(taken))
    if mirrors:
        source.mirrors = (c_char_p * len(mirrors))(*map(os.fsencode, mirrors))
        source.n_mirrors = len(mirrors)
    return source


def _borrow(tokenizer, fields):
    progress, source = fields.pop("progress", None), _source(fields)
    borrowed = _Borrowed(tokenizer, source, Options(**_encoded(fields)))
    if progress:
        borrowed.options.progress = PROGRESS(borrowed.carry(
            lambda _, stage, done, total: int(bool(progress(stage, done, total))), 1))
    return borrowed
