# SPDX-License-Identifier: MIT
"""Tokenizers of Hugging Face's packages: opened by libcalib-tokenizer-json if the ids are proven equal,
else called back."""
import hashlib
import sys
from typing import Any, Dict, Iterable, Optional, Tuple

from .errors import Error
from .tokenizer import NativeTokenizer, Tokenizer, TokenizerJson, version_of

# The version of `tokenizers` whose ids libcalib-tokenizer-json gives.
REFERENCE = "0.23.3"
_PACKAGES = {"tokenizers", "transformers", "mlx_lm"}
REFUSED = {"CALIB_E_MODEL", "CALIB_E_UNSUPPORTED"}  # names of errors
# Where transformers defines the methods that encode a text; other classes may do more in them.
_BASES = {"transformers.tokenization_utils_base", "transformers.tokenization_utils_fast",
          "transformers.tokenization_utils_tokenizers"}


class HuggingFace(Tokenizer):
    """A `tokenizers.Tokenizer`, one of transformers, or mlx-lm's wrapper around one.

    It encodes like the tokenizer's own encode(), which mlx-lm uses: it adds BOS if the model has
    one, and reads special tokens that are spelled out in the text as those tokens. Without `native`
    the ids always come from the tokenizer itself, in one call for the whole text.
    """

    NAMES = ("bos_token_id", "eos_token_id", "pad_token_id", "unk_token_id")

    def __init__(self, tokenizer: Any, native: bool = True, _why_not: Optional[str] = None):
        self.tokenizer = tokenizer
        self._why_not = _why_not or (None if native else "native is False")
        self._opened: Dict[object, TokenizerJson] = {}  # the last native one, by the hash of what it was made from
        self._check()

    def _check(self) -> None:
        # transformers sets both for each call.
        if getattr(self.tokenizer, "truncation", None) or getattr(self.tokenizer, "padding", None):
            raise ValueError("the tokenizer truncates or pads: call its no_truncation() and "
                             "no_padding() first")

    def encode(self, text: str, special: bool) -> Iterable[int]:
        # encode() of `tokenizers` holds the interpreter lock for its whole time, so that no Ctrl-C
        # arrives. Its batches give the same ids and release the lock.
        batch = (getattr(self.tokenizer, "encode_batch_fast", None)
                 or getattr(self.tokenizer, "encode_batch", None))
        ids = (batch([text], add_special_tokens=special)[0] if batch else
               self.tokenizer.encode(text, add_special_tokens=special))
        found: Iterable[int] = getattr(ids, "ids", ids)
        return found

    def _backend(self) -> Any:
        return getattr(self.tokenizer, "backend_tokenizer", self.tokenizer)

    def _plain(self) -> bool:
        own = ("encode_special_tokens" if self._backend() is self.tokenizer else
               "split_special_tokens")
        return bool(getattr(self.tokenizer, own, False))

    def fingerprint(self) -> Optional[bytes]:
        try:
            json = self._backend().to_str()
        except Exception:  # there is none, or it has parts that are written in Python
            return None
        # What follows `json` changes ids and is not in it.
        parts = [type(self.tokenizer).__name__, json, str(self._plain())]
        for library in ("tokenizers", "transformers"):
            parts.append(f"{library} {version_of(library)}")
        return hashlib.sha256("\0".join(parts).encode()).digest()

    def has_special_ids(self) -> bool:
        return hasattr(self.tokenizer, self.NAMES[0])

    def special_id(self, which: int) -> int:
        found = getattr(self.tokenizer, self.NAMES[which], None) if which < 4 else None
        return -1 if found is None else int(found)

    def open_native(self) -> Tuple[Optional[NativeTokenizer], Optional[str]]:
        self._check()
        why = self._why_not or _why_callback(_unwrapped(self.tokenizer))
        if why:
            return None, why
        try:
            json = self._backend().to_str().encode("utf-8", "surrogatepass")
        except Exception as error:
            return None, f"it has parts that are written in Python: {error}"
        # to_str() leaves this out.
        key = hashlib.sha256(json).digest(), self._plain()
        opened = self._opened.get(key)
        if not opened:
            try:
                opened = TokenizerJson(json=json, plain=key[1])
            except (Error, OSError) as error:
                if getattr(error, "name", "CALIB_E_MODEL") not in REFUSED:
                    raise
                return None, reason(error)
            self._opened = {key: opened}
        return opened, None


def is_hugging_face(tokenizer: object) -> bool:
    """Returns true for an object of Hugging Face's packages or mlx-lm, or of a class made from theirs."""
    return any(kind.__module__.partition(".")[0] in _PACKAGES for kind in type(tokenizer).__mro__)


def reason(error: Exception) -> str:
    """Returns why libcalib-tokenizer-json refused a file, without the remedy, which is taken here."""
    return str(error).replace(": use the tokenizer itself from Python", "")


def _unwrapped(tokenizer: Any) -> Any:
    """Returns the tokenizer that mlx-lm's wrapper forwards encode() to."""
    while not hasattr(type(tokenizer), "encode") and "_tokenizer" in getattr(
            tokenizer, "__dict__", {}):
        tokenizer = tokenizer._tokenizer
    return tokenizer


def _why_callback(tokenizer: Any) -> Optional[str]:
    """Returns why encode() of this tokenizer may differ from its tokenizer.json; None if it cannot."""
    kind = type(tokenizer)
    name = f"{kind.__module__}.{kind.__qualname__}"
    version = version_of("tokenizers")
    if version != REFERENCE:
        return f"ids are proven equal for tokenizers {REFERENCE}, and this is {version}"
    if kind is getattr(sys.modules.get("tokenizers"), "Tokenizer", None):
        return None
    if not hasattr(tokenizer, "backend_tokenizer"):
        return f"{name} has no tokenizer.json"
    for method in "encode", "_encode_plus", "_batch_encode_plus":
        function = getattr(kind, method, None)
        changed = method in vars(tokenizer) or function and function.__module__ not in _BASES
        if changed:
            return f"{name} has its own {method}()"
    return None
