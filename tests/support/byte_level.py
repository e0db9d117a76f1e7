# SPDX-License-Identifier: MIT
"""A tokenizer.json of 260 ids, whose ids of a text can be told by hand."""
import json

BOS = 259


def characters():
    """The character that stands for each byte in a byte-level vocabulary."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = iter(range(256, 512))
    return [chr(byte if byte in plain else next(others)) for byte in range(256)]


def tokenizer(**changes):
    """A byte-level BPE that knows the token " the": 256 bytes, three merges, and BOS in front."""
    vocab = {character: byte for byte, character in enumerate(characters())}
    vocab.update({"th": 256, "the": 257, "\u0120the": 258})
    template = {"type": "TemplateProcessing",
                "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
                           {"Sequence": {"id": "A", "type_id": 0}}],
                "pair": [{"Sequence": {"id": "A", "type_id": 0}},
                         {"Sequence": {"id": "B", "type_id": 1}}],
                "special_tokens": {"<s>": {"id": "<s>", "ids": [BOS], "tokens": ["<s>"]}}}
    level = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True,
             "use_regex": True}
    file = {"version": "1.0", "truncation": None, "padding": None,
            "added_tokens": [{"id": BOS, "content": "<s>", "single_word": False, "lstrip": False,
                              "rstrip": False, "normalized": False, "special": True}],
            "normalizer": None, "pre_tokenizer": level, "post_processor": template,
            "decoder": level,
            "model": {"type": "BPE", "dropout": None, "unk_token": None,
                      "continuing_subword_prefix": None, "end_of_word_suffix": None,
                      "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
                      "vocab": vocab, "merges": ["t h", "th e", "\u0120 the"]}}
    return json.dumps(dict(file, **changes))
