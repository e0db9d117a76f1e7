# SPDX-License-Identifier: MIT
"""Which tokenizer is meant."""
import os
from typing import TYPE_CHECKING, Any, Callable, Iterable, Tuple, Union

from .files import open_tokenizer
from .function import Function, Tiktoken, is_tiktoken
from .hugging_face import HuggingFace, is_hugging_face
from .mistral import Mistral, is_mistral
from .processor import Processor, is_processor
from .tokenizer import NativeTokenizer, Tokenizer

if TYPE_CHECKING:
    from typing_extensions import Protocol

    class Encodes(Protocol):
        """A tokenizer of `tokenizers`, transformers, mlx-lm, sentencepiece or tiktoken, or a Tekkenizer."""

        def encode(self, __text: str) -> Any: ...

    class Instructs(Protocol):
        """A MistralTokenizer."""

        instruct_tokenizer: Any

AnyTokenizer = Union[str, "os.PathLike[str]", NativeTokenizer, Tokenizer, Callable[[str], Iterable[int]],
                     "Encodes", "Instructs"]

_KINDS: Tuple[Tuple[Callable[[object], bool], Callable[[Any], Tokenizer]], ...] = (
    (is_hugging_face, HuggingFace), (is_mistral, Mistral), (is_processor, Processor), (is_tiktoken, Tiktoken))


def tokenizer_of(given: Any) -> Union[NativeTokenizer, Tokenizer]:
    """Returns what encodes like `given`."""
    if isinstance(given, (NativeTokenizer, Tokenizer)):
        return given
    if isinstance(given, (str, os.PathLike)):
        return open_tokenizer(given)
    for is_one, kind in _KINDS:
        if is_one(given):
            return kind(given)
    if callable(given) and not isinstance(given, type):
        return Function(given)
    hint = (": give a function from a str to its ids, or wrap it in calib.HuggingFace"
            if hasattr(given, "encode") else "")
    raise TypeError("the tokenizer must be a calib.Tokenizer, a calib.NativeTokenizer, one of `tokenizers`, "
                    "transformers, mistral-common, sentencepiece or tiktoken, a function, or the path of a "
                    f"tokenizer.json, tekken.json or SentencePiece model, not {type(given).__name__}{hint}")
