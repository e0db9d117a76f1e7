# SPDX-License-Identifier: MIT
"""Tokenizers: native ones, those written in Python, and files."""
import ctypes
import hashlib
import os
import sys
from ctypes import c_size_t, c_void_p
from typing import Any, Iterable, Optional, Union

from .library import last_error, open_library, sentencepiece_library, when_gone
from .structs import SENTENCEPIECE_BOS, SENTENCEPIECE_EOS, SentencePieceOptions, integer, string


class Handle:
    """Something of the C library, which has one owner and one process."""

    def __reduce_ex__(self, protocol):
        raise TypeError(f"cannot copy or pickle a calib.{type(self).__name__}, which is a handle "
                        "of this process")


class NativeTokenizer(Handle):
    """A `const calib_tokenizer_vtable *` from C: its address, and what keeps it alive."""

    def __init__(self, address: int, owner: Any = None):
        address = getattr(address, "value", address)
        if not address:
            raise ValueError("the address of the vtable is NULL")
        self.address, self.owner = integer("address", address, c_size_t), owner


class SentencePiece(NativeTokenizer):
    """A SentencePiece model file, read by libcalib-sentencepiece."""

    def __init__(self, path: Union[str, os.PathLike], bos: bool = False, eos: bool = False):
        library, model = sentencepiece_library(), c_void_p()
        options = SentencePieceOptions(
            path=path, flags=SENTENCEPIECE_BOS * bool(bos) | SENTENCEPIECE_EOS * bool(eos))
        status = library.calib_sentencepiece_open(ctypes.byref(options), ctypes.byref(model))
        if status:
            raise last_error(status, library.calib_sentencepiece_last_error)
        when_gone(self, library, "calib_sentencepiece_close", model)
        super().__init__(library.calib_sentencepiece_vtable(model))


class Tokenizer:
    """Base of tokenizers written in Python. encode() is required, the rest is optional."""

    vocab_size = 0

    def encode(self, text: str, special: bool) -> Iterable[int]:
        """Returns the ids of a str. `special`: includes BOS and EOS if the tokenizer adds them."""
        raise NotImplementedError

    def fingerprint(self) -> Optional[bytes]:
        """Returns 32 bytes that identify the ids; None: not known, and tokens are not stored."""
        return None

    def special_id(self, which: int) -> int:
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
        # encode() of `tokenizers` holds the interpreter lock for its whole time, so that no Ctrl-C
        # arrives. Its batches give the same ids and release the lock.
        batch = (getattr(self.tokenizer, "encode_batch_fast", None)
                 or getattr(self.tokenizer, "encode_batch", None))
        ids = (batch([text], add_special_tokens=special)[0] if batch else
               self.tokenizer.encode(text, add_special_tokens=special))
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


def bytes_tokenizer() -> NativeTokenizer:
    """Returns the library's byte tokenizer, whose ids are the bytes."""
    return NativeTokenizer(open_library().calib_bytes_tokenizer())


def open_tokenizer(path: Union[str, os.PathLike]) -> NativeTokenizer:
    """Opens a file by its content: a SentencePiece model. Names other kinds of files and raises
    ValueError. load() and Corpus() call it if their tokenizer is a str or path."""
    name = os.fsdecode(string("tokenizer", path))
    with open(path, "rb") as file:
        head = file.read(4096)
    kind = _kind_of(head)
    if kind:
        raise ValueError(f"{name}: {kind}")
    return SentencePiece(path)


_HUGGING_FACE = ("calib.HuggingFace(tokenizers.Tokenizer.from_file(path)) or "
                 "calib.HuggingFace(transformers.AutoTokenizer.from_pretrained(folder))")


def _kind_of(head):
    """Returns the kind of a file that begins with `head`, and the remedy; None for a SentencePiece
    model, or anything unknown."""
    for magic, kind in ((b"\x1f\x8b", "a gzip file: unpack it"),
                        (b"PK\3\4", "a zip file: unpack it"),
                        (b"\x28\xb5\x2f\xfd", "a zstd file: unpack it"),
                        (b"\xfd7zXZ", "an xz file: unpack it"), (b"BZh", "a bzip2 file: unpack it"),
                        (b"GGUF", "a GGUF model: give the tokenizer that it was made from"),
                        (b"version https://git-lfs", "a Git LFS pointer: run git lfs pull")):
        if head.startswith(magic):
            return kind
    if not head.strip():
        return "an empty file"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html")):
        return "an HTML page: download the file itself"
    if start.startswith((b"{", b"[")):
        return f"JSON, such as a tokenizer.json: give {_HUGGING_FACE}"
    lines = head.split(b"\n")
    if len(lines) > 2 and all(_is_rank(line) for line in lines[:2]):
        return f"tiktoken ranks: give a tokenizer.json of the model with {_HUGGING_FACE}"
    if len(lines) > 2 and all(line.count(b"\t") == 1 for line in lines[:2]):
        return "a list of pieces (.vocab): give the .model file beside it"
    return None


def _is_rank(line):
    parts = line.split()
    return len(parts) == 2 and parts[1].isdigit() and len(parts[0]) % 4 == 0
