# SPDX-License-Identifier: MIT
"""Opens and samples corpora."""
import ctypes
import os
import threading
import types
from ctypes import c_int32, c_int64, c_size_t, c_uint64, c_void_p
from typing import TYPE_CHECKING, Any, Callable, Dict, Set, Tuple

from .borrow import Borrowed, borrow
from .call import Call
from .kinds import AnyTokenizer
from .library import open_library, when_gone
from .samples import Samples
from .structs import SHORT_PAD, DocumentInfo, Info, Rows, Sampling, SourceInfo, integer, several
from .tokenizer import Handle

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .keywords import CorpusKeywords, LoadKeywords, SampleKeywords


# The keywords of load() that are about the rows.
_SAMPLING = ("sampler", "numbers", "first_row", "skip", "rank", "world", "bos", "short_rows", "pad_id", "pad",
             "sampling_flags")


class _Pointer(c_void_p):
    """A calib_corpus *. It keeps alive what the library uses until calib_corpus_close() returns."""

    borrowed: Borrowed


class _OpenCorpus:
    """A calib_corpus and the calls that use it. It is closed by the last of them after close()."""

    def __init__(self, library: ctypes.CDLL, pointer: _Pointer):
        when_gone(self, library, "calib_corpus_close", pointer)
        self._close = library.calib_corpus_close
        self._changed = threading.Condition()
        self._calls: Set[Call] = set()
        self._closed, self._pointer = False, pointer

    def use(self, call: Call, work: Callable[[_Pointer], Any]) -> Any:
        """Returns work(pointer). Runs on the call's thread, where no signal interrupts it."""
        with self._changed:
            if self._closed:
                raise ValueError("the corpus is closed")
            self._calls.add(call)
        try:
            return work(self._pointer)
        finally:
            with self._changed:
                self._calls.discard(call)
                self._free_if_unused()
                self._changed.notify_all()

    def close(self) -> None:
        """Refuses further calls. Waits for those in flight, except cancelled ones and the one that
        this is called from."""
        with self._changed:
            self._closed = True
            while any(not call.cancelled and call.process == os.getpid()
                      and threading.get_ident() not in call.callers for call in self._calls):
                self._changed.wait(0.1)
            self._free_if_unused()

    def _free_if_unused(self) -> None:
        if self._closed and not any(call.process == os.getpid() for call in self._calls):
            # If the pointer were cleared later, an exception in between could close it twice.
            address, self._pointer.value = self._pointer.value, None
            self._close(address)


def _facts(info: ctypes.Structure) -> Dict[str, Any]:
    """Returns the fields of a struct, with strings as str and hashes as bytes."""
    found = {name: getattr(info, name) for name, *_ in info._fields_[1:]}
    for name, value in found.items():
        if isinstance(value, bytes):
            found[name] = os.fsdecode(value)
        elif isinstance(value, ctypes.Array):
            found[name] = bytes(value)
    return found


class Corpus(Handle):
    """An open corpus: with Corpus(tokenizer, source="builtin") as corpus: corpus.sample(...)

    The keywords are those of load(), without the fields of calib_sampling.
    """

    def __init__(self, tokenizer: AnyTokenizer, **options: "Unpack[CorpusKeywords]"):
        library = self._library = open_library()
        borrowed = self._borrowed = borrow(tokenizer, options)

        def work(call: Call) -> _OpenCorpus:
            pointer = _Pointer()
            pointer.borrowed = borrowed
            status = library.calib_corpus_open(
                borrowed.vtable, borrowed.sources, len(borrowed.sources),
                ctypes.byref(borrowed.options), ctypes.byref(pointer))
            corpus = _OpenCorpus(library, pointer)
            call.check(status)
            return corpus
        self._corpus: _OpenCorpus = Call(borrowed, work).result()

    def sample(self, n_samples: int = 128, seq_len: int = 512, seed: int = 123,
               **sampling: "Unpack[SampleKeywords]") -> Samples:
        """Returns Samples; `sampling` has the fields of calib_sampling, and `pad`."""
        counts, settings = _counts(n_samples, seq_len, seed), _sampling(dict(sampling))

        def work(call: Call, pointer: _Pointer) -> Samples:
            rows = ctypes.POINTER(Rows)()
            return _samples(call, self._library.calib_corpus_sample(
                pointer, *counts, ctypes.byref(settings), ctypes.byref(rows)), rows)
        samples: Samples = self._use(work)
        return samples

    def tokens(self, first: int, n: int) -> "ctypes.Array[c_int32]":
        """Returns the tokens [first, first + n) of the stream as an array of c_int32."""
        first, n = integer("first", first, c_uint64), integer("n", n, c_size_t)
        self._use(lambda call, pointer: call.check(
            self._library.calib_corpus_tokens(pointer, 0, 0, None)))  # lazy documents are counted
        n_tokens = self.info().n_tokens
        if first + n > n_tokens:
            raise ValueError(f"first is {first} and n is {n}, but the stream has {n_tokens} tokens")
        out = (c_int32 * n)()

        self._use(lambda call, pointer: call.check(
            self._library.calib_corpus_tokens(pointer, first, len(out), out)))
        return out

    def info(self) -> types.SimpleNamespace:
        """Returns the fields of calib_info, with strings as str and hashes as bytes; `native`, false if
        the ids came from Python; and `why_not_native`, the reason, or None."""
        def work(call: Call, pointer: _Pointer) -> types.SimpleNamespace:
            info = Info()
            call.check(self._library.calib_corpus_info(pointer, info))
            borrowed = self._borrowed
            return types.SimpleNamespace(native=bool(borrowed.native),
                                         why_not_native=borrowed.why_not_native, **_facts(info))
        return self._facts_by(work)

    def source(self, i: int) -> types.SimpleNamespace:
        """Returns the fields of calib_source_info of source `i`."""
        def work(call: Call, pointer: _Pointer) -> types.SimpleNamespace:
            info = SourceInfo()
            call.check(self._library.calib_corpus_source(pointer, integer("i", i, c_size_t),
                                                        ctypes.byref(info)))
            return types.SimpleNamespace(**_facts(info))
        return self._facts_by(work)

    def document(self, i: int) -> types.SimpleNamespace:
        """Returns the fields of calib_document_info of document `i`."""
        def work(call: Call, pointer: _Pointer) -> types.SimpleNamespace:
            info = DocumentInfo()
            call.check(self._library.calib_corpus_document(pointer, integer("i", i, c_uint64),
                                                          ctypes.byref(info)))
            return types.SimpleNamespace(**_facts(info))
        return self._facts_by(work)

    def close(self) -> None:
        """Closes the corpus after the calls that are in flight. Later ones raise ValueError."""
        self._corpus.close()

    def _facts_by(self, work: Callable[[Call, _Pointer], types.SimpleNamespace]) -> types.SimpleNamespace:
        found: types.SimpleNamespace = self._use(work)
        return found

    def _use(self, work: Callable[[Call, _Pointer], Any]) -> Any:
        return Call(self._borrowed, lambda call: self._corpus.use(
            call, lambda pointer: work(call, pointer))).result()

    def __enter__(self) -> "Corpus":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def load(tokenizer: AnyTokenizer, n_samples: int = 128, seq_len: int = 512, seed: int = 123,
         **keywords: "Unpack[LoadKeywords]") -> Samples:
    """Returns Samples of a corpus.

    `tokenizer` is the path of a tokenizer.json, of its folder, or of a SentencePiece model; a tokenizer of
    `tokenizers`, transformers, mistral-common, sentencepiece or tiktoken; a function from str to ids; a
    Tokenizer or NativeTokenizer. `source` is the location of the corpus, an iterable of documents (str, or
    dict with a text or with messages), a datasets.Dataset, or a table with __arrow_c_stream__; or `text`,
    bytes or str, is the corpus itself. `sources` is a list of dict with such keywords, one for each source.

    `progress` is True for bars of tqdm, False for none, or a function of (stage, done, total), which cancels
    if it returns a true value or raises. None: bars if stderr is a terminal and tqdm is installed.

    Documents: `documents` is their format in a file, lines, blank, separator, jsonl or json; `field`,
    `separator`, `join`, `strip`, `specials`, `append_id`, `append_missing`, `min_chars`, `max_chars`,
    `min_tokens`, `max_tokens`, `skip_malformed`, `lazy` are those of calib_documents.h; `chat` is chatml, or
    template for the tokenizer's own, which lists and tables of messages use anyway; `render` is a function from a
    record to text. `pad` is the id that fills up short rows: short_rows and pad_id in one. `numbers` holds
    ints. All other keywords are fields of calib_source, calib_options and calib_sampling; the `flags` of
    calib_source and calib_sampling are named source_flags and sampling_flags.
    """
    library, counts = open_library(), _counts(n_samples, seq_len, seed)
    fields: Dict[str, Any] = dict(keywords)
    sampling = {name: fields.pop(name) for name in _SAMPLING if name in fields}
    sampling["flags"] = sampling.pop("sampling_flags", 0)
    if "sources" in fields:
        with Corpus(tokenizer, **fields) as corpus:
            return corpus.sample(n_samples, seq_len, seed, **sampling)
    settings = _sampling(sampling)
    borrowed = borrow(tokenizer, fields)

    def work(call: Call) -> Samples:
        rows = ctypes.POINTER(Rows)()
        return _samples(call, library.calib_load_from(
            borrowed.vtable, *counts, borrowed.sources, ctypes.byref(borrowed.options),
            ctypes.byref(settings), ctypes.byref(rows)), rows)
    samples: Samples = Call(borrowed, work).result()
    return samples


def _sampling(fields: Dict[str, Any]) -> Sampling:
    if fields.get("pad") is not None:
        if "short_rows" in fields or "pad_id" in fields:
            raise TypeError("pad sets short_rows and pad_id: give one or the other")
        fields["short_rows"], fields["pad_id"] = SHORT_PAD, fields["pad"]
    fields.pop("pad", None)
    if fields.get("numbers") is not None:
        numbers = [integer("numbers", number, c_uint64) for number in several("numbers", fields["numbers"])]
        fields["numbers"], fields["n_numbers"] = (c_uint64 * len(numbers))(*numbers), len(numbers)
    return Sampling(**fields)


def _counts(n_samples: int, seq_len: int, seed: int) -> Tuple[int, int, int]:
    return (integer("n_samples", n_samples, c_int64), integer("seq_len", seq_len, c_size_t),
            integer("seed", seed, c_uint64))


def _samples(call: Call, status: int, rows: Any) -> Samples:
    samples = Samples(open_library(), rows) if rows else None
    call.check(status)
    assert samples is not None  # the library gives rows whenever it succeeds
    return samples
