# SPDX-License-Identifier: MIT
"""Small tokenizer.json files with BertNormalizer, BertPreTokenizer and WordPiece, around models that
are trained here, and variants of published ones."""
import json
import random

from tokenizers import Tokenizer, models, pre_tokenizers, trainers

import small_files as small
from small_files import added, normalizers, sequence

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WORDS = {"type": "BertPreTokenizer"}
DIGITS = {"type": "Digits", "individual_digits": True}
PUNCTUATION = {"type": "Punctuation", "behavior": "Isolated"}
DECODER = {"type": "WordPiece", "prefix": "##", "cleanup": True}


def bert(clean=True, chinese=True, accents=None, lowercase=True):
    return {"type": "BertNormalizer", "clean_text": clean, "handle_chinese_chars": chinese,
            "strip_accents": accents, "lowercase": lowercase}


BERT, CASED = bert(), bert(lowercase=False)
ENDS = {"type": "BertProcessing", "cls": ["[CLS]", 2], "sep": ["[SEP]", 3]}
TOKENS = [dict(added(content, special=True), id=i) for i, content in enumerate(SPECIAL)]
FLAGS = [bert(clean, chinese, accents, lowercase) for clean in (True, False) for chinese in (True, False)
         for accents in (None, True, False) for lowercase in (True, False)]


def trained(texts):
    """A model of the words of some texts as they are, and in lower case."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(vocab_size=3000, special_tokens=SPECIAL, show_progress=False)
    parts = [texts[at:at + 2000] for at in range(0, len(texts), 2000)]
    tokenizer.train_from_iterator(parts + [part.lower() for part in parts], trainer)
    return dict(json.loads(tokenizer.to_str()), normalizer=BERT, post_processor=ENDS, decoder=DECODER,
                added_tokens=TOKENS)


def changed_models(model):
    """(name, model)"""
    vocabulary = list(model["vocab"])
    pick = random.Random(len(vocabulary))
    for prefix in ("", "#", "\u2581\u2581", "e", "\xe9\u4e00"):
        spelled = [prefix + text[2:] if text.startswith("##") else text for text in vocabulary]
        yield f"prefix {prefix!r}", dict(model, continuing_subword_prefix=prefix,
                                         vocab={text: i for i, text in enumerate(dict.fromkeys(spelled))})
    for most in (0, 1, 2, 3, 5, 8, 20, 200, 100000, 2**63 - 1):
        yield f"words of at most {most}", dict(model, max_input_chars_per_word=most)
    yield "no unknown token", dict(model, unk_token="[NONE]")
    few = [text for text in vocabulary if len(text.replace("##", "")) > 1 or text.isalnum() and text < "n"]
    yield "few characters", dict(model, vocab={text: i for i, text in enumerate(["[UNK]"] + few)})
    yield "no type", {name: value for name, value in model.items() if name != "type"}
    ids = pick.sample(range(4 * len(vocabulary)), len(vocabulary))
    yield "ids with holes", dict(model, vocab=dict(zip(vocabulary, ids)))
    long = ["", "##", "#", "##" * 2] + [mark + letter * n for n in (*range(60, 70), 100, 127)
                                        for letter in ("a", "\u0435", " a", "e ") for mark in ("", "##")]
    long = list(dict.fromkeys(vocabulary + long))
    yield "long entries", dict(model, max_input_chars_per_word=500, vocab={text: i for i, text in enumerate(long)})


def changed(parsed):
    """(name, changes) of variants of a file."""
    model = parsed["model"]
    for i, flags in enumerate(FLAGS):
        tokens = small.TOKENS["normalized" if i % 3 else "single word"] if i % 2 else []
        yield f"flags {list(flags.values())[1:]}", {"normalizer": flags, "added_tokens": TOKENS + tokens}
    for name, other in changed_models(model):
        yield name, {"model": other}
        yield name + ", nothing normalized", {"model": other, "normalizer": None}
    for name, tokens in small.TOKENS.items():
        yield "tokens: " + name, {"added_tokens": TOKENS + tokens}
        yield "tokens: " + name + ", cased", {"added_tokens": tokens, "normalizer": CASED}
    yield "tokens that the normalizer changes", {"added_tokens": [
        added(content, normalized=True, **{name: True}) for content, name in
        (("\u6771", "lstrip"), (" \u4eac", "rstrip"), ("\u00c9t\u00e9", "special"), ("\u0130", "single_word"),
         ("\u1112\u1161", "special"), ("\u9ad8\u6a4b", "lstrip"), ("A\0B", "special"), (" \xa0X", "rstrip"))]}
    forms = {"nfc first": [small.NFC, BERT], "nfc behind": [BERT, small.NFC], "nfkc first": [small.NFKC, CASED],
             "nfkc behind": [CASED, small.NFKC], "strip": [small.STRIP, BERT, small.STRIP],
             "spaces": [BERT, small.SPACES], "prefix": [small.PREPEND, BERT], "prefix behind": [BERT, small.PREPEND],
             "replaced": [small.replace("\u6771", "e\u0301"), BERT, small.replace("e", "\u4e00")],
             "twice": [bert(accents=False), bert(clean=False), small.replace(r"\s+", "\u4e00", "Regex"), BERT]}
    for name, steps in forms.items():
        yield name, {"normalizer": normalizers(*steps)}
    splits = {"none": None, "whitespace": {"type": "Whitespace"}, "words": {"type": "WhitespaceSplit"},
              "punctuation": PUNCTUATION, "digits": sequence(WORDS, DIGITS), "digits first": sequence(DIGITS, WORDS),
              "cl100k": small.split(small.CL100K), "metaspace": small.metaspace("always", True),
              "other punctuation": sequence({"type": "WhitespaceSplit"}, dict(PUNCTUATION, behavior="Contiguous")),
              "twice": sequence(WORDS, WORDS), "a sequence": sequence(WORDS)}
    for name, step in splits.items():
        yield "split: " + name, {"pre_tokenizer": step}
    ends = {"template": small.template(["[CLS]"], ["[SEP]"]), "none": None,
            "roberta": {"type": "RobertaProcessing", "cls": ["a", 7], "sep": ["b", 8], "trim_offsets": True,
                        "add_prefix_space": False}}
    for name, end in ends.items():
        yield "ends: " + name, {"post_processor": end}


def files(texts):
    """(name, parsed file) of all variants of models that are trained here."""
    base = trained(texts)
    yield "as it is", base
    for name, changes in changed(base):
        yield name, dict(base, **changes)
    merging = dict(small.trained(texts, False), pre_tokenizer=WORDS)
    unknown = dict(merging["model"], unk_token="<unk>", fuse_unk=True)
    unknown["vocab"] = dict(unknown["vocab"], **{"<unk>": len(unknown["vocab"])})
    for i, flags in enumerate(FLAGS):
        yield f"merges, flags {list(flags.values())[1:]}", dict(merging, normalizer=flags,
                                                                model=unknown if i % 2 else merging["model"])
