#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Negative controls: ids that are wrong in a known way must be found by the comparison with the
package `tokenizers`. TAP.

usage: controls.py EXACT DIRECTORY_OF_TEXTS
"""
import itertools
import json
import sys
import unicodedata

import tap

try:
    import against_wheel
    import bert_files
    import hard_texts
    import small_files as small
    from against_wheel import NO_SPECIAL
except ImportError as error:
    print(f"1..0 # SKIP {error}")
    sys.exit(0)

EXACT, TEXTS = sys.argv[1:3]
REAL = against_wheel.real_text(TEXTS)
BASE = small.trained(REAL[:200000], True)
BERT = bert_files.trained(REAL[:200000])
CL100K = dict(BASE, pre_tokenizer=small.sequence(small.split(small.CL100K), small.byte_level(False)))
N_TEXTS, LONG_SIZE = 300, 300


class Control(against_wheel.Comparison):
    """Gives the ids of `encode(text)` as those of calib."""

    def __init__(self, encode):
        super().__init__(EXACT)
        self.encode = encode

    def ids_of(self, path, texts, seed):
        return [self.encode(text) for text, _ in texts], {"texts": 0, "streams": 0}


def texts_of(parsed):
    made = hard_texts.Texts(parsed, REAL, against_wheel.SEED)
    return [(made.text(), NO_SPECIAL) for _ in range(N_TEXTS)]


def must_fail(parsed, make, texts=None):
    """`make(tokenizer)` gives the control's function from texts to ids. The same texts must be right
    with calib, and wrong with the control."""
    with against_wheel.written(json.dumps(parsed)) as path:
        texts = texts or texts_of(parsed)
        against_wheel.Comparison(EXACT).texts(path, texts)
        tokenizer = against_wheel.reference(path)
        with tap.raises(AssertionError) as caught:
            Control(make(tokenizer)).texts(path, texts, tokenizer=tokenizer)
        tap.holds("expected" in str(caught.error), f"ids differ: {caught.error}")


def encode_with(tokenizer):
    return lambda text: tokenizer.encode(text, add_special_tokens=False).ids


@tap.test("what is right passes as a control")
def _():
    with against_wheel.written(json.dumps(CL100K)) as path:
        Control(encode_with(against_wheel.reference(path))).texts(path, texts_of(CL100K))


@tap.test("a text cut behind every line")
def _():
    def in_lines(tokenizer):
        encode = encode_with(tokenizer)
        return lambda text: [id for line in text.splitlines(keepends=True) for id in encode(line)]

    must_fail(CL100K, in_lines)


@tap.test("cuts behind every line or letter in the adapter's place")
def _():
    for parsed, control in (CL100K, "lines"), (BERT, "letters"):
        with against_wheel.written(json.dumps(parsed)) as path:
            comparison = against_wheel.Comparison(EXACT)
            comparison.texts(path, texts_of(parsed))
            comparison.control = [control]
            with tap.raises(AssertionError) as caught:
                comparison.texts(path, texts_of(parsed))
            tap.holds("other ids from" in str(caught.error), f"ids differ: {caught.error}")


def is_control(character):
    return unicodedata.category(character) in ("Cc", "Cf", "Co") and character not in "\t\n\r"


@tap.test("BERT's steps with a later version of Unicode, and the lower case of whole words")
def _():
    decompose = lambda text: unicodedata.normalize("NFD", text)
    later = {
        "x\u08e1y": lambda text: "".join(c for c in decompose(text) if unicodedata.category(c) != "Mn"),
        "x\u08e2y": lambda text: "".join(c for c in text if not is_control(c)),
        "x\u2e43y": lambda text: "".join(f" {c} " if unicodedata.category(c)[0] == "P" else c for c in text),
        "x\u03a3": str.lower,
    }
    # What is wrong must not be hidden by the unknown token.
    vocabulary = dict(BERT["model"]["vocab"])
    for c in "x\u08e1\u08e2\u2e43\u03c3\u03c2":
        for text in (c, "##" + c):
            vocabulary.setdefault(text, len(vocabulary))
    parsed = dict(BERT, model=dict(BERT["model"], vocab=vocabulary))
    for text, change in later.items():
        def changed(tokenizer, change=change):
            return lambda text: encode_with(tokenizer)(change(text))

        must_fail(parsed, changed, [(text, NO_SPECIAL)])


def merge_by_ranks(symbols, ranks):
    """Joins those two neighbours whose union has the lowest rank, as long as there are any."""
    while len(symbols) > 1:
        rank, at = min((ranks.get(symbols[i] + symbols[i + 1], 1 << 30), i) for i in range(len(symbols) - 1))
        if rank == 1 << 30:
            break
        symbols[at:at + 2] = [symbols[at] + symbols[at + 1]]
    return symbols


@tap.test("merging by the ranks of entries, and not by the list of merges")
def _():
    model = small.random_model(REAL, against_wheel.SEED)
    results = [left + right for left, right in model["merges"]]
    vocabulary = [text for text in model["vocab"] if len(text) == 1] + results
    model = dict(model, vocab={text: rank for rank, text in enumerate(vocabulary)})

    def by_ranks(tokenizer):
        return lambda text: [model["vocab"][symbol] for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(text)
                             for symbol in merge_by_ranks(list(word), model["vocab"])]

    must_fail(dict(CL100K, model=model), by_ranks)
    # With the list of merges that the trainer made, ranks give the same: the control itself is right.
    ranked = dict(CL100K, normalizer=None)
    with against_wheel.written(json.dumps(ranked)) as path:
        tokenizer = against_wheel.reference(path)
        vocabulary = ranked["model"]["vocab"]
        words = [word for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(REAL[:5000])]
        tap.equal([vocabulary[symbol] for word in words for symbol in merge_by_ranks(list(word), vocabulary)],
                  encode_with(tokenizer)(REAL[:5000]), "the ids by ranks of a trained model")


@tap.test("NFC of a later version of Unicode")
def _():
    texts = [(text, NO_SPECIAL) for text in ("a\u0d3b\u0316b", "o\u1df6\u0316", "e\u07fd\u0301")]

    def later(tokenizer):
        encode = encode_with(tokenizer)
        return lambda text: encode(unicodedata.normalize("NFC", text))

    must_fail(dict(CL100K, normalizer=small.NFC), later, texts)
    tap.holds(any(unicodedata.normalize("NFC", text) != text for text, _ in texts), "the order of marks changes")


# Letters and a digit that came with Unicode 17.
LATER = {"\U00011db0": "L", "\U00011de0": "N", "\U000323b0": "L"}


def kind(character):
    """What the pattern of GPT-2 takes a character for, with Unicode 17."""
    category = LATER.get(character) or unicodedata.category(character)[0]
    return category if category in "LN" else "other"


@tap.test("classes of a later version of Unicode")
def _():
    def with_later(tokenizer):
        unsplit = dict(json.loads(tokenizer.to_str()), pre_tokenizer=small.byte_level(False))
        encode = encode_with(tokenizer.from_str(json.dumps(unsplit)))
        return lambda text: [id for _, part in itertools.groupby(text, kind) for id in encode("".join(part))]

    # The first byte of such a character is joined with what stands before it, if in one word.
    model, joined = BASE["model"], [["a", "\xf0"], ["1", "\xf0"]]
    n = len(model["vocab"])
    model = dict(model, vocab=dict(model["vocab"], **{"a\xf0": n, "1\xf0": n + 1}),
                 merges=joined + model["merges"])
    gpt2 = dict(BASE, model=model, pre_tokenizer=small.byte_level())
    texts = [(f"a{c}b.{c}.1{c}1", NO_SPECIAL) for c in LATER]
    for text in texts:
        must_fail(gpt2, with_later, [text])
    with against_wheel.written(json.dumps(gpt2)) as path:
        tokenizer = against_wheel.reference(path)
        texts = [(text, NO_SPECIAL) for text in ("ab.1a", "\u6771.\u0661a", "1a.\xe9\u0301")]
        Control(with_later(tokenizer)).texts(path, texts, tokenizer=tokenizer)


@tap.test("the ids that the file gives for added tokens")
def _():
    tokens = [dict(small.added("<x>"), id=50), dict(small.added("<y>", special=True), id=9999)]

    def from_file(tokenizer):
        encode = encode_with(tokenizer)
        given = {tokenizer.token_to_id(token["content"]): token["id"] for token in tokens}
        return lambda text: [given.get(id, id) for id in encode(text)]

    must_fail(dict(CL100K, added_tokens=tokens), from_file)

tap.run()
