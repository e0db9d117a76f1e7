# SPDX-License-Identifier: MIT
"""mistral-common's Tekkenizer as a tokenizer of `tokenizers`, and the files that its wheel carries."""
import importlib.util
import json
import os
import pathlib
import tempfile

import hard_texts
import tap

_package = importlib.util.find_spec("mistral_common")
# Only its data is there unless the packages that it needs are.
PATHS = sorted(pathlib.Path(_package.origin).parent.glob("data/tekken_*.json")) if _package else []


class Ids:
    def __init__(self, ids):
        self.ids = ids


class Reference:
    """Encodes as mistral-common does. Special tokens are never read, so encode_special_tokens changes
    nothing."""

    encode_special_tokens = False

    def __init__(self, path):
        try:
            from mistral_common.tokens.tokenizers.tekken import Tekkenizer
        except ImportError as error:
            raise tap.Skip(f"{error}: sh tests/run.sh all installs what mistral_common needs") from error
        self.tekkenizer = Tekkenizer.from_file(path)

    def encode(self, text, add_special_tokens=True):
        return Ids(self.tekkenizer.encode(text, bos=add_special_tokens, eos=False))


def from_str(text):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "tekken.json")
        pathlib.Path(path).write_text(text, encoding="utf-8")
        return Reference(path)


def texts(path, tekkenizer, real, seed):
    """Random texts for a file, among them spelled special tokens and tokens behind the vocabulary's end."""
    parsed = json.loads(pathlib.Path(path).read_bytes())
    entries = [token["token_str"] or "" for token in parsed["vocab"]]
    pieces = [tekkenizer.id_to_byte_piece(i) for i in range(tekkenizer.num_special_tokens, tekkenizer.n_words)]
    made = hard_texts.Texts({"added_tokens": [{"content": tekkenizer.id_to_piece(i)} for i in range(30)],
                             "model": {"vocab": entries}}, real, seed)
    made.foreign = made.random.sample([piece for piece in pieces if max(piece) > 0x7f], 2000)
    return made
