# SPDX-License-Identifier: MIT
"""Tokenizers that are called back for their ids: tiktoken's encodings, and plain functions."""
import hashlib
from typing import Any, Callable, Iterable, Optional

from .tokenizer import Tokenizer, installed_version


class Function(Tokenizer):
    """A function from a str to its ids. It has no fingerprint, so its tokens are not stored."""

    why_not_native = "it is a function"

    def __init__(self, function: Callable[[str], Iterable[int]]):
        self.function = function

    def encode(self, text: str, special: bool) -> Iterable[int]:
        return self.function(text)


class Tiktoken(Tokenizer):
    """A `tiktoken.Encoding`. It encodes by encode_ordinary(): special tokens that are spelled in a text are
    read as text."""

    why_not_native = "no file that libcalib-tokenizer-json opens has tiktoken's way to merge"

    def __init__(self, encoding: Any):
        self.encoding = encoding
        self.vocab_size = encoding.max_token_value + 1

    def encode(self, text: str, special: bool) -> Iterable[int]:
        ids: Iterable[int] = self.encoding.encode_ordinary(text)
        return ids

    def fingerprint(self) -> Optional[bytes]:
        try:
            own = type(self.encoding).encode_ordinary.__module__ != "tiktoken.core"
            ranks, pattern = self.encoding._mergeable_ranks, self.encoding._pat_str
        except AttributeError:
            return None
        if own:  # it may do more than merge
            return None
        version = installed_version("tiktoken")
        digest = hashlib.sha256(f"tiktoken {version}\0{pattern}\0".encode())
        for token, rank in sorted(ranks.items(), key=lambda item: item[1]):
            digest.update(b"%d %d " % (rank, len(token)) + token)
        return digest.digest()

    def special_id(self, which: int) -> int:
        special = getattr(self.encoding, "_special_tokens", {})
        return special.get("<|endoftext|>", -1) if which == 1 else -1


def is_tiktoken(tokenizer: object) -> bool:
    """Returns true for a tiktoken.Encoding, or one of a class made from it."""
    return any((kind.__module__, kind.__qualname__) == ("tiktoken.core", "Encoding")
               for kind in type(tokenizer).__mro__)
