#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Pre-tokenizers against the reference: the pre-tokens of random texts.

    splitter_live.py SPLITTER_DRIVER

SPLITTER_DRIVER is the program of splitter_driver.cc. Needs the Python package tokenizers.
"""
import random
import subprocess
import sys

import alphabet
import tap
from tokenizers import PreTokenizedString, Regex, pre_tokenizers

PROGRAM = sys.argv[1]
N_TEXTS = (150, 400, 1000)[tap.LEVEL]
UNITS = list("aslrevmtdASLE  \t\n\r''.,!?/$+<|-_123") + [
    "  ", "\n\n", "'s", "'ll", "\u017f", "\u00e9", "\u01c5", "\u4e00", "\u304b", "\u30ca", "\u30fb",
    "\u3099", "\u3040", "\u3007", "\u0301", "\u0663", "\u00bd", "\u00a0", "\u0085", "\u2028", "\u3000",
    "\u2581", "\u2581", "\u2581\u2581", "_", "\u200b", "\u200d", "\u24b6", "\u0378", "\u3002", "\u060c",
    "\u0964", "\x01", "\u0100", "\u0120", "\u00ad", "\U0001f600", "\U00011de0", "\uac00", "ab", "aba"]

KINDS = ["byte_level", "split_string", "split_regex", "digits", "punctuation", "metaspace",
         "whitespace", "whitespace_split"]
BEHAVIORS = ["removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"]
PREPENDS = ["always", "first", "never"]
BEGIN, INSIDE, CONTINUED = range(3)


class Step:
    """A step: as the driver reads it, and as the reference does it."""

    def __init__(self, kind, reference, pattern="", behavior="isolated", invert=False,
                 individual=False, prefix=False, use_regex=True, replacement="", prepend="always",
                 split=True):
        self.kind, self.reference, self.prefix, self.prepend = kind, reference, prefix, prepend
        words = [KINDS.index(kind), pattern.encode().hex() or "-", BEHAVIORS.index(behavior),
                 int(invert), int(individual), int(prefix), int(use_regex),
                 replacement.encode().hex() or "-", PREPENDS.index(prepend), int(split)]
        self.line = "step " + " ".join(map(str, words))


def byte_level(prefix=False, use_regex=True):
    return Step("byte_level", pre_tokenizers.ByteLevel(prefix, True, use_regex), prefix=prefix,
                use_regex=use_regex)


def split(pattern, behavior="isolated", invert=False, regex=True):
    return Step("split_regex" if regex else "split_string",
                pre_tokenizers.Split(Regex(pattern) if regex else pattern, behavior, invert),
                pattern, behavior, invert)


def digits(individual):
    return Step("digits", pre_tokenizers.Digits(individual), individual=individual)


def punctuation(behavior):
    return Step("punctuation", pre_tokenizers.Punctuation(behavior), behavior=behavior)


def metaspace(prepend, is_split=True, replacement="\u2581"):
    return Step("metaspace", pre_tokenizers.Metaspace(replacement, prepend, is_split),
                replacement=replacement, prepend=prepend, split=is_split)


def whitespace():
    return Step("whitespace", pre_tokenizers.Whitespace())


def whitespace_split():
    return Step("whitespace_split", pre_tokenizers.WhitespaceSplit())


CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
CL100K = (CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|"
          r"\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN = CL100K.replace("{1,3}", "")
QWEN35 = QWEN.replace(r"?\p{L}+", r"?[\p{L}\p{M}]+").replace(r"^\s\p{L}", r"^\s\p{L}\p{M}")
SEED_CODER = (CONTRACTIONS + r"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1}| ?[^\s\p{L}\p{N}\r\n]+|"
              r"\s*[\r\n]+|\s+(?!\S)|\s+")
UPPERS, LOWERS = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}"


def o200k(but, contractions, numbers, behind):
    prefix = r"[^\r\n\p{L}\p{N}]?"
    return (prefix + UPPERS + but + "]*" + LOWERS + but + "]+" + contractions + "|" +
            prefix + UPPERS + but + "]+" + LOWERS + but + "]*" + contractions + "|" + numbers +
            r"| ?[^\s\p{L}\p{N}]+" + behind + r"*|\s*[\r\n]+|\s+(?!\S)|\s+")


O200K = o200k("", CONTRACTIONS + "?", r"\p{N}{1,3}", r"[\r\n/]")
TEKKEN = o200k("", "", r"\p{N}", r"[\r\n/]")
KIMI = r"[\p{Han}]+|" + o200k(r"&&[^\p{Han}]", CONTRACTIONS + "?", r"\p{N}{1,3}", r"[\r\n]")
DEEPSEEK = [r"\p{N}{1,3}", "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+",
            "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?"
            "[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+"]
CLIP = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
BLOOM = " ?[^(\\s|.,!?\u2026\u3002\uff0c\u3001\u0964\u06d4\u060c)]+"
LETTERS = "\\s?[A-Za-z\u00b5\u00c0-\u00d6\u00d8-\u00f6\u0400-\u0481\U00010400-\U0001044f]+"
BYTES = byte_level(False, False)

SCANNED = {name: [split(pattern), BYTES] for name, pattern in [
    ("cl100k", CL100K), ("qwen", QWEN), ("qwen35", QWEN35), ("seed-coder", SEED_CODER),
    ("o200k", O200K), ("tekken", TEKKEN), ("kimi", KIMI)]}
SCANNED.update({
    "gpt2": [byte_level()],
    "starcoder": [digits(True), byte_level()],
    "gpt-4o": [split(O200K, "removed", True), BYTES],
    "deepseek": [split(pattern) for pattern in DEEPSEEK] + [BYTES]})

SEQUENCES = {
    "none": [],
    "falcon": [punctuation("contiguous"), byte_level(), digits(False), split("[0-9][0-9][0-9]")],
    "bloom": [split(BLOOM), BYTES],
    "deepseek-coder": [split("[\r\n]"), split(LETTERS), split(r"\s?\p{P}+"),
                       split("[\u4e00-\u9fa5\u0800-\u4e00\uac00-\ud7ff]+"), digits(True), BYTES],
    "clip": [split(CLIP, "removed", True), BYTES],
    "roberta": [byte_level(True)],
    "t5": [whitespace_split(), metaspace("always")],
    "first behind spaces": [whitespace_split(), metaspace("first")],
    "gemma": [split(" ", "merged_with_previous", regex=False)],
    "laguna": [split("[^\n]+|[\n]+"), split(QWEN), BYTES],
    "digits and prefix": [digits(True), byte_level(True)],
    "prefix in the middle": [punctuation("isolated"), byte_level(True), digits(False)],
    "two levels": [byte_level(False, False), byte_level()],
    "two levels and more": [byte_level(), byte_level(True), split("\u0120", regex=False)],
    "metaspace and bytes": [metaspace("always"), byte_level()],
    "metaspace twice": [metaspace("always", False), metaspace("always", True, "_")],
    "words": [whitespace(), digits(True), split("a+", "contiguous")]}

SINGLE = {f"byte level {prefix} {regex}": [byte_level(prefix, regex)]
          for prefix in (False, True) for regex in (False, True)}
SINGLE.update({f"digits {individual}": [digits(individual)] for individual in (False, True)})
SINGLE.update({f"metaspace {prepend} {is_split} {mark}": [metaspace(prepend, is_split, mark)]
               for prepend in PREPENDS for is_split in (False, True) for mark in "\u2581_"})
SINGLE.update({"whitespace": [whitespace()], "whitespace split": [whitespace_split()]})
for behavior in BEHAVIORS:
    SINGLE[f"punctuation {behavior}"] = [punctuation(behavior)]
    for invert in (False, True):
        for pattern in (r"a|\s+|\p{P}", CL100K):
            SINGLE[f"split {pattern} {behavior} {invert}"] = [split(pattern, behavior, invert)]
        for text in (" ", "a", "aba", "--", ".", "\u2581"):
            SINGLE[f"split '{text}' {behavior} {invert}"] = [split(text, behavior, invert, False)]


class Driver:
    def __init__(self):
        self.process = subprocess.Popen([PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)

    def build(self, steps, use_scanner=True):
        """Returns the answer to `build`."""
        for step in steps:
            print(step.line, file=self.process.stdin)
        print("build", int(use_scanner), file=self.process.stdin, flush=True)
        return self.process.stdout.readline().strip()

    def split(self, texts, position):
        """Returns the pre-tokens of each text."""
        answers = []
        for first in range(0, len(texts), 50):
            part = texts[first:first + 50]
            for text in part:
                print("text", position, text.encode().hex(), file=self.process.stdin)
            self.process.stdin.flush()
            for _ in part:
                answers.append([bytes.fromhex(word) for word in
                                self.process.stdout.readline().split()])
        return answers


def as_bytes(pieces, is_byte_level):
    return [bytes(alphabet.BYTES[c] for c in piece) if is_byte_level else piece.encode()
            for piece in pieces]


def expected(steps, text, position):
    """Returns the pre-tokens of the reference, if INSIDE behind a piece "x"."""
    whole = PreTokenizedString("x" * (position == INSIDE) + text)
    if position == INSIDE:
        whole.split(lambda _, piece: [piece[:1], piece[1:]])
    for step in steps:
        step.reference.pre_tokenize(whole)
    pieces = [piece for piece, _, _ in whole.get_splits()]
    n_before = len(expected(steps, "x", BEGIN)) if position == INSIDE else 0
    return pieces[n_before:]


def texts(seed):
    chance = random.Random(seed)
    for _ in range(N_TEXTS):
        units = UNITS if chance.random() < 0.4 else chance.choices(UNITS, k=chance.randint(2, 6))
        yield "".join(chance.choice(units) for _ in range(chance.randint(1, 20)))


def compare(name, steps, positions=(BEGIN, INSIDE), use_scanner=True):
    is_byte_level = any(step.kind == "byte_level" for step in steps)
    tap.equal(DRIVER.build(steps, use_scanner), "bytes" if is_byte_level else "characters", name)
    for position in positions:
        samples = list(texts(f"{name} {position}"))
        for text, found in zip(samples, DRIVER.split(samples, position)):
            wanted = as_bytes(expected(steps, text, position), is_byte_level)
            tap.equal(found, wanted, f"{name}, position {position}: the pre-tokens of {text!r}")


DRIVER = Driver()


@tap.test("families with a scanner")
def _():
    for name, steps in SCANNED.items():
        compare(name, steps)


@tap.test("the same without their scanners")
def _():
    for name, steps in SCANNED.items():
        compare(name, steps, positions=[BEGIN], use_scanner=False)


@tap.test("sequences")
def _():
    for name, steps in SEQUENCES.items():
        compare(name, steps)


@tap.test("each step with each option")
def _():
    for name, steps in SINGLE.items():
        compare(name, steps)


@tap.test("each character is a word, white space, a number or punctuation as in the reference")
def _():
    alike = [range(0x3400, 0x4dc0), range(0x4e00, 0x9f00), range(0xac00, 0xd700),
             range(0x20000, 0xe0000), range(0xe0200, 0x110000)]
    characters = ["a" + chr(c) for c in range(0x80, 0x110000)
                  if not 0xd800 <= c < 0xe000 and (tap.LONG or c % 61 == 0 or
                                                   not any(c in span for span in alike))]
    for step in (whitespace(), whitespace_split(), digits(True), punctuation("isolated")):
        DRIVER.build([step])
        for text, found in zip(characters, DRIVER.split(characters, BEGIN)):
            wanted = [piece.encode() for piece, _ in step.reference.pre_tokenize_str(text)]
            tap.equal(found, wanted, f"{step.kind}: the pre-tokens of {text!r}")


@tap.test("a continued piece gets nothing in front")
def _():
    for prefixing, plain in ((byte_level(True), byte_level()),
                             (metaspace("always"), metaspace("never")),
                             (metaspace("first"), metaspace("never"))):
        samples = list(texts("continued"))
        DRIVER.build([plain])
        wanted = DRIVER.split(samples, BEGIN)
        DRIVER.build([prefixing])
        tap.equal(DRIVER.split(samples, CONTINUED), wanted, prefixing.kind)


@tap.test("what is not supported is refused by name")
def _():
    for steps, reason in (([split("", regex=False)], "an empty pattern"),
                          ([byte_level(), metaspace("never")], "Metaspace behind ByteLevel"),
                          ([metaspace("always"), metaspace("first")], "prepend_scheme first"),
                          ([split("^a")], "regex")):
        answer = DRIVER.build(steps)
        tap.holds(answer not in ("bytes", "characters"), f"{reason}: {answer}")
        tap.note(answer)


tap.run()
