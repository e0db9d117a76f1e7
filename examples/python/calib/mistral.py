# SPDX-License-Identifier: MIT
"""The tokenizers of mistral-common's tekken.json: opened by libcalib-tokenizer-json if the ids are proven
equal, else called back."""
import base64
import hashlib
import json
import sys
from typing import Any, Dict, Iterable, Optional, Tuple

from .hugging_face import REFUSED
from .errors import Error
from .tokenizer import NativeTokenizer, Tokenizer, TokenizerJson, installed_version

# The versions whose ids libcalib-tokenizer-json gives.
_REFERENCE = {"mistral_common": "1.13.1", "tiktoken": "0.14.0"}
_MODULE, _CLASS = "mistral_common.tokens.tokenizers.tekken", "Tekkenizer"


class Mistral(Tokenizer):
    """A `Tekkenizer`, or a `MistralTokenizer` that has one. It encodes a text with BOS in front, and
    without EOS; special tokens that are spelled in the text are read as text. Without `native` the ids
    always come from the tokenizer itself."""

    NAMES = ("bos_id", "eos_id", "pad_id", "unk_id")

    def __init__(self, tokenizer: Any, native: bool = True):
        self.tokenizer = _inner(tokenizer)
        self.native = native
        self._opened: Dict[bytes, TokenizerJson] = {}  # the last native one, by the hash of what it was made from

    def encode(self, text: str, special: bool) -> Iterable[int]:
        ids: Iterable[int] = self.tokenizer.encode(text, bos=special, eos=False)
        return ids

    def fingerprint(self) -> Optional[bytes]:
        try:
            parts = [self._to_json()]
        except AttributeError:
            return None
        parts += [f"{name} {installed_version(name)}".encode() for name in _REFERENCE]
        return hashlib.sha256(b"\0".join(parts)).digest()

    def has_special_ids(self) -> bool:
        return False  # besides those of the native one, which are the same

    def special_id(self, which: int) -> int:
        try:
            return int(getattr(self.tokenizer, self.NAMES[which])) if which < 4 else -1
        except ValueError:  # it has no such token
            return -1

    def open_native(self) -> Tuple[Optional[NativeTokenizer], Optional[str]]:
        why = self._why_callback()
        if why:
            return None, why
        try:
            content = self._to_json()
        except AttributeError as error:
            return None, f"its tokens are not where they are in mistral-common {_REFERENCE['mistral_common']}: {error}"
        key = hashlib.sha256(content).digest()
        opened = self._opened.get(key)
        if not opened:
            try:
                opened = TokenizerJson(json=content)
            except (Error, OSError) as error:
                if getattr(error, "name", "CALIB_E_MODEL") not in REFUSED:
                    raise
                return None, str(error)
            self._opened = {key: opened}
        return opened, None

    def _why_callback(self) -> Optional[str]:
        kind = type(self.tokenizer)
        if not self.native:
            return "native is False"
        for name, version in _REFERENCE.items():
            if installed_version(name) != version:
                return f"ids are proven equal for {name} {version}, and this is {installed_version(name)}"
        if kind is not getattr(sys.modules.get(_MODULE), _CLASS, None):
            return f"{kind.__module__}.{kind.__qualname__} may encode in its own way"
        return "it has its own encode()" if "encode" in vars(self.tokenizer) else None

    def _to_json(self) -> bytes:
        """The tekken.json of the tokenizer as it is: its file may have changed."""
        tokenizer = self.tokenizer
        ranks = sorted(tokenizer._tekken_token2id_nospecial.items(), key=lambda item: item[1])
        config = {"pattern": tokenizer._model._pat_str, "default_vocab_size": tokenizer.n_words,
                  "default_num_special_tokens": tokenizer.num_special_tokens,
                  "version": tokenizer.version.value}
        special = [{"rank": token["rank"], "token_str": str(token["token_str"])}
                   for token in tokenizer._all_special_tokens]
        vocab = [{"rank": rank, "token_bytes": base64.b64encode(token).decode(), "token_str": None}
                 for token, rank in ranks]
        return json.dumps({"config": config, "special_tokens": special, "vocab": vocab}).encode()


def is_mistral(tokenizer: object) -> bool:
    """Returns true for a Tekkenizer, a class made from it, or a MistralTokenizer that has one."""
    return any(kind.__module__ == _MODULE and kind.__qualname__ == _CLASS
               for kind in type(_inner(tokenizer)).__mro__)


def _inner(tokenizer: Any) -> Any:
    """Returns the tokenizer of texts of a MistralTokenizer."""
    return getattr(getattr(tokenizer, "instruct_tokenizer", None), "tokenizer", tokenizer)
