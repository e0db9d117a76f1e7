#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Regular expressions against the reference: the pieces of random texts.

    regex_live.py DRIVER PATTERNS

DRIVER is the program of regex_driver.cc, PATTERNS a folder of files with a pattern each. Needs
the Python package tokenizers.
"""
import os
import random
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import tap
from tokenizers import Regex, pre_tokenizers


DRIVER, PATTERNS = sys.argv[1:3]
N_TEXTS = (15000, 40000, 200000)[tap.LEVEL]

# What patterns tell apart, and what is next to it in Unicode: every category, white space and what
# looks like it, the letters of contractions and what they are equal to, Han, the ends of ranges.
CHARACTERS = (
    "aslrevmtdASLREVMTDkKzZ\u017f\u212a\u01c5\u02b0\u00e9\u00c9\u00df\u0130\ufb05\ufb01\u05d0"
    "\u0301\u0903\u20dd1239\u0661\u2160\u00b2\u00bd_\u203f-\u2014()[]{}\u00ab\u00bb"
    "'.,!?/\"#\\|+$^`<>=~\u00a9\u2044\u20ac\u00a8\u2028\u2029 \u00a0\u3000\u200b\ufeff\u180e"
    "\u1680\u2009\t\n\r\x0b\x0c\x1c\x1f\x7f\x85\x00\x01\u00ad\ue000\u0378\U0010ffff\U0001f600"
    "\u4e00\u9fa5\u9fa6\u3007\u3005\u3006\u3040\u309f\u30a0\u30ff\u3100\uac00\ud7a3\u2e80\U00020000"
    "\u060c\u06d4\u3001\u3002\u0964\u2026\ufffd")
PLAIN = "aslretdASR'1  \t\n\r.\u4e00\u0301"

# Each construct of the subset, beside what tokenizers use.
CONSTRUCTS = [
    r"a|ab", r"ab|a|b+", r"(?:a|as)(?:l|sl)", r"a{2}|s{1,2}|l{2,}|r{,2}e", r"\p{N}{1,3}+",
    r"a{1,2}{2}", r"a+*s", r"(?:as?)+l", r"(?:a|s)*l|.", r"a?+s", r"a++s|[sl]*+\d", r".+", r".\n",
    r"[^a]+", r"[a-l&&[^de]]+", r"[^a-l&&[^de]]+", r"[as[lr]&&[r-z]&&\p{L}]", r"[^\S]+", r"[\D]+",
    r"\S+", r"\D\d", r"\p{Lu}\p{Ll}", r"\P{L}+", r"\p{^L}+", r"[\P{L}a]+", r"[^\p{Han}\s]+",
    r"\P{Han}+", r"\p{^Han}\p{Han}", r"[-a]+", r"[a-]+", r"[+--]+", r"[()\[\]{}|?*+.$^]+", "a]|}",
    r"\t|\n|\r|\f|\v|\a|\e", r"\x41|\x{1F600}|\u4e00|\u00e9", r"\'|\/|\-|\#|\ |\_|\"|\<|\`",
    r"[\x00-\x1f]+", r"[\t-\r]", r"(?i:[a-z])\d?", r"(?i:k|s)l", r"(?i:as|le)", r"'(?i:[sdmt]|ll|ve|re)",
    r"(?i:(?:'s){2})", r"a(?:|s)l", r"(a)(s|l)?", r"\s+(?!\S)|\s", r"a(?!\S)|as|\s*[a\n](?!\S)",
    r"\s{3}(?!\S)|\s{2}(?!\S)|\s", r"a*l|s", r"(?:as)*l|a|s", r"[\s\p{Cc}]+", r"\p{L}+|\p{M}+|\p{N}+"
    r"|\p{P}+|\p{S}+|\p{Z}+|\p{C}+"]
CONSTRUCTS += [rf"\p{{{name}}}+" for name in (
    "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Co Cn "
    "L M N P S Z C Han").split()]


def known():
    patterns = []
    for name in sorted(os.listdir(PATTERNS)):
        with open(os.path.join(PATTERNS, name), encoding="utf-8", newline="") as file:
            patterns.append(file.read())
    tap.holds(len(patterns) > 20, "the patterns are there")
    return patterns


def texts(n):
    """Random texts; most hold few different characters, so that they meet."""
    for _ in range(n):
        alphabet = random.choice((PLAIN, PLAIN, CHARACTERS, random.sample(CHARACTERS, 4)))
        yield "".join(random.choice(alphabet) for _ in range(random.randint(1, 14)))


def reference(pattern, text):
    """Returns the pieces as the driver prints them."""
    compiled = Regex(pattern)
    ends = lambda behavior, invert: {offsets for _, offsets in pre_tokenizers.Split(
        compiled, behavior, invert).pre_tokenize_str(text)}
    matches = ends("removed", True)
    return " ".join("gm"[piece in matches] + str(len(text[:piece[1]].encode()))
                    for piece in sorted(ends("isolated", False)))


def ours(pattern, cases):
    lines = [pattern.encode().hex()] + [text.encode().hex() for text in cases] + [""]
    done = subprocess.run([DRIVER], input="\n".join(lines) + "\n", stdout=subprocess.PIPE,
                          text=True, check=True, timeout=300)
    verdict, *pieces = done.stdout.splitlines()
    tap.equal(verdict, "ok", f"the verdict on {pattern!r}")
    return [" ".join(line.split()) for line in pieces]


def compare(pattern, n):
    cases = list(texts(n))
    found = ours(pattern, cases)
    tap.equal(len(found), len(cases), "the number of answers")
    for text, pieces in zip(cases, found):
        tap.equal(pieces, reference(pattern, text), f"the split of {text!r} by {pattern!r}")


def compare_all(patterns):
    random.seed(14)
    for pattern in patterns:
        compare(pattern, N_TEXTS // (2 * len(patterns)))


@tap.test("patterns that tokenizers use")
def _():
    compare_all(known())


@tap.test("constructs")
def _():
    compare_all(CONSTRUCTS)


tap.run()
