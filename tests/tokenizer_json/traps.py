#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What other tokenizers got wrong, and what of the reference is surprising: each compared with the
package `tokenizers`. TAP.

usage: traps.py EXACT DIRECTORY_OF_TEXTS
"""
import json
import os
import sys

import tap

try:
    import against_wheel
    import hard_texts
    import small_files as small
    import variants
    from small_files import (LOWERCASE, NFC, NFKC, PREPEND, SPACES, STRIP, added, byte_level, metaspace, normalizers,
                             replace, sequence, split, template)
except ImportError as error:
    print(f"1..0 # SKIP {error}")
    sys.exit(0)

EXACT, TEXTS = sys.argv[1:3]
NO_SPECIAL, PLAIN = against_wheel.NO_SPECIAL, against_wheel.PLAIN
REAL = against_wheel.real_text(TEXTS)
BYTES = small.trained(REAL[:200000], True)
LETTERS = {byte: letter for letter, byte in hard_texts.BYTE_OF.items()}
CONTEXTS = ("", ""), ("a", "b"), (" ", " "), ("x\n", "\ny"), ("1", "2"), ("\u6771 ", "\u4eac.")
if not tap.LONG:
    CONTEXTS = CONTEXTS[::2]


def spelled(text):
    """A text in the byte alphabet."""
    return "".join(LETTERS[byte] for byte in text.encode())


def characters_model(**flags):
    """A model of characters with byte tokens."""
    vocabulary = ["<unk>", *(f"<0x{byte:02X}>" for byte in range(256)), *map(chr, range(0x20, 0x7f)), "\u2581",
                  "\u2581a", "ab", "\u2581ab", "the", "th", "\u2581the", "\xe9", "\u2581\u2581"]
    merges = [["t", "h"], ["th", "e"], ["a", "b"], ["\u2581", "the"], ["\u2581", "ab"], ["\u2581", "a"],
              ["\u2581", "\u2581"]]
    model = {"type": "BPE", "vocab": {text: id for id, text in enumerate(vocabulary)}, "merges": merges,
             "byte_fallback": True, "fuse_unk": True, "unk_token": "<unk>"}
    return dict(model, **flags)


CHARACTERS = dict(BYTES, model=characters_model(), pre_tokenizer=None)


def with_entries(parsed, *texts):
    """The file with entries of bytes that no merge makes."""
    vocabulary = dict(parsed["model"]["vocab"])
    for text in texts:
        vocabulary.setdefault(spelled(text), len(vocabulary))
    return dict(parsed["model"], vocab=vocabulary)


def compare(changes, *texts, base=BYTES, flags=0, config=None):
    """Compares texts, alone and in contexts. Returns the ids that the package gives for the first,
    alone and without special ids."""
    shown = [(before + text + behind, flags or each) for text in texts for before, behind in CONTEXTS
             for each in (0, NO_SPECIAL, PLAIN)]
    shown += [("".join(texts), flags), (texts[0] * 7, flags)]
    with against_wheel.written(json.dumps(dict(base, **changes))) as path:
        if config:
            with open(os.path.join(os.path.dirname(path), "tokenizer_config.json"), "w", encoding="utf-8") as file:
                json.dump(config, file)
        against_wheel.Comparison(EXACT).texts(path, shown)
        return against_wheel.expected_ids(against_wheel.reference(path), texts[0], flags or NO_SPECIAL)


def steps(*list_):
    return {"pre_tokenizer": sequence(*list_)}


def cl100k(**changes):
    return dict(steps(split(small.CL100K), byte_level(False)), **changes)


def gpt2(**changes):
    return dict(steps(byte_level()), **changes)


@tap.test("ignore_merges: an entry that its own merges do not reach is one id")
def _():
    model = with_entries(BYTES, " Vi\u1ec7t", "\u6771\u4eac\u90fd")
    texts = " Vi\u1ec7t", "Vi\u1ec7t", " Vi\u1ec7t Nam", "\u6771\u4eac\u90fd", "\u6771\u4eac\u90fd\u6771"
    one = compare(cl100k(model=dict(model, ignore_merges=True)), *texts)
    many = compare(cl100k(model=dict(model, ignore_merges=False)), *texts)
    tap.equal((len(one), len(many) > 1), (1, True), "one id with ignore_merges only")
    # Its characters meet in no merge.
    model = with_entries(BYTES, "\U00010330\U00010331\U00010332")
    ids = compare(cl100k(model=dict(model, ignore_merges=True)), "\U00010330\U00010331\U00010332",
                  "\U00010330\U00010331")
    tap.equal(len(ids), 1, "the number of ids")


@tap.test("classes of Unicode 16: emoji, Tangut and a sign that came or changed late")
def _():
    for pattern in (small.GPT2, small.CL100K, small.QWEN35, small.TEKKEN, variants.O200K, variants.KIMI):
        compare(steps(split(pattern), byte_level(False)), "a \U0001fae8", "x\U00018de0y", "1\U00010942 ",
                "\U00011de0",
                "\U00016d40a", "\u1c89b", "\ua7cb\ua7cc", "\U00010d40\U00010d41", "\u088f", "\U000323b0")


@tap.test("NFC of Unicode 9: later marks have no combining class")
def _():
    for form in NFC, NFKC:
        compare(gpt2(normalizer=form), "\u0897\u0327", "a\u0897\u0327\u0301", "\u0d3b\u0316", "e\u07fd\u0301",
                "o\u1df6\u0316",
                "a\u0301\u0316", "a\u0316\u0301", "\u0344", "\u0f71\u0f73", "\u1e9b\u0323")


@tap.test("Falcon: punctuation, ByteLevel, digits and threes of digits, in this order")
def _():
    compare({"pre_tokenizer": variants.FALCON}, "(12345)", "a...b", "x=1234567;", "1,234.5", "--1--", " 1 22 333",
            "\u2014\u2014 1",
            "\xb2\xb3", "\u0661\u0662\u0663\u0664", "12\n34", "...'s")


@tap.test("a pattern that the file gives as a string is none, and rarely matches")
def _():
    compare(steps(split(small.CL100K, kind="String"), byte_level(False)), "the cat's 123", "a b")
    compare({"normalizer": SPACES, "pre_tokenizer": split(" ", "MergedWithPrevious", False, "String")},
            " the  ab", "the ab", "  ", base=CHARACTERS)


@tap.test("added tokens that are neither special nor normalized match, under PLAIN too")
def _():
    ids = compare(cl100k(added_tokens=[added("<think>"), added("</think>")]), "<think>a</think>", "x<think>",
                  "<think><think>",
                  "<thin<think>k>")
    tap.equal(ids[0], len(BYTES["model"]["vocab"]), "the first id")


@tap.test("real text, all of it, with every hand-written scanner")
def _():
    for step in variants.SPLITS.values():
        with against_wheel.written(json.dumps(dict(BYTES, pre_tokenizer=step))) as path:
            size = len(REAL) if tap.LONG else 20000
            texts = [(REAL[at:at + 20000], 0) for at in range(0, size, 20000)]
            against_wheel.Comparison(EXACT).texts(path, texts)


@tap.test("what tokenizer_config.json says changes no id of a text")
def _():
    config = {"tokenizer_class": "LlamaTokenizer", "add_prefix_space": True, "add_bos_token": True,
              "bos_token": "<s>",
              "added_tokens_decoder": {"5": {"content": "the", "special": True},
                                       "9999": {"content": " of", "special": False}}}
    texts = "the thing of", "<s>", " of the"
    without = compare(cl100k(), *texts)
    tap.equal(compare(cl100k(), *texts, config=config), without, "the ids with a config")


@tap.test("Tekken: a control character behind a word, and no contractions")
def _():
    compare(steps(split(small.TEKKEN), byte_level(False)), "ju\x16", "\x16\x16ju", "it's IT'S", "iPhoneXMax",
            "\u01c5a\u01c5", "/\n//\n")
    # The pattern that converted files had before they were mended.
    compare(steps(split(small.CL100K.replace("{1,3}", "")), byte_level(False)), "ju\x16", "'The'", "123 'The")


@tap.test("MergedWithPrevious and MergedWithNext, at both ends and in runs")
def _():
    for behavior in variants.BEHAVIORS:
        for invert in False, True:
            for pattern, kind in ((" ", "String"), (r"\s", "Regex"), (r"\s+", "Regex"), (r"\p{P}", "Regex")):
                compare(steps(split(pattern, behavior, invert, kind), byte_level(False)), " a  b ", "  ", "a",
                        ".a..b.", "...")


@tap.test("merges of entries that hold spaces")
def _():
    model = characters_model()
    n = len(model["vocab"])
    vocabulary = dict(model["vocab"], **{"a ": n, "a b": n + 1, " a": n + 2})
    merges = [["a", " "], ["a ", "b"], [" ", "a"]]
    compare({"model": dict(model, vocab=vocabulary, merges=merges)}, "a b", " a b a", "ba  ab", base=CHARACTERS)


@tap.test("Metaspace: first, always and never, behind added tokens and before spaces")
def _():
    tokens = [added("<s>", special=True), added("ab"), added("the", normalized=True)]
    for scheme in "first", "always", "never":
        for divided in False, True:
            for normalizer in None, SPACES, normalizers(PREPEND, SPACES):
                compare({"pre_tokenizer": metaspace(scheme, divided), "added_tokens": tokens,
                         "normalizer": normalizer},
                        "the ab", " the", "  ab", "<s>the", "<s> the", " <s>", "<s><s>a", "\u2581a",
                        "<s>\u2581the", "ab ab", "",
                        base=CHARACTERS)


@tap.test("a pattern behind Metaspace sees its mark")
def _():
    model = {"type": "BPE", "vocab": {"<unk>": 0}, "merges": [], "unk_token": "<unk>", "fuse_unk": True}
    for scheme in "first", "always", "never":
        compare(dict(steps(metaspace(scheme, False), byte_level()), model=model),
                "> ", "a >b", ". . .", "1 a\u2581>", "\u2581 .", "a\n >")


@tap.test("what can lose the beginning of a text in front of Metaspace, and an empty Prepend, are refused")
def _():
    def refused(changes):
        try:
            compare(dict(changes, model=characters_model()), "ab", " ab", base=CHARACTERS)
        except against_wheel.Refused:
            return True
        return False

    for normalizer in STRIP, replace("a", ""), replace("ab", "b"), replace("a", "b", "Regex"):
        for form in normalizer, normalizers(PREPEND, normalizer):
            tap.holds(refused({"normalizer": form, "pre_tokenizer": metaspace("first", True)}), normalizer)
        tap.holds(not refused({"normalizer": normalizer, "pre_tokenizer": metaspace("always", True)}), normalizer)
    for normalizer in replace("a", "b"), replace("a", "\u6771b"), NFC, NFKC, LOWERCASE, PREPEND:
        tap.holds(not refused({"normalizer": normalizer, "pre_tokenizer": metaspace("first", True)}), normalizer)
    tap.holds(refused({"normalizer": dict(PREPEND, prepend="")}), "an empty Prepend")


@tap.test("contractions in upper case and with a long s")
def _():
    for pattern in small.CL100K, small.QWEN35, variants.O200K:
        compare(steps(split(pattern), byte_level(False)), "it'\u017f x", "we'RE", "WE'Ll'vE", "'S's'\u017f",
                "\u2019s", "'\u212a",
                "don't'T", "'lL", "'l\u2113")


@tap.test("NFKC makes a space of U+1FBD and of others")
def _():
    for step in gpt2, cl100k:
        compare(step(normalizer=NFKC), "a\u1fbdb", "\u1fbd\u1fbd", "\u0384\u0385", "\xa8a", "\u203e1", "\ufdfa",
                "\u2002\u3000", "x\u037a")


@tap.test("lstrip takes white space of Unicode, and nothing that only looks like it")
def _():
    tokens = [added("<mask>", lstrip=True, special=True), added("<end>", rstrip=True)]
    for step in gpt2, cl100k:
        compare(step(added_tokens=tokens), "a\u2028\x85\u3000 <mask>", "\u200b <mask>", "\x1c<mask>",
                " \x1f <mask>", "\ufeff<mask>",
                "\n\n <mask><mask>", "<mask> <mask>", " <mask", "<end> \n<end>\u2028x", "<end>\x1c", "<end> <end>",
                " \t<mask> <end> ")


@tap.test("a list of merges is no order of ids")
def _():
    ids = list(BYTES["model"]["vocab"].values())
    model = dict(BYTES["model"], vocab=dict(zip(BYTES["model"]["vocab"], ids[::-1])))
    compare(cl100k(model=model), "the international", "strawberries", "\u6771\u4eac\u6771")


@tap.test("words of more than 400,000 and runs of more than 25,000 characters are not cut")
def _():
    texts = "a" * 400001, " " * 25001 + "x", "ab\u6771" * 9000, "\n" * 25001, "1" * 25002
    with against_wheel.written(json.dumps(dict(BYTES, **cl100k()))) as path:
        against_wheel.Comparison(EXACT).texts(path, [(text, 0) for text in texts])


@tap.test("where the package panics, the text is refused")
def _():
    tokens = [added("<a>", rstrip=True), added("\n", lstrip=True)]
    with against_wheel.written(json.dumps(dict(BYTES, **cl100k(added_tokens=tokens)))) as path:
        texts = [(text, 0) for text in ("<a> \n x", "x<a>\n y", "<a>\n", "<a> x \n", "<a> \n\n <a>")]
        comparison = against_wheel.Comparison(EXACT)
        comparison.texts(path, texts)
        tap.equal(comparison.ids_of(path, texts, 1)[0][0], None, "the first text")


@tap.test("a byte alphabet with holes: what is missing is dropped")
def _():
    gone = {LETTERS[byte] for byte in (0x01, 0x0a, 0x41, 0x80, 0xc3, 0xe6, 0xf0)}
    kept = [text for text in BYTES["model"]["vocab"] if not gone & set(text)]
    merges = [pair for pair in BYTES["model"]["merges"] if not gone & set("".join(pair))]
    # Two bytes are neighbours once the character between them is gone.
    last, first = LETTERS[0xb1], LETTERS[0xd0]
    merges, kept = [[last, first], *merges], kept + [last + first] * (last + first not in kept)
    model = dict(BYTES["model"], vocab={text: id for id, text in enumerate(kept)}, merges=merges)
    for step in gpt2, cl100k:
        compare(step(model=model), "\u0431\xc0\u0432", "\u0431\xc0\xc0\u0432\xc0\u0431\u0432")
        ids = compare(step(model=model), "A", "aAb", "\xe9A\xe9", "\u6771\u4eac", "\n\n", "\x01", "\u0400\u0401",
                      "\U0001f600A")
        tap.equal(ids, [], "the ids of the letter that is missing")


@tap.test("tokens that are runs of spaces")
def _():
    for form in None, NFC:
        compare(gpt2(normalizer=form, added_tokens=variants.RUNS), "a   b", " " * 30, " " * 24, " " * 25,
                "x" + " " * 49 + "y",
                "\n   \n", " \t  ", "  a", "\u3000  \u3000")


@tap.test("DeepSeek: line ends in a class, and control characters that no alternative takes")
def _():
    compare({"pre_tokenizer": variants.SPLITS["deepseek"]}, "\x01\x02", "a\x01\x02", "\r\n", "\r\n\r\na", ".\r\n",
            "\x01\n", "\x7f\x80",
            "\u4e00\x01\u3042", "+a-b", "\u20ac\u20ac1234", "\u9fa6\u9fa5", "\xad\xad", "\ue000\ue001")


@tap.test("truncation and padding of the file are not for us")
def _():
    truncation = {"direction": "Right", "max_length": 4, "strategy": "LongestFirst", "stride": 0}
    padding = {"strategy": {"Fixed": 64}, "direction": "Right", "pad_to_multiple_of": None, "pad_id": 0,
               "pad_type_id": 0,
               "pad_token": "[PAD]"}
    ids = compare(cl100k(truncation=truncation, padding=padding), "one two three four five six", "a")
    tap.holds(4 < len(ids) < 64, "neither truncated nor padded")


@tap.test("what is white space in a pattern, and what is not")
def _():
    characters = "\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u180e\u200b\u2028\u2029\u202f\u205f\u3000\ufeff\0"
    texts = [f"a{c}b{c}{c} {c}\n{c}" for c in characters]
    for step in variants.SPLITS.values():
        compare({"pre_tokenizer": step}, *texts)
    compare(steps({"type": "Whitespace"}, byte_level(False)), *texts)
    compare(steps({"type": "WhitespaceSplit"}, byte_level(False)), *texts)


@tap.test("the normalizer is not left out")
def _():
    for form in NFC, NFKC, LOWERCASE, normalizers(NFC, LOWERCASE), small.STRIP, small.replace("the", "of"):
        compare(gpt2(normalizer=form), "E\u0301T\xc9 \u212b \ufb03 the ", "\u0130I\u0307", "\u03a3\u0391\u03a3",
                "\uff21\uff42", "\u1112\u1161\u11ab")


@tap.test("a normalizer that takes several characters, or leaves none")
def _():
    texts = "a1.b", "1.1.", "x 11.1", ".1.", "a1b2", "1"
    cases = ("1.", "7", "String"), ("1", "", "String"), (r"\d+", "", "Regex"), (r"[0-9]\.", "7", "Regex")
    for pattern, content, kind in cases:
        for name in "gpt2", "qwen", "bloom":
            compare({"normalizer": small.replace(pattern, content, kind), "pre_tokenizer": variants.SPLITS[name]},
                    *texts)


@tap.test("of duplicate merges the last counts")
def _():
    model = characters_model()
    merges = model["merges"]
    first = compare({"model": model}, "the ab", "thethe", base=CHARACTERS)
    last = compare({"model": dict(model, vocab=dict(model["vocab"], he=len(model["vocab"])),
                                  merges=[merges[0], ["h", "e"], *merges[1:], merges[0]])}, "the ab", "thethe",
                                  base=CHARACTERS)
    tap.holds(first != last, "the place of the duplicate decides")
    compare({"model": dict(BYTES["model"], merges=BYTES["model"]["merges"] * 2)}, "the international ab")
    compare({"model": dict(BYTES["model"], merges=BYTES["model"]["merges"] + BYTES["model"]["merges"][:300])},
            "the international ab")


@tap.test("an entry of 2,048 bytes")
def _():
    model = dict(BYTES["model"], vocab=dict(BYTES["model"]["vocab"]), merges=list(BYTES["model"]["merges"]))
    for n in (2 ** i for i in range(11)):
        model["vocab"].setdefault("~" * 2 * n, len(model["vocab"]))
        model["merges"].append(["~" * n, "~" * n])
    ids = compare(cl100k(model=model), "~" * 2048, "~" * 2047, "~" * 2049, "~" * 6145, "~" * 20000)
    tap.equal(len(ids), 1, "the number of ids")


@tap.test("entries that are canonically equivalent are not the same")
def _():
    model = characters_model()
    n = len(model["vocab"])
    vocabulary = dict(model["vocab"],
                      **{"e\u0301": n, "\u0301": n + 1, "\u212b": n + 2, "\xc5": n + 3, "A\u030a": n + 4,
                         "\u030a": n + 5})
    changes = {"model": dict(model, vocab=vocabulary, merges=[["e", "\u0301"], ["A", "\u030a"]])}
    tap.holds(compare(changes, "\xe9", "e\u0301\xe9", "\u212b\xc5A\u030a", base=CHARACTERS)
              != compare(changes, "e\u0301", base=CHARACTERS), "the ids differ")
    compare(cl100k(added_tokens=[added("\xe9"), added("e\u0301", lstrip=True)]), "e\u0301\xe9 e\u0301",
            "\xe9e\u0301\u0301")


@tap.test("a byte token that is missing: the unknown id comes behind the bytes")
def _():
    vocabulary = {text: id for text, id in characters_model()["vocab"].items() if text not in ("<0x09>", "<0xE6>")}
    for fused in True, False:
        for fallback in True, False:
            model = characters_model(vocab=vocabulary, fuse_unk=fused, byte_fallback=fallback)
            compare({"model": model}, "\t\x01\t", "a\t\t\u6771\u6771b", "\x01\t\x02", "\u4e00\u6771\U0001f600\t",
                    base=CHARACTERS)


@tap.test("characters without an entry are dropped if there is no unknown token")
def _():
    model = characters_model(byte_fallback=False, unk_token=None)
    tap.equal(compare({"model": model}, "\u6771", "a\u6771b", "\u6771ab\u6771", base=CHARACTERS), [], "the ids")


@tap.test("the ids of the file for added tokens are ignored")
def _():
    n = len(BYTES["model"]["vocab"])
    tokens = [dict(added("<x>"), id=50), dict(added("<y>", special=True), id=9999),
              dict(added(spelled("e")), id=3)]
    tap.equal(compare(cl100k(added_tokens=tokens), "<x><y>", "<y>e<x>", "e"), [n, n + 1], "the ids")
    # Behind an id that a hole leaves, the ids of added tokens meet those of entries.
    model = dict(BYTES["model"], vocab={text: id + (id > 300) * 5 for text, id in BYTES["model"]["vocab"].items()})
    compare(cl100k(model=model, added_tokens=tokens), "<x><y>", "<y>e<x>", "the ing tion")


@tap.test("a normalized token passes the normalizer itself")
def _():
    tokens = [added("ABC", normalized=True), added("Abc"), added("\xc9", normalized=True),
              added("E\u0301x", normalized=True)]
    for form in LOWERCASE, NFC, NFKC, normalizers(NFC, LOWERCASE), small.replace("b", "x"):
        compare(gpt2(normalizer=form, added_tokens=tokens), "xAbCx", "abcABC", "Abcabc", "xABCx",
                "\xe9\xc9e\u0301x", "E\u0301x", "axc")
    compare({"normalizer": normalizers(PREPEND, SPACES),
             "added_tokens": [added("the", normalized=True), added("a b", normalized=True)]},
            "the", "xthe the", "a b", "x a b", "\u2581the", " the", base=CHARACTERS)


@tap.test("an lstrip token takes a run of white space that pairs alone would cut")
def _():
    for properties in {"lstrip": True}, {"rstrip": True}, {"lstrip": True, "rstrip": True}:
        for step in gpt2, cl100k:
            compare(step(added_tokens=[added("<s>", special=True, **properties)]), "a\n <s>b", "a \n\n <s>",
                    "<s> \n\n a", "\n<s>\n",
                    "a\n " * 3 + "<s>" + " \n" * 3 + "b", "\r\n \t<s>\x85\u2028x")
        # Where two characters of white space are always apart.
        compare(steps(split(small.LINES), byte_level(False)) | {"added_tokens": [added("<s>", **properties)]},
                "a\n <s> \nb", "\n \n<s>\n x")
        compare({"normalizer": SPACES, "added_tokens": [added("<s>", **properties)]}, "a\n <s> \nb",
                "\n \n<s>\n x", base=CHARACTERS)


@tap.test("behind the white space that an rstrip token takes comes a prefix")
def _():
    tokens = [added("<s>", special=True, rstrip=True), added("<t>", rstrip=True, normalized=True)]
    texts = "<s> \n zoo", "x<s> zoo zoo", "<t> \n zoo", "a <t>  zoo", "<s>\nzoo\n zoo"
    compare({"normalizer": normalizers(PREPEND, SPACES), "added_tokens": tokens}, *texts, base=CHARACTERS)
    for scheme in "first", "always", "never":
        compare({"pre_tokenizer": metaspace(scheme, False), "added_tokens": tokens}, *texts, base=CHARACTERS)
    compare({"pre_tokenizer": byte_level(add_prefix_space=True), "added_tokens": tokens}, *texts)


@tap.test("a token that is not read still hides those that overlap it")
def _():
    tokens = [added("<a>", special=True), added("a>b"), added("xy", single_word=True), added("yz")]
    compare(cl100k(added_tokens=tokens), "<a>b", "<a>b xyz", "xyz", "xy xyz", "a>b<a>")
    compare(cl100k(added_tokens=tokens), "<a>b", "a>b", flags=PLAIN)


@tap.test("add_prefix_space acts behind every added token and in every part of a split")
def _():
    tokens = [added("<s>", special=True), added("the", normalized=True), added("\n")]
    for step in byte_level(add_prefix_space=True), sequence(split(small.LINES), byte_level(True, True)):
        compare({"pre_tokenizer": step}, "a\nb\nc 1", "\n\nx")
        compare({"pre_tokenizer": step, "added_tokens": tokens}, "a<s>b", "<s> b", "athe b", "\nx\n y", " a",
                "<s>", "the<s>the")


def boundary_texts():
    """Text of all that joins or composes over a place where a window may end."""
    joined = ["e\u0301", "\u1112\u1161\u11ab", "\uac00\u11a8", "\u1100\u1161", "A\u030a", "\u30ab\u3099",
              "\u0915\u093c", "a\u0327\u0301",
              "\U0001f469\u200d\U0001f469\u200d\U0001f467", "\u2028", "\x85", "\r\n", "\0", "\u0d3b",
              "\u0f71\u0f72", "\u09c7\u09be", "\U00011099\U000110ba"]
    for text in joined:
        for before in " ", "a", "\n", "1", ".", "\u6771", "":
            yield before + text
            yield (before + text) * 40


@tap.test("what joins or composes at the end of what is shown")
def _():
    for form in NFC, NFKC, None:
        for name in "gpt2", "cl100k", "qwen 3.5", "o200k", "deepseek", "starcoder":
            changes = {"normalizer": form, "pre_tokenizer": variants.SPLITS[name],
                       "added_tokens": [added("\u0301"), added("<s>")]}
            with against_wheel.written(json.dumps(dict(BYTES, **changes))) as path:
                against_wheel.Comparison(EXACT).texts(path, [(text, 0) for text in boundary_texts()])


@tap.test("a character that becomes another one by the mark behind it")
def _():
    texts = "a.e\u0301b", "1.e\u0301", ".e\u0301.e\u0301\u0327", "x =\u0338", " A\u030a"
    tokens = [added(text, normalized=True) for text in (".\xe9", " \u2260", "\xc5", "\xe9b")]
    for step in gpt2, cl100k:
        compare(step(normalizer=NFC, added_tokens=tokens), *texts)
    # The same in a model of characters, where a merge joins the two.
    vocabulary = dict(characters_model()["vocab"])
    vocabulary[".\xe9"] = len(vocabulary)
    model = characters_model(vocab=vocabulary, merges=[[".", "\xe9"]])
    tap.equal(len(compare({"model": model, "normalizer": NFC}, ".e\u0301", *texts, base=CHARACTERS)), 1,
              "the number of ids")


@tap.test("a try that fails at the end of a text, and goes on as one that begins there")
def _():
    model = characters_model()
    vocabulary = dict(model["vocab"], xa=len(model["vocab"]))
    for behavior in "Isolated", "Removed":
        compare({"model": dict(model, vocab=vocabulary, merges=[["x", "a"]]),
                 "pre_tokenizer": split("a?b", behavior)},
                "xab", "xaxab", "ab", "xxabb", base=CHARACTERS)


@tap.test("texts of added tokens only, and the ids around a text")
def _():
    tokens = [added("<s>", special=True), added("<t>"), added(" "), added("\n", lstrip=True),
              added("a", single_word=True)]
    for pattern in gpt2, cl100k:
        compare(pattern(added_tokens=tokens, post_processor=template(["<s>"], ["<t>"])), "<s>", "<s><s><t>", " ",
                "\n", " \n \n", "aa a",
                "<s>" * 1000, "a " * 1000, "")


@tap.test("runs of one thing")
def _():
    size = 100000 if tap.LONG else 5000
    texts = [(c * size, 0) for c in (" ", "a", "\n", "1", ".", "\u6771", "\u0301", "'", "\r\n", "\u2581", "<s>",
                                     "\0", "\u200d", "\u1161")]
    tokens = [added("<s>", special=True), added("  ", normalized=True), added("\n\n\n")]
    for name in "gpt2", "cl100k", "qwen 3.5", "o200k", "deepseek", "kimi":
        changes = {"normalizer": NFC, "pre_tokenizer": variants.SPLITS[name], "added_tokens": tokens}
        with against_wheel.written(json.dumps(dict(BYTES, **changes))) as path:
            against_wheel.Comparison(EXACT).texts(path, texts)

tap.run()
