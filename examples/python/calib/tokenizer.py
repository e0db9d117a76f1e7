# SPDX-License-Identifier: MIT
"""Tokenizers: those of libraries, and the base of those written in Python."""
import ctypes
import os
import sys
from ctypes import c_size_t, c_void_p
from importlib import metadata
from typing import Any, Callable, Iterable, NoReturn, Optional, Tuple, Union

from .library import adapter_library, last_error, open_library, when_gone
from .structs import SENTENCEPIECE_BOS, SENTENCEPIECE_EOS, TOKENIZER_JSON_NO_SPECIAL
from .structs import TOKENIZER_JSON_PLAIN, SentencePieceOptions, TokenizerJsonOptions, integer, string


class Handle:
    """Something of the C library, which has one owner and one process."""

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(f"cannot copy or pickle a calib.{type(self).__name__}, which is a handle "
                        "of this process")


class NativeTokenizer(Handle):
    """A `const calib_tokenizer_vtable *` from C: its address, and what keeps it alive."""

    folder: Optional[str] = None  # where tokenizer_config.json may be, with a template of chats

    def __init__(self, address: Union[int, c_void_p], owner: Any = None):
        number = address.value if isinstance(address, c_void_p) else address
        if not number:
            raise ValueError("the address of the vtable is NULL")
        self.address, self.owner = integer("address", number, c_size_t), owner


class _Adapted(NativeTokenizer):
    """A file that an adapter library has opened."""

    def __init__(self, name: str, options: ctypes.Structure):
        library, handle = adapter_library(name), c_void_p()
        self._function: Callable[[str], Any] = lambda verb: getattr(library, f"calib_{name}_{verb}")
        if status := self._function("open")(ctypes.byref(options), ctypes.byref(handle)):
            raise last_error(status, self._function("last_error"))
        when_gone(self, library, f"calib_{name}_close", handle)
        self._handle = handle
        super().__init__(self._function("vtable")(handle))

    def why_whole(self) -> Optional[str]:
        """Returns the reason why texts are encoded in one call; None if they are cut."""
        why = self._function("why_whole")(self._handle)
        return None if why is None else str(why, "utf-8", "replace")


class SentencePiece(_Adapted):
    """A SentencePiece model file, read by libcalib-sentencepiece. `model` is its bytes, in place of its path."""

    def __init__(self, path: "Union[str, os.PathLike[str], None]" = None, bos: bool = False, eos: bool = False, *,
                 model: Optional[bytes] = None):
        options = SentencePieceOptions(flags=SENTENCEPIECE_BOS * bool(bos) | SENTENCEPIECE_EOS * bool(eos))
        if path is not None:
            options.path = string("path", path)
        if model is not None:
            options.model, options.model_len = ctypes.cast(ctypes.c_char_p(model), c_void_p), len(model)
        super().__init__("sentencepiece", options)


class TokenizerJson(_Adapted):
    """A tokenizer.json or tekken.json, or the folder that holds one, read by libcalib-tokenizer-json.

    `json` is the file itself, as bytes or str, in place of its path. `special` adds what the
    post-processor adds, of a tekken.json BOS; `plain` reads special tokens that are spelled in the text as text.
    """

    def __init__(self, path: "Union[str, os.PathLike[str], None]" = None, *,
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
        return str(self._function("describe")(self._handle), "utf-8", "replace")


class Tokenizer:
    """Base of tokenizers written in Python. encode() is required, the rest is optional."""

    vocab_size = 0
    folder: Optional[str] = None
    why_not_native = "it is written in Python"

    def encode(self, text: str, special: bool) -> Iterable[int]:
        """Returns the ids of a str. `special`: includes BOS and EOS if the tokenizer adds them."""
        raise NotImplementedError

    def fingerprint(self) -> Optional[bytes]:
        """Returns 32 bytes that identify the ids; None: not known, and tokens are not stored."""
        return None

    def special_id(self, which: int) -> int:
        """Returns the id of BOS, EOS, PAD or UNK (which = 0 to 3), or -1."""
        return -1

    def has_special_ids(self) -> bool:
        """Returns true if special_id() counts in place of that of the native tokenizer."""
        return True

    def open_native(self) -> Tuple[Optional[NativeTokenizer], Optional[str]]:
        """Returns a native tokenizer with the same ids and None, or None and the reason why not."""
        return None, self.why_not_native


def version_of(package: str) -> str:
    """Returns the version of an imported package; of one that is not imported, or has none, "-"."""
    return str(getattr(sys.modules.get(package), "__version__", "-"))


def installed_version(package: str) -> str:
    """Returns the version of an installed package that does not tell it itself."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "-"


def bytes_tokenizer() -> NativeTokenizer:
    """Returns the library's byte tokenizer, whose ids are the bytes."""
    return NativeTokenizer(open_library().calib_bytes_tokenizer())
