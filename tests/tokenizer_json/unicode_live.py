#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Properties of characters and normalizers against the reference.

    unicode_live.py DRIVER

DRIVER is the program of unicode_driver.cc. Needs the Python package tokenizers.
"""
import itertools
import operator
import random
import subprocess
import sys
import unicodedata

import tap
from tokenizers import Regex, normalizers, pre_tokenizers


DRIVER = sys.argv[1]
N_TEXTS = (40000, 100000, 500000)[tap.LEVEL]
CATEGORIES = ("Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp "
              "Cc Cf Cs Co Cn").split()
# Every character but NUL, which ends a text for the driver. In the short form, of the planes that have
# ideographs, nothing or private use, those that decompose, the tags, and one in 61.
CHARACTERS = [chr(c) for c in range(1, 0x110000) if not 0xD800 <= c < 0xE000 and
              (tap.LONG or c < 0x20000 or 0x2f800 <= c < 0x2fa20 or 0xe0000 <= c < 0xe0200 or c % 61 == 0)]


def bert(**changes):
    """A BertNormalizer that does nothing but this."""
    flags = dict.fromkeys(("clean_text", "handle_chinese_chars", "strip_accents", "lowercase"), False)
    return normalizers.BertNormalizer(**dict(flags, **changes))


BERT = {"clean": bert(clean_text=True), "space": bert(handle_chinese_chars=True),
        "unaccent": bert(strip_accents=True)}
FORMS = {"nfc": normalizers.NFC(), "nfkc": normalizers.NFKC(), "lowercase": normalizers.Lowercase(), **BERT}
random.seed(14)


def ours(texts, *steps):
    """[(text, "c" if the driver says that it may change, its form)]"""
    done = subprocess.run([DRIVER, *steps], input="".join(text + "\0" for text in texts).encode(),
                          stdout=subprocess.PIPE, check=True)
    answers = done.stdout.decode().split("\0")
    tap.equal(answers.pop(), "", "what is behind the last NUL")
    tap.equal(len(answers), len(texts), "the number of answers")
    return [(text, answer[0], answer[1:]) for text, answer in zip(texts, answers)]


def theirs(texts, normalizer):
    """Forms of texts without NUL, which no normalizer but clean_text changes or takes for a neighbour."""
    if normalizer is BERT["clean"]:
        return [normalizer.normalize_str(text) for text in texts]
    forms = normalizer.normalize_str("\0".join(texts)).split("\0")
    tap.equal(len(forms), len(texts), "the number of forms")
    return forms


def compare(texts, name):
    """Compares the forms, and what the driver says of changes. Returns the number of changes."""
    texts = list(texts)
    forms = theirs(texts, FORMS[name])
    answers = ours(texts, name)
    if [form for _, _, form in answers] != forms:
        for (text, _, form), expected in zip(answers, forms):
            tap.equal(ascii(form), ascii(expected), f"{name} of {ascii(text)}")
    wrong = [text for text, changes, form in answers if changes == "-" and text != form]
    tap.holds(not wrong, f"{ascii(wrong[:1])} is said not to change")
    return sum(map(operator.ne, texts, forms))


class Properties:
    def __init__(self):
        lines = tap.output(DRIVER, "properties").splitlines()
        self.category = [CATEGORIES[int(line.split()[0])] for line in lines]
        flags = [line.split()[1] for line in lines]
        (self.han, self.white_space, self.numeric, self.punctuation, self.stable_nfc,
         self.stable_nfkc) = ({chr(c) for c, digits in enumerate(flags) if digits[i] == "1"
                               and not 0xD800 <= c < 0xE000} for i in range(6))


PROPERTIES = Properties()


def matched(pattern, characters=CHARACTERS):
    """Those of the characters that match."""
    split = pre_tokenizers.Split(Regex(f"(?:{pattern})++"), "removed", invert=True)
    return "".join(piece for piece, _ in split.pre_tokenize_str("".join(characters)))


@tap.test("categories of all characters")
def _():
    tap.equal(len(PROPERTIES.category), 0x110000, "the number of characters")
    tap.equal(set(PROPERTIES.category[0xD800:0xE000]), {"Cs"}, "the categories of surrogates")
    members = {name: [] for name in CATEGORIES}
    for c in CHARACTERS:
        members[PROPERTIES.category[ord(c)]].append(c)
    for name, characters in members.items():
        tap.holds(matched(rf"\p{{{name}}}", characters) == "".join(characters), name)


@tap.test("Han, white space, digits and punctuation")
def _():
    classes = [
        (pre_tokenizers.Split(Regex(r"\p{Han}"), "isolated"), PROPERTIES.han),
        (pre_tokenizers.Split(Regex(r"\s"), "isolated"), PROPERTIES.white_space),
        (pre_tokenizers.Digits(True), PROPERTIES.numeric),
        (pre_tokenizers.Punctuation("isolated"), PROPERTIES.punctuation),
        (pre_tokenizers.WhitespaceSplit(), PROPERTIES.white_space),
    ]
    union = set().union(*(members for _, members in classes))
    for pre_tokenizer, members in classes:
        # Between letters, members are pieces of their own, or nothing, and others are none.
        pieces = pre_tokenizer.pre_tokenize_str("a" + "a".join(sorted(members)) + "a")
        n_letters = sum(piece == "a" for piece, _ in pieces)
        tap.equal(n_letters, len(members) + 1, "the letters that are parted")
        rest = "".join(union - members)
        tap.equal(len(pre_tokenizer.pre_tokenize_str(rest)), 1, "the pieces of the others")
    rest = "".join(c for c in CHARACTERS if c not in union)
    all_of_them = pre_tokenizers.Sequence([pre_tokenizer for pre_tokenizer, _ in classes])
    tap.equal(len(all_of_them.pre_tokenize_str(rest)), 1, "the pieces of what is in no class")


@tap.test("forms of all characters")
def _():
    # Those that are to stay as they are need no text of their own.
    for name, stable in (("nfc", PROPERTIES.stable_nfc), ("nfkc", PROPERTIES.stable_nfkc)):
        compare([c for c in CHARACTERS if c not in stable], name)
        kept = "".join(c for c in CHARACTERS if c in stable)
        tap.equal(compare([kept[at:at + 64] for at in range(0, len(kept), 64)], name), 0,
                  f"texts of characters that are stable under {name} and change")
    text = "".join(CHARACTERS)
    compare([text[at:at + 64] for at in range(0, len(text), 64)], "lowercase")
    for name in BERT:
        compare(CHARACTERS if tap.LONG else SOME, name)
        compare([text[at:at + 64] for at in range(0, len(text), 64)], name)


@tap.test("forms of characters behind and before others")
def _():
    for name in ("nfc", "nfkc", "unaccent"):
        for around in ("a{}", "{}\u0301\u0323", "\u0345{}\u0334"):
            compare([around.format(c) for c in SOME], name)


# Of letters and symbols, which are many and alike, one in twenty.
MANY = {"Lo", "Co", "Cn", "So"}
UNSTABLE = set(CHARACTERS) - PROPERTIES.stable_nfc
SOME = [c for c in CHARACTERS if PROPERTIES.category[ord(c)] not in MANY or c in UNSTABLE
        or random.random() < 0.05]
# What stands first and second where two characters can interact: the parts of compositions, what
# is composed, and marks. Of marks, one of each class stands for all.
MARKS = [c for c in sorted(UNSTABLE) if PROPERTIES.category[ord(c)] in ("Mn", "Mc", "Me")]
HANGUL = [chr(c) for c in range(0xAC00, 0xD7A4)]
LOW = [c for c in CHARACTERS if c < "\U00012000"]  # what is composed is among them
DECOMPOSED = dict(zip(LOW, theirs(LOW, normalizers.NFD())))
COMPOSED = dict(zip(LOW, theirs(LOW, FORMS["nfc"])))
COMPOSITES = [c for c in LOW
              if DECOMPOSED[c] != c and COMPOSED[c] == c and not "\uac00" <= c <= "\ud7a3"]
FIRSTS = sorted({part for c in COMPOSITES for part in DECOMPOSED[c]} | set(COMPOSITES))
SECONDS = sorted({DECOMPOSED[c][-1] for c in COMPOSITES} | set(MARKS))
CLASSES = list({unicodedata.combining(c): c for c in MARKS}.values())
JAMO = [chr(c) for c in range(0x10FF, 0x1200)]


@tap.test("NFC of all pairs that can compose or change places")
def _():
    tap.holds(len(FIRSTS) > 1000 and len(SECONDS) > 800, "the characters are there")
    tap.holds(len(CLASSES) > 50, "the classes of marks are there")
    n_changed = compare([a + b for a, b in itertools.product(CLASSES, MARKS)], "nfc")
    n_changed += compare([a + b for a, b in itertools.product(MARKS, CLASSES)], "nfc")
    firsts = FIRSTS if tap.LONG else FIRSTS[::5]
    for at in range(0, len(firsts), 300):
        pairs = [a + b for a, b in itertools.product(firsts[at:at + 300], SECONDS)]
        n_changed += compare(pairs, "nfc")
    tap.holds(n_changed > 50000, f"{n_changed} pairs change")


@tap.test("Hangul")
def _():
    pairs = [a + b for a, b in itertools.product(JAMO, JAMO)]
    edges = [chr(c + d) for c in range(0xAC00, 0xD7A4, 28 * 21) for d in (-1, 0, 1, 27, 28, 29)]
    edges += random.sample(HANGUL, 300) + ["\ud7a3", "\ud7b0", "\ud7cb"]
    pairs += [a + b for a, b in itertools.product(edges, JAMO)]
    compare(pairs, "nfc")
    compare(random.sample(pairs, 20000), "nfkc")
    compare([DECOMPOSED[c] + random.choice(JAMO + MARKS) for c in HANGUL], "nfc")


def random_texts(n):
    """Texts of characters that interact, with runs of marks of few or many classes."""
    few = random.sample(MARKS, 20)
    pools = [MARKS, few, SECONDS, FIRSTS, JAMO, "aeo\u0301 \u0323A", COMPOSITES, HANGUL, CHARACTERS]
    for _ in range(n):
        pool, other = random.choice(pools), random.choice(pools)
        yield "".join(random.choice(pool if random.random() < 0.7 else other)
                      for _ in range(random.randint(1, random.choice((3, 6, 12)))))


@tap.test("forms of random texts")
def _():
    texts = list(random_texts(N_TEXTS))
    n_changed = 0
    for at in range(0, len(texts), 100000):
        part = texts[at:at + 100000]
        n_changed += compare(part, "nfc")
        compare(random.sample(part, len(part) // 4), "nfkc")
        compare(random.sample(part, len(part) // 10), "lowercase")
        for name in BERT:
            compare(random.sample(part, len(part) // 10), name)
    tap.holds(n_changed > N_TEXTS // 8, f"{n_changed} texts change")


@tap.test("a stable character parts a text")
def _():
    texts = [(a, random.choice(c) + b) for a, b, c in
             zip(random_texts(20000), random_texts(20000),
                 itertools.repeat("a1 .e" + "".join(random.sample(COMPOSITES, 200))))]
    for name, stable in (("nfc", PROPERTIES.stable_nfc), ("nfkc", PROPERTIES.stable_nfkc)):
        parted = [(a, b) for a, b in texts if b[0] in stable]
        whole = theirs([a + b for a, b in parted], FORMS[name])
        halves = zip(theirs([a for a, _ in parted], FORMS[name]),
                     theirs([b for _, b in parted], FORMS[name]))
        tap.equal(whole, [a + b for a, b in halves], name)


STEPS = [
    (["prepend=\u2581"], normalizers.Prepend("\u2581")),
    (["string= =\u2581"], normalizers.Replace(" ", "\u2581")),
    (["string=aa=a"], normalizers.Replace("aa", "a")),
    (["string=.=ab"], normalizers.Replace(".", "ab")),
    (["string=a="], normalizers.Replace("a", "")),
    ([r"regex=\s+= "], normalizers.Replace(Regex(r"\s+"), " ")),
    ([r"regex=a|\p{M}+\s=$0\1"], normalizers.Replace(Regex(r"a|\p{M}+\s"), r"$0\1")),
    (["strip"], normalizers.Strip()),
    (["lstrip"], normalizers.Strip(left=True, right=False)),
    (["rstrip"], normalizers.Strip(left=False, right=True)),
    (["nfc"], normalizers.NFC()),
    (["nfkc"], normalizers.NFKC()),
    (["lowercase"], normalizers.Lowercase()),
    *([[name], form] for name, form in BERT.items()),
    (["clean", "space", "unaccent", "lowercase"], normalizers.BertNormalizer()),
]


@tap.test("sequences of steps")
def _():
    letters = " \t\n\u0085\u00a0\u3000\x1c\u200b\ufffd\ue000\u6771\ud55c\xe9\u0e33\u08e2"
    letters += "aaAA.e\u0301\u0323\u01c5\u0130\u03a3\ufdfa\u2581"
    for _ in range(4000 if tap.LONG else 400):
        chosen = random.choices(STEPS, k=random.randint(1, 4))
        texts = ["".join(random.choices(letters, k=random.randint(0, 9))) for _ in range(40)]
        normalizer = normalizers.Sequence([step for _, step in chosen])
        words = [word for names, _ in chosen for word in names]
        for text, changes, form in ours(texts, *words):
            expected = normalizer.normalize_str(text)
            tap.equal(ascii(form), ascii(expected), f"{words} of {ascii(text)}")
            tap.holds(changes == "c" or text == form, f"{words}: {ascii(text)} is not to change")


@tap.test("another version of Unicode is found out")
def _():
    # Python's own is none of the versions that the reference uses.
    def differences(function, expected):
        return {c for c, e in zip(SOME, expected) if function(c) != e}

    found = {
        "categories": differences(unicodedata.category,
                                  (PROPERTIES.category[ord(c)] for c in SOME)),
        "NFKC": differences(lambda c: unicodedata.normalize("NFKC", c),
                            theirs(SOME, FORMS["nfkc"])),
        "marks": {c for c in SOME if unicodedata.combining(c) and c in PROPERTIES.stable_nfc},
        "lower case": differences(str.lower, theirs(SOME, FORMS["lowercase"])),
        "accents": differences(lambda c: "".join(
            each for each in unicodedata.normalize("NFD", c) if unicodedata.category(each) != "Mn"),
            theirs(SOME, FORMS["unaccent"])),
        "controls": differences(
            lambda c: "" if unicodedata.category(c) in ("Cc", "Cf", "Co") else " " if c.isspace() else c,
            theirs(SOME, FORMS["clean"])),
        "numeric": PROPERTIES.numeric ^ {c for c in CHARACTERS
                                         if PROPERTIES.category[ord(c)][0] == "N"},
        "punctuation": {c for c in CHARACTERS if PROPERTIES.category[ord(c)][0] == "P"}
        - PROPERTIES.punctuation,
    }
    for name, characters in found.items():
        tap.note(f"{name}: {len(characters)}")
        tap.holds(characters, name)
    # Marks of Unicode 10 and 11 have no combining class in 9.0.
    tap.holds({"\u0d3b", "\u1df6", "\u07fd"} <= found["marks"], "the marks")
    tap.equal(ours(["a\u0345\u1df6", "a\u0345\u0316"], "nfc"),
              [("a\u0345\u1df6", "-", "a\u0345\u1df6"), ("a\u0345\u0316", "c", "a\u0316\u0345")],
              "the order of marks")
    tap.equal(len(found["numeric"]), 13, "the digits that are new")
    tap.equal(len(found["punctuation"]), 140, "the punctuation that is missing")


tap.run()
