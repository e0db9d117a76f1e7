#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the reader of tokenizer.json accepts, against the Python package `tokenizers`. TAP.

    parse_live.py PARSE_DRIVER

What is accepted must be accepted there, with the same ids of added tokens and at the ends of texts.
What is refused although it is accepted there must be refused by name
(E_UNSUPPORTED). CALIB_TEST_LONG=1 tries more random changes.
"""
import copy
import json
import random
import subprocess
import sys

import tap

try:
    from tokenizers import Tokenizer
except ImportError as error:
    print(f"1..0 # SKIP {error}")
    sys.exit(0)

E_MODEL, E_UNSUPPORTED = -25, -3
BYTE_LEVEL = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}
TEMPLATE = {
    "type": "TemplateProcessing",
    "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
               {"SpecialToken": {"id": "</s>", "type_id": 0}}],
    "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
    "special_tokens": {"<s>": {"id": "<s>", "ids": [1, 0], "tokens": ["b", "a"]},
                       "</s>": {"id": "</s>", "ids": [2], "tokens": ["ab"]}}}
BERT = {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": False, "strip_accents": None,
        "lowercase": True}
BERT_ENDS = {"type": "BertProcessing", "sep": ["[SEP]", 2], "cls": ["[CLS]", 1]}
WORD_PIECE = {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
              "max_input_chars_per_word": 100, "vocab": {"[UNK]": 0, "a": 1, "##b": 7}}
ROBERTA = {"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 0], "trim_offsets": True,
           "add_prefix_space": True}


def token(content, **properties):
    return dict({"id": 9, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
                 "normalized": False, "special": True}, **properties)


def document(model=None, **parts):
    parsed = {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [],
              "normalizer": None, "pre_tokenizer": None, "post_processor": None, "decoder": None,
              "model": {"type": "BPE", "dropout": None, "unk_token": None,
                        "continuing_subword_prefix": None, "end_of_word_suffix": None,
                        "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
                        "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}}
    parsed.update(copy.deepcopy(parts))
    parsed["model"].update(model or {})
    return parsed


def without(parsed, *path):
    parsed = copy.deepcopy(parsed)
    inner = parsed
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    return parsed


def reference(text):
    """What the package makes of a file, or None if it refuses it."""
    try:
        tokenizer = Tokenizer.from_str(text)
        tokenizer.no_truncation()
        tokenizer.no_padding()
        ends = tokenizer.encode("", add_special_tokens=True).ids
    except BaseException as error:  # a panic is no Exception
        if isinstance(error, KeyboardInterrupt):
            raise
        return None
    added = sorted([id, each.normalized, each.lstrip, each.rstrip, each.single_word,
                    each.content.encode("utf-8").hex()]
                   for id, each in tokenizer.get_added_tokens_decoder().items())
    return {"added": added, "ends": ends, "n": tokenizer.get_vocab_size(with_added_tokens=False)}


def without_ignored(text):
    """The file without the parts that change no ids, of which only the type is checked."""
    return json.dumps({name: part for name, part in json.loads(text).items()
                       if name not in ("truncation", "padding", "decoder")})


def read(texts):
    packed = b"".join(b"%d\n%s" % (len(text), text) for text in (each.encode("utf-8") for each in texts))
    done = subprocess.run([sys.argv[1]], input=packed, stdout=subprocess.PIPE, check=True, timeout=300)
    answers = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines()]
    tap.equal(len(answers), len(texts), "the number of answers")
    return answers


def is_tried(text, message):
    """The reference tries one kind of post-processor after the other, whatever the type says, and
    of model if there is no type: a damaged one can be a good one of another kind."""
    return (message.startswith("post_processor")
            or message.startswith("model") and "type" not in json.loads(text)["model"])


def compare(text, answer):
    """Fails unless what is accepted is the same there. Returns both statuses."""
    there = reference(text)
    if answer["status"] == 0:
        there = there or reference(without_ignored(text))
        tap.holds(there is not None, f"only ours accepts {text}")
        ours = {"added": sorted([each[0], *map(bool, each[2:6]), each[6]] for each in answer["added"]),
                "ends": answer["before"] + answer["behind"], "n": answer["n"]}
        tap.equal(ours, there, f"what is read from {text}")
    elif there is not None and not is_tried(text, answer["message"]):
        tap.equal(answer["status"], E_UNSUPPORTED, f"the status ({answer['message']}) of {text}")
        tap.holds(answer["message"], "a refusal without a message")
    return answer["status"], there is not None


def check_all(cases, wanted):
    """Each case is a document or its text."""
    texts = [case if isinstance(case, str) else json.dumps(case) for case in cases]
    for text, answer in zip(texts, read(texts)):
        ours, there = compare(text, answer)
        tap.equal((ours == 0, there), wanted, f"the acceptance ({answer}) of {text}")


HOLES = {"a": 0, "b": 1, "ab": 4}
BASE = json.dumps(document())


@tap.test("accepted by both")
def _():
    check_all([
        BASE, document({"vocab": {"a": 0, "b": 100, "ab": 2}}, added_tokens=[token("b"), token("X")]),
        document({"vocab": HOLES}, added_tokens=[token("X"), token("Y"), token("ab"), token("Z")]),
        document({"vocab": HOLES}, added_tokens=[token("X"), token("Y"), token("Y2")]),
        document({"vocab": {"a": 0, "b": 1, "ab": 3}},
                 added_tokens=[token("X"), token("ab"), token("X"), token("Y")]),
        document({"vocab": {"a": 0, "b": 1, "ab": 3}},
                 added_tokens=[token("X"), token("ab"), token("X"), token("ab", lstrip=True)]),
        document(added_tokens=[token("X"), token("X"), token("Y")]),
        document(added_tokens=[token("X"), token("X", lstrip=True), token("Y", id=0)]),
        document(added_tokens=[token(""), token("Y"), token("a", rstrip=True, single_word=True)]),
        document(added_tokens=[token("a\0b"), token("é\"\\"), token("😀")]),
        document({"vocab": {}, "merges": []}, added_tokens=[token("X"), token("Y")]),
        document({"dropout": 0.0}), document({"dropout": 0}), document({"dropout": -0.0}),
        document({"merges": ["#version: 0.2", "a b"]}), document({"merges": [["a", "b"]]}),
        document({"merges": []}), document({"merges": [], "unk_token": "zz"}),
        document({"vocab": {"a": 0, "b": 1, "ab": 2**31 - 1}}),
        document({"continuing_subword_prefix": "", "end_of_word_suffix": "</w>"}),
        document(normalizer={"type": "Sequence", "normalizers": []}),
        document(normalizer={"type": "Sequence", "normalizers": [
            {"type": "NFC"}, {"type": "NFKC"}, {"type": "Lowercase"}, {"prepend": "_", "type": "Prepend"},
            {"type": "Replace", "pattern": {"Regex": "x+"}, "content": ""},
            {"type": "Replace", "content": "y", "pattern": {"String": "."}},
            {"type": "Strip", "strip_left": True, "strip_right": False},
            {"type": "Sequence", "normalizers": [{"type": "NFC"}]}]}),
        document(pre_tokenizer={"type": "Sequence", "pretokenizers": [
            BYTE_LEVEL, without(BYTE_LEVEL, "use_regex"), {"type": "Digits", "individual_digits": True},
            {"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithNext", "invert": True},
            {"type": "Punctuation"}, {"type": "Punctuation", "behavior": "Contiguous"},
            {"type": "Whitespace"}, {"type": "WhitespaceSplit"},
            {"type": "Metaspace", "replacement": "▁"},
            {"type": "Metaspace", "replacement": "_", "prepend_scheme": "first", "split": None,
             "add_prefix_space": True},
            {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "never", "split": False,
             "add_prefix_space": False, "str_rep": "x"}]}),
        document(post_processor=BYTE_LEVEL), document(post_processor=TEMPLATE),
        document(post_processor=ROBERTA),
        document(post_processor={"type": "Sequence", "processors": [BYTE_LEVEL, TEMPLATE, BYTE_LEVEL]}),
        document(post_processor={"type": "Sequence", "processors": []}),
        document(decoder={"type": "Sequence", "decoders": [{"type": "ByteFallback"}, {"type": "Fuse"}]}),
        document(decoder={"type": "Strip", "content": " ", "start": 1, "stop": 0}),
        document(truncation={"direction": "Right", "max_length": 2, "strategy": "LongestFirst",
                             "stride": 0}),
        document(padding={"strategy": {"Fixed": 5}, "direction": "Right", "pad_to_multiple_of": None,
                          "pad_id": 0, "pad_type_id": 0, "pad_token": "a"}),
        dict(version="1.0", model=document()["model"], added_tokens=[token("X"), token("ab")]),
        document(normalizer=BERT), document(normalizer=without(BERT, "strip_accents")),
        document(normalizer={"type": "Sequence", "normalizers": [BERT, dict(BERT, strip_accents=False)]}),
        document(pre_tokenizer={"type": "BertPreTokenizer"}), document(post_processor=BERT_ENDS),
        document(pre_tokenizer={"type": "Sequence", "pretokenizers": [{"type": "BertPreTokenizer"}]}),
        document(post_processor={"type": "Sequence", "processors": [BYTE_LEVEL, BERT_ENDS]}),
        dict(document(), model=WORD_PIECE, added_tokens=[token("a"), token("X"), token("Y")]),
        dict(document(), model=without(WORD_PIECE, "type")),
        dict(document(), model=dict(WORD_PIECE, max_input_chars_per_word=0, unk_token="none")),
        dict(document(), model=dict(WORD_PIECE, max_input_chars_per_word=2**63 - 1, vocab={})),
        document(decoder={"type": "WordPiece", "prefix": "##", "cleanup": False}),
    ] + [without(document(), part) for part in document() if part != "model"]
      + [without(document(), "model", part) for part in document()["model"] if part not in ("vocab", "merges")]
      + [document({part: None}) for part in document()["model"] if part not in ("type", "vocab", "merges")],
        (True, True))


@tap.test("refused by both")
def _():
    check_all([
        "", "[]", "1", BASE + "x", BASE[:-1], "\ufeff" + BASE, BASE.replace("false", "False", 1),
        BASE.replace('"ab": 2', '"ab": 2, "\\ud800": 7'), document(version="1.1"), document(version="2.0"),
        document(version=1.0), document(version=None), document(added_tokens=None), without(document(), "model"),
        dict(document(), model=None), dict(document(), model=[]), document(normalizer=[]), document(normalizer=1),
        document({"type": None}), document({"type": "Bpe"}), document({"vocab": None}), document({"merges": None}),
        without(document(), "model", "vocab"), without(document(), "model", "merges"),
        document({"dropout": 2}), document({"dropout": "0"}), document({"fuse_unk": 1}),
        document({"unk_token": 1}), document({"ignore_merges": "true"}),
        document({"merges": ["a  b"]}), document({"merges": ["ab"]}), document({"merges": [["a", "b"], "a b"]}),
        document({"merges": [["a", "b", "c"]]}), document({"merges": [["a"]]}), document({"merges": [["a", 1]]}),
        document({"merges": ["a b", ["a", "b"]]}), document({"merges": [1]}), document({"merges": {}}),
        document({"vocab": {"a": -1}}), document({"vocab": {"a": 2**32}}), document({"vocab": {"a": "1"}}),
        document({"vocab": [["a", 0]]}), document({"vocab": {"a": None}}),
        BASE.replace('"ab": 2', '"ab": 2.0'), BASE.replace('"ab": 2', '"ab": 2e0'),
        BASE.replace('"a": 0', '"a": -0'),
        document(pre_tokenizer={"type": "Metaspace", "replacement": "__"}),
        document(pre_tokenizer={"type": "Metaspace", "replacement": ""}),
        document(pre_tokenizer={"type": "Metaspace", "replacement": "_", "add_prefix_space": False}),
        document(pre_tokenizer={"type": "Metaspace", "replacement": "_", "prepend_scheme": None}),
        document(pre_tokenizer={"type": "Metaspace", "replacement": "_", "prepend_scheme": "last"}),
        document(pre_tokenizer={"type": "Sequence"}), document(pre_tokenizer={"type": "Unknown"}),
        document(pre_tokenizer={"type": "Sequence", "pretokenizers": [None]}),
        document(pre_tokenizer={"type": "Split", "pattern": " ", "behavior": "Isolated", "invert": False}),
        document(pre_tokenizer={"type": "Split", "pattern": {}, "behavior": "Isolated", "invert": False}),
        document(pre_tokenizer={"type": "Split", "pattern": {"Glob": "*"}, "behavior": "Isolated", "invert": False}),
        document(pre_tokenizer={"type": "Split", "pattern": {"String": "a", "Regex": "b"}, "behavior": "Isolated",
                                "invert": False}),
        document(pre_tokenizer={"type": "Split", "pattern": {"String": "a"}, "behavior": "isolated", "invert": False}),
        document(normalizer={"type": "Replace", "pattern": {"String": "a"}}),
        document(post_processor={"type": "Sequence", "processors": [None]}),
        document(post_processor={"type": "Unknown"}), document(decoder={"type": "Sequence"}),
        document(post_processor=dict(TEMPLATE, special_tokens={})),
        document(truncation=1), document(padding="x"), dict(document(), more=None),
        document({"type": "WordPiece"}), dict(document(), model=dict(WORD_PIECE, type="BPE")),
        document(normalizer=dict(BERT, strip_accents=1)), document(post_processor=dict(BERT_ENDS, sep=["x"])),
        json.dumps(document(added_tokens=[token("X")])).replace('"lstrip"', '"lstrip": false, "lstrip"'),
    ] + [document(added_tokens=[without(token("X"), field)]) for field in token("X")]
      + [document(added_tokens=[token("X", id=id)]) for id in ("3", -1, None, 2**32, 1.0)]
      + [document(added_tokens=[dict(token("X"), **{field: 1})]) for field in token("X") if field != "id"]
      + [document(pre_tokenizer=without(BYTE_LEVEL, field)) for field in ("add_prefix_space", "trim_offsets")]
      + [dict(document(), model=without(WORD_PIECE, field)) for field in WORD_PIECE if field != "type"]
      + [dict(document(), model=dict(WORD_PIECE, **{field: None})) for field in WORD_PIECE if field != "type"]
      + [dict(document(), model=dict(WORD_PIECE, max_input_chars_per_word=most)) for most in (-1, 1.0, "1", 2**64)]
      + [document(normalizer=without(BERT, field)) for field in ("clean_text", "handle_chinese_chars", "lowercase")]
      + [document(normalizer=dict(BERT, **{field: None})) for field in ("clean_text", "lowercase")]
      + [document(post_processor=without(BERT_ENDS, field)) for field in ("sep", "cls")]
      + [document(post_processor=without(TEMPLATE, field)) for field in ("single", "pair", "special_tokens")]
      + [document(normalizer=without({"type": "Strip", "strip_left": True, "strip_right": True}, field))
         for field in ("strip_left", "strip_right")], (False, False))


@tap.test("refused by name, although the reference accepts it")
def _():
    cases = {
        "model.more is a field": [document({"more": 1})],
        "added_tokens[0].more": [document(added_tokens=[token("X", more=1)])],
        "model.dropout": [document({"dropout": 0.5}), document({"dropout": 1e-60})],
        "model.vocab.a is an id beyond": [document({"vocab": {"a": 2**31}, "merges": []})],
        "same id": [document({"vocab": {"a": 0, "b": 1, "ab": 1}})],
        'model.type is "WordLevel"': [document({"type": "WordLevel", "unk_token": "a"})],
        'model.type is "Unigram"': [dict(document(), model={
            "type": "Unigram", "unk_id": 0, "vocab": [["a", 0.0]], "byte_fallback": False})],
        "has neither type nor merges": [dict(document(), model={"vocab": {"a": 0}, "unk_token": "a"})],
        'normalizer.type is "N': [document(normalizer={"type": kind}) for kind in ("NFD", "NFKD", "Nmt")],
        'normalizer.type is "StripAccents"': [document(normalizer={"type": "StripAccents"})],
        'normalizer.type is "ByteLevel"': [document(normalizer={"type": "ByteLevel"})],
        "normalizer.more": [document(normalizer={"type": "Prepend", "prepend": "x", "more": 1})],
        'pre_tokenizer.pretokenizers[1].type is "UnicodeScripts"': [document(pre_tokenizer={
            "type": "Sequence", "pretokenizers": [BYTE_LEVEL, {"type": "UnicodeScripts"}]})],
        'pre_tokenizer.type is "CharDelimiterSplit"': [document(pre_tokenizer={
            "type": "CharDelimiterSplit", "delimiter": "a"})],
        "normalizer.strip is a field": [document(normalizer=dict(BERT, strip=True))],
        "post_processor.more is a field": [document(post_processor=dict(BERT_ENDS, more=1))],
        "model.merges is a field": [dict(document(), model=dict(WORD_PIECE, merges=[]))],
        "model.max_input_chars_per_word is no integer": [
            dict(document(), model=dict(WORD_PIECE, max_input_chars_per_word=2**64 - 1))],
        "post_processor has no type": [document(post_processor=without(ROBERTA, "type"))],
        "post_processor.processors[1] follows": [document(post_processor={
            "type": "Sequence", "processors": [ROBERTA, ROBERTA]})],
        "post_processor has not exactly one text": [
            document(post_processor=dict(TEMPLATE, single=TEMPLATE["single"][1:2] * 2)),
            document(post_processor=dict(TEMPLATE, single=TEMPLATE["single"][:1]))],
        "too many others": [document(normalizer=nested(9))],
    }
    check_all([case for each in cases.values() for case in each], (False, True))
    for words, each in cases.items():
        for answer in read([json.dumps(case) for case in each]):
            tap.holds(words in answer["message"], f"{words!r} in {answer['message']!r}")


def nested(depth):
    inner = {"type": "NFC"}
    for _ in range(depth):
        inner = {"type": "Sequence", "normalizers": [inner]}
    return inner


@tap.test("a name that is given twice")
def _():
    doubled = [BASE.replace('"fuse_unk": false', '"fuse_unk": false, "fuse_unk": true'),
               BASE[:-1] + ', "normalizer": null}',
               json.dumps(document(normalizer={"type": "Prepend", "prepend": "x"})).replace(
                   '"prepend": "x"', '"prepend": "x", "prepend": "y"')]
    for answer in read(doubled):
        tap.equal(answer["status"], E_MODEL, "the status")
        tap.holds("is given twice" in answer["message"], answer["message"])


@tap.test("added tokens that follow the model")
def _():
    parsed = document({"vocab": HOLES}, added_tokens=[token("X"), token("ab"), token("b"), token("Y")])
    moved = {name: parsed[name] for name in sorted(parsed, reverse=True)}
    tap.equal(list(moved)[-1], "added_tokens", "the last part")
    check_all([parsed, moved], (True, True))


POOL = [None, True, 0, 1, 7, -1, 2.5, "", "a", "ab", "X", " ", "BPE", "NFC", "ByteLevel", "A", [], {}, ["a", "b"],
        BERT, BERT_ENDS,
        ["a b"], BYTE_LEVEL, TEMPLATE, ROBERTA, {"type": "NFC"}, {"String": "x"}, token("b"), [token("X")]]


def places(value, path=()):
    """Paths of all values in a value."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, each in inner:
        yield from places(each, path + (step,))


def changed(rng, parsed):
    parsed = copy.deepcopy(parsed)
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        path = rng.choice([path for path in places(parsed) if path] or [("more",)])
        inner = parsed
        for step in path[:-1]:
            inner = inner[step]
        if rng.random() < 0.3:
            del inner[path[-1]]
        elif isinstance(inner, list) and rng.random() < 0.5:
            inner.insert(rng.randrange(len(inner) + 1), copy.deepcopy(rng.choice(inner)))
        else:
            inner[path[-1]] = copy.deepcopy(rng.choice(POOL))
    return parsed


@tap.test("random changes")
def _():
    rng = random.Random(14)
    bases = [
        document({"vocab": HOLES}, added_tokens=[token("X"), token("Y", normalized=True, special=False), token("ab"),
                                                 token("Z"), token("X", lstrip=True), token("W")]),
        document(pre_tokenizer={"type": "Sequence", "pretokenizers": [BYTE_LEVEL, {
            "type": "Split", "pattern": {"Regex": "a"}, "behavior": "Removed", "invert": True}]},
            normalizer={"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Prepend", "prepend": "x"}]}),
        document(post_processor={"type": "Sequence", "processors": [BYTE_LEVEL, TEMPLATE]},
                 decoder={"type": "Sequence", "decoders": [{"type": "Fuse"}]}),
        document({"vocab": {"a": 0, "b": 1, "ab": 2, "aab": 5}, "merges": [["a", "b"], ["a", "ab"]]},
                 post_processor=ROBERTA, added_tokens=[token("aab"), token("Q")]),
        dict(document(normalizer=BERT, pre_tokenizer={"type": "BertPreTokenizer"}, post_processor=BERT_ENDS),
             model=WORD_PIECE, added_tokens=[token("a"), token("Q")])]
    texts = [json.dumps(changed(rng, rng.choice(bases))) for _ in range(20000 if tap.LONG else 4000)]
    both = neither = 0
    for text, answer in zip(texts, read(texts)):
        if answer["status"] == 0 and not merges_are_good(text):
            continue  # found when tables are built
        ours, there = compare(text, answer)
        both += ours == 0 and there
        neither += ours != 0 and not there
    tap.note(f"{len(texts)} files: {both} accepted and {neither} refused by both")
    tap.holds(both > len(texts) // 10 and neither > len(texts) // 10, "this tests one side only")


def merges_are_good(text):
    """Returns true if the tokens of the merges are in the vocabulary."""
    model = json.loads(text)["model"]
    if "merges" not in model:
        return True
    prefix = len(model.get("continuing_subword_prefix") or "")
    pairs = [merge.split(" ") if isinstance(merge, str) else merge for merge in model["merges"]]
    return all({left, right, left + right[prefix:]} <= set(model["vocab"]) and len(right) >= prefix
               for left, right in pairs)


tap.run()
