# SPDX-License-Identifier: MIT
"""The SentencePieceProcessor of Google's package: opened by libcalib-sentencepiece if the ids are proven
equal, else called back."""
import hashlib
import sys
from typing import Any, Iterable, Optional, Tuple

from .errors import Error
from .hugging_face import REFUSED
from .tokenizer import NativeTokenizer, SentencePiece, Tokenizer, version_of

# The version whose ids libcalib-sentencepiece gives for models that it cuts and that _kept_from() lets pass.
REFERENCE = "0.2.3"


class Processor(Tokenizer):
    """A `sentencepiece.SentencePieceProcessor`. It encodes with its own options: add_bos, add_eos, reverse,
    sampling. Without `native` the ids always come from the processor itself."""

    def __init__(self, processor: Any, native: bool = True):
        self.processor, self.native = processor, native
        self.vocab_size = processor.get_piece_size()
        self._opened: Optional[Tuple[object, SentencePiece]] = None  # what it was made from, and it

    def encode(self, text: str, special: bool) -> Iterable[int]:
        options = {} if special else {"add_bos": False, "add_eos": False}
        ids: Iterable[int] = self.processor.encode(text, out_type=int, **options)
        return ids

    def fingerprint(self) -> Optional[bytes]:
        options = self._options()
        if options is None or options["sampling"]:  # each call gives other ids
            return None
        parts = repr(sorted(options.items())).encode(), version_of("sentencepiece").encode(), self._model()
        return hashlib.sha256(b"\0".join(parts)).digest()

    def special_id(self, which: int) -> int:
        processor = self.processor
        ids = processor.bos_id, processor.eos_id, processor.pad_id, processor.unk_id
        return int(ids[which]()) if which < 4 else -1

    def has_special_ids(self) -> bool:
        return False  # besides those of the native one, which are the same

    def open_native(self) -> Tuple[Optional[NativeTokenizer], Optional[str]]:
        why = self._why_callback()
        if why:
            return None, why
        model, options = self._model(), self._options() or {}
        key = hashlib.sha256(model).digest(), options["bos"], options["eos"]
        if not self._opened or self._opened[0] != key:
            try:
                opened = SentencePiece(model=model, bos=options["bos"], eos=options["eos"])
            except (Error, OSError) as error:
                if getattr(error, "name", "CALIB_E_MODEL") not in REFUSED:
                    raise
                return None, str(error)
            self._opened = key, opened
        opened = self._opened[1]
        whole = opened.why_whole()
        return (None, whole) if whole else (opened, None)

    def _model(self) -> bytes:
        model: bytes = self.processor.serialized_model_proto()
        return model

    def _options(self) -> Any:
        """Returns the options that change ids; None if they are not where this version has them."""
        try:
            of = vars(self.processor)
            return {"bos": bool(of["_add_bos"]), "eos": bool(of["_add_eos"]), "reverse": bool(of["_reverse"]),
                    "sampling": bool(of["_enable_sampling"])}
        except (KeyError, TypeError):
            return None

    def _why_callback(self) -> Optional[str]:
        kind, options = type(self.processor), self._options()
        if not self.native:
            return "native is False"
        version = version_of("sentencepiece")
        if version != REFERENCE:
            return f"ids are proven equal for sentencepiece {REFERENCE}, and this is {version}"
        if kind is not getattr(sys.modules.get("sentencepiece"), "SentencePieceProcessor", None):
            return f"{kind.__module__}.{kind.__qualname__} may encode in its own way"
        if options is None or {"encode", "Encode"} & vars(self.processor).keys():
            return "it has its own encode()"
        for name in "reverse", "sampling":
            if options[name]:
                return f"it encodes with {name}"
        for name, which in ("bos", 0), ("eos", 1):
            if options[name] and self.special_id(which) < 0:
                return f"its model has no {name.upper()}"
        return self._kept_from()

    def _kept_from(self) -> Optional[str]:
        """Returns what in the model versions of the library read in different ways."""
        ids = list(range(self.vocab_size))
        pieces = self.processor.id_to_piece(ids)
        if any("\0" in piece for piece in pieces):
            return "its model has a piece with NUL"
        single = [i for i, piece in zip(ids, pieces) if len(piece) == 1]
        if any(self.processor.is_unused(single)):
            return "its model has an unused character"
        return "its model has a control symbol of one character" if any(self.processor.is_control(single)) else None


def is_processor(tokenizer: object) -> bool:
    """Returns true for a SentencePieceProcessor, or one of a class made from it."""
    return any(kind.__module__.partition(".")[0] == "sentencepiece" and kind.__qualname__ == "SentencePieceProcessor"
               for kind in type(tokenizer).__mro__)
