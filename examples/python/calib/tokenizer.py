# SPDX-License-Identifier: MIT
"""Tokenizers: those of libraries, and the base of those written in Python."""
import ctypes
import os
from ctypes import c_size_t, c_void_p
from typing import Any, Iterable, Optional, Union

from .library import adapter_library, last_error, open_library, when_gone
from .structs import SENTENCEPIECE_BOS, SENTENCEPIECE_EOS, TOKENIZER_JSON_NO_SPECIAL
from .structs import TOKENIZER_JSON_PLAIN, SentencePieceOptions, TokenizerJsonOptions, integer, string


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


class _Adapted(NativeTokenizer):
    """A file that an adapter library has opened."""

    def __init__(self, name, options):
        library, handle = adapter_library(name), c_void_p()
        self._function = lambda verb: getattr(library, f"calib_{name}_{verb}")
        if status := self._function("open")(ctypes.byref(options), ctypes.byref(handle)):
            raise last_error(status, self._function("last_error"))
        when_gone(self, library, f"calib_{name}_close", handle)
        self._handle = handle
        super().__init__(self._function("vtable")(handle))

    def why_whole(self) -> Optional[str]:
        """Returns the reason why texts are encoded in one call; None if they are cut."""
        why = self._function("why_whole")(self._handle)
        return why and why.decode("utf-8", "replace")


class SentencePiece(_Adapted):
    """A SentencePiece model file, read by libcalib-sentencepiece."""

    def __init__(self, path: Union[str, os.PathLike], bos: bool = False, eos: bool = False):
        super().__init__("sentencepiece", SentencePieceOptions(
            path=path, flags=SENTENCEPIECE_BOS * bool(bos) | SENTENCEPIECE_EOS * bool(eos)))


class TokenizerJson(_Adapted):
    """A tokenizer.json or tekken.json, or the folder that holds one, read by libcalib-tokenizer-json.

    `json` is the file itself, as bytes or str, in place of its path. `special` adds what the
    post-processor adds, of a tekken.json BOS; `plain` reads special tokens that are spelled in the text as text.
    """

    def __init__(self, path: Union[str, os.PathLike, None] = None, *,
                 json: Union[bytes, str, None] = None, special: bool = True, plain: bool = False):
        options = TokenizerJsonOptions(
            flags=TOKENIZER_JSON_NO_SPECIAL * (not special) | TOKENIZER_JSON_PLAIN * bool(plain))
        if path is not None:
            options.path = string("path", path)
        if json is not None:
            data = json.encode("utf-8", "surrogatepass") if isinstance(json, str) else bytes(json)
            options.json, options.json_len = data, len(data)
        super().__init__("tokenizer_json", options)

    def describe(self) -> str:
        """Returns how texts are cut, and what of the file is ignored."""
        return self._function("describe")(self._handle).decode("utf-8", "replace")


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


def bytes_tokenizer() -> NativeTokenizer:
    """Returns the library's byte tokenizer, whose ids are the bytes."""
    return NativeTokenizer(open_library().calib_bytes_tokenizer())
