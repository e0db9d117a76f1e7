# SPDX-License-Identifier: MIT
"""Texts that are hard to tokenize and hard to cut, for one tokenizer."""
import functools
import random

# White space of all kinds and what only looks like it, contractions in both cases and with long s,
# digits and numbers of many scripts, marks that change places or compose, Hangul jamo, Han and kana
# beside their punctuation, compatibility forms, emoji, look-alikes of special tokens.
ATOMS = [
    " ", "  ", "   ", " " * 30, "\t", "\n", "\n\n", "\n\n\n\n", "\r\n", "\r", " \n", "\n ", "\t\n ",
    "\x0b", "\x0c", "\x85", "\xa0", "\u2028", "\u3000", "\u200b", "\ufeff", "\u180e", "\x1c", "\x1f",
    "\0", "\x01", "\x02\x03", "\x7f", "\xad",
    "'s", "'S", "'\u017f", "'ll", "'LL", "'re", "'Re", "'ve", "'t", "'d", "'m", "'x", "''", "'", "\u2019s",
    "it's", "IT'S", "don't", "we'll've", "'sx", "'12",
    "0", "1", "12", "123", "1234", "1234567", "1,234.5", "\u0661\u0662\u0663\u0664", "\u2160\u2161", "\xbd",
    "\u3007", "\U00011de0", "\xb2",
    "a", "b", "A", "I", "the", "The", "THE", "ing", "iPhone", "XMLHttp", "\xe9", "\xc9", "e\u0301", "E\u0301",
    "\xdf", "\u0130", "\u01c5", "\u02b0", "\xaa", "\u0410\u0431", "\u0627\u0644", "\u05d0\u05b7",
    "\u0301", "\u0301\u0316", "\u0316\u0301", "\u0345", "\u0e38\u0e48", "\u0e01\u0e33", "\u093c",
    "\u0915\u093c", "\u0915\u094d\u0937\u093f", "\u0d3b", "\u0897", "\u20dd", "A\u030a", "\u212b", "=\u0338",
    "<\u0338", "\u1112\u1161\u11ab", "\uac00", "\uac00\u11a8", "\uac01\u11a8", "\u1161", "\u30ab\u3099",
    "\u30ab", "\u3099", "\uff76\uff9e", "\u30a0", "\u30fb", "\u30fc", "\u309b", "\u6771\u4eac", "\u4e00",
    "\u9fa6", "\U00020000", "\u3042", "\uff01", "\uff11", "\u3001", "\u3002", "\u2014", "\u201c",
    "\u2581", "\u2581\u2581", " \u2581", "\u2581 ", "\ufb03", "\ufdfa", "\u1fbd", "\u2126", "\u0958",
    ".", ",", "...", "!?", "//", "/", "/\n", "--", "(", ")", "+", "=", "$", "^", "|", "_", "\\", "#",
    ".\n", "!\n\n", "=\r\n", "\xa9", "\u20ac", "\u2603", "\U0001f469\u200d\U0001f680", "\U0001fae8",
    "\U00018de0", "\U00010942", "\U000f0000", "\U000f0001",
    "<", ">", "<s>", "</s>", "<unk>", "<|", "|>", "<0x41>", "<0x0A>", "[MASK]", "<mask>", "\ufffd",
    "\u3400", "\u4dbf\u4dc0", "\u9fff\ua000", "\uf900", "\ufaff\ufb00", "\U0002a6df\U0002a6e0",
    "\U0002b73f\U0002b740", "\U0002b81f\U0002b820", "\U0002b91f\U0002b920", "\U0002ceaf\U0002ceb0",
    "\U0002f800", "\U0002fa1f\U0002fa20", "\u0344", "\u0f73", "\u302e", "\u08e2", "\u08e3", "\u08e1",
    "\u1734", "\u2e43", "\u2e4e", "\u037e", "\u2260", "\u1fef", "\u202f", "\u2000", "\u205f", "\u1680",
    "\ue000", "\U0010fffd", "\u03a3", "\u03a3\u03a3", "\u1e9e", "a\x00b", "a\ufffdb", " \x01 ", "[CLS]",
    "[SEP]", "[UNK]", "##", "##a", "http://a.b/c?d=e", "foo_bar(x, y);\n\t\treturn 1;\n", "{\"a\": [1, 2]}",
]
BLOCKS = [(0x20, 0x7f), (0x20, 0x7f), (0xa0, 0x250), (0x300, 0x370), (0x370, 0x530), (0x590, 0x700),
          (0x900, 0xe80), (0x1100, 0x1200), (0x1e00, 0x2070), (0x20d0, 0x2200), (0x3000, 0x3100),
          (0x4e00, 0x4f00), (0x9fa0, 0x9fff), (0xac00, 0xac80), (0xe000, 0xe010), (0xfb00, 0xffff),
          (0x10000, 0x10fff), (0x1f000, 0x1fa00), (0x20, 0xd800), (0xe000, 0x20000)]


LETTERS = [*range(0x21, 0x7f), *range(0xa1, 0xad), *range(0xae, 0x100)]
BYTE_OF = {chr(c): c for c in LETTERS}
BYTE_OF.update((chr(0x100 + i), byte) for i, byte in enumerate(b for b in range(256) if b not in LETTERS))


def bytes_of(entry):
    """The bytes of an entry in the byte alphabet; of another one, those of its text."""
    if all(c in BYTE_OF for c in entry):
        return bytes(BYTE_OF[c] for c in entry)
    return entry.encode()


@functools.lru_cache(None)
def letters_of(real):
    """The letters outside ASCII, in their order."""
    return sorted({c for c in real if ord(c) > 0x7f and c.isalpha()})


class Texts:
    """Random texts for a tokenizer, given as the parsed file."""

    def __init__(self, parsed, real, seed):
        self.random = random.Random(seed)
        self.real = real
        self.added = [token["content"] for token in parsed["added_tokens"] if token["content"]]
        vocabulary = list(parsed["model"]["vocab"])
        self.entries = self.random.sample(vocabulary, min(2000, len(vocabulary)))
        # Entries outside ASCII, many of which begin or end inside a character.
        foreign = [text for text in map(bytes_of, vocabulary) if text and max(text) > 0x7f]
        self.foreign = self.random.sample(foreign, min(2000, len(foreign)))
        self.letters = letters_of(real)

    def part(self):
        pick = self.random
        kind = pick.randrange(24)
        if kind < 9:
            return pick.choice(ATOMS)
        if kind < 11 and self.added:
            content = pick.choice(self.added)
            if pick.randrange(3) == 0:
                begin = pick.randrange(len(content))
                content = content[begin:begin + pick.randrange(1, 6)]
            return content
        if kind < 13:
            return self.entry()
        if kind < 16:
            return self.real_part(60)
        if kind < 18 and self.foreign:
            return self.around(pick.choice(self.foreign))
        if kind < 20 and self.letters:
            return "".join(pick.choice(self.letters) for _ in range(pick.randrange(1, 12)))
        first, end = pick.choice(BLOCKS)
        return "".join(chr(pick.randrange(first, end)) for _ in range(pick.randrange(1, 4)))

    def around(self, entry):
        """A text of whole characters in which the bytes of the entry stand."""
        for _ in range(20):
            before = bytes(self.random.choice(self.letters or "\u6771"), "utf-8")
            behind = bytes(self.random.choice(self.letters or "\u6771"), "utf-8")
            n, m = self.random.randrange(len(before) + 1), self.random.randrange(len(behind) + 1)
            try:
                return (before[:n] + entry + behind[m:]).decode()
            except UnicodeDecodeError:
                pass
        return entry.decode(errors="ignore")

    def entry(self):
        text = self.random.choice(self.entries)
        for mark, space in (("\u0120", " "), ("\u010a", "\n"), ("\u2581", " "), ("\u0109", "\t")):
            text = text.replace(mark, space)
        return text

    def real_part(self, most):
        at = self.random.randrange(len(self.real))
        return self.real[at:at + self.random.randrange(1, most)]

    def text(self):
        pick = self.random
        n = pick.randrange(1, 9) if pick.randrange(10) else pick.randrange(1, 120)
        parts = []
        for _ in range(n):
            part = self.part()
            parts.append(part * (pick.choice((1, 1, 1, 1, 1, 1, 2, 5))))
        return "".join(parts)

    def long_texts(self, size):
        """Texts that attack: runs of one thing, words without an end, and a mixture."""
        for atom in ("a", " ", "\n", "\n ", "1", "'", ".", "\u4e00", "\u0301", "e\u0301", "<", "\u2581",
                     *self.added[:2]):
            yield (atom * size)[:size]
        yield "".join(self.random.choice("etaoinsr") for _ in range(size))
        mixture = []
        while sum(map(len, mixture[-100:])) * len(mixture) / 100 < size * 8 and len(mixture) < size:
            mixture.append(self.text() if self.random.randrange(2) else self.real_part(2000))
        yield "".join(mixture)
