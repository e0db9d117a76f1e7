# SPDX-License-Identifier: MIT
"""calib info: defects made on purpose, and every figure counted again in Python."""
import collections
import html.parser
import json
import math
import os
import re
import struct
import unicodedata

import program
import readers
import tap
from byte_level import BOS, tokenizer

WORDS = "the cat, ein Hund, le thé, кошка, 数学, 東京, \U0001f680 7 ก א the".split(" ")
HOSTILE = ["<script>alert(1)</script>", "\u202eevil", "\n\x1b[31mred", "\"'&amp;<b>", "</code></td>", "\u200b"]
SHOWN = ["<script>alert(1)</script>", "\\u202eevil", "\\n\\x1b[31mred", "\"'&amp;<b>", "</code></td>",
         "\\u200b"]


def added(contents, special=True):
    return [{"id": BOS + i, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
             "normalized": False, "special": special or i == 0} for i, content in enumerate(["<s>", *contents])]


def write(path, name, texts):
    lines = [json.dumps({"text": text}) if isinstance(text, str) else text.decode() for text in texts]
    (path / name).write_text("".join(line + "\n" for line in lines))


def documents(seed, n):
    """Documents of n different lengths; no two are equal."""
    return [" ".join(WORDS[(i * seed + j * j + j // 5) % len(WORDS)] for j in range(i * 3 % 97 + 1)) + f" {i}"
            for i in range(n)]


class folder:
    """A directory with model/tokenizer.json and a.jsonl."""

    def __init__(self, texts, **changes):
        self.texts, self.changes = texts, changes

    def __enter__(self):
        self.directory = program.directory()
        path = self.directory.__enter__()
        (path / "model").mkdir()
        (path / "model" / "tokenizer.json").write_text(tokenizer(**self.changes))
        write(path, "a.jsonl", self.texts)
        return path

    def __exit__(self, *exception):
        return self.directory.__exit__(*exception)


ASK = ["--documents", "jsonl", "--source", "a.jsonl", "--tokenizer", "model", "--seq-len", 16]


def told(path, *arguments):
    return json.loads(program.good(path, "info", *(arguments or ASK), "--json").out)


def defects(info):
    return {defect["defect"]: (defect["n"], defect["of"], defect["unit"]) for defect in info["defects"]}


def tokens(path, *arguments):
    """The ids of each document."""
    program.good(path, "tokenize", *[a for a in arguments or ASK if a not in ("--seq-len", 16)], "-o", "t.npy",
                 "--bounds", "b.npy")
    ids = readers.read_npy((path / "t.npy").read_bytes())
    data = (path / "b.npy").read_bytes()
    start = 10 + struct.unpack("<H", data[8:10])[0]
    bounds = struct.unpack(f"<{(len(data) - start) // 8}q", data[start:])
    return [ids[a:b] for a, b in zip(bounds, bounds[1:])]


def repeated(items):
    return len(items) - len(set(map(tuple, items)))


@tap.test("every figure is that of Python's count")
def _():
    texts = documents(1, 150)
    texts += [texts[3], texts[3], texts[9], "", ""]
    with folder(texts) as path:
        info, ids = told(path), tokens(path)
        stream = sum(ids, [])
        counts = collections.Counter(stream)
        tap.equal((info["tokens"], info["documents"]), (len(stream), len(texts)))
        tap.equal((info["ids"], info["ids_seen"]), (260, len(counts)))
        is_byte = [128 <= token < 256 for token in range(260)]
        by_kind = {"normal": sum(n for token, n in counts.items() if token != BOS and not is_byte[token]),
                   "special": counts[BOS], "added": 0, "unknown": 0,
                   "byte": sum(n for token, n in counts.items() if is_byte[token])}
        tap.equal(info["kinds"], by_kind)
        tap.equal(info["repeated_documents"], repeated([d for d in ids if d != [BOS]]))
        tap.equal(info["repeated_documents"], 3)
        tap.equal((info["blank_documents"], info["documents_without_bos"]), (2, 0))
        rows = [stream[i:i + 16] for i in range(0, len(stream) - 15, 16)]
        tap.equal(info["repeated_rows"], repeated(rows))
        tap.equal(info["documents_longer_than_row"], sum(len(d) > 16 for d in ids))
        tap.equal([(t["id"], t["text"], t["kind"], t["n"]) for t in info["special_tokens"]],
                  [(BOS, "<s>", "special", counts[BOS])])
        check_lengths(info["document_lengths"], sorted(map(len, ids)))
        tap.equal(info["characters"], sum(map(len, texts)))


def check_lengths(found, lengths):
    n = len(lengths)
    for q, name in enumerate(["shortest", "quarter", "median", "three_quarters", "longest"]):
        tap.equal(found[name], lengths[q * (n - 1) // 4], name)
    bins = collections.Counter(length.bit_length() for length in lengths)
    columns = range(min(bins), max(bins) + 1)
    tap.equal(found["histogram"], [{"from": 1 << b - 1 if b else 0, "to": (1 << b) - 1, "documents": bins[b]}
                                   for b in columns])


@tap.test("each defect is found, and nothing where there is none")
def _():
    clean = ["the cat", "the end", "other"]
    with folder(clean) as path:
        tap.equal(told(path)["defects"], [])
        text = program.good(path, "info", *ASK).out.decode()
        tap.holds("\nDefects: none found\n" in text, text)
    with folder([*clean, "<s>twice", "the cat", "the cat", "", b"{bad", "no", "x" * 60, "é"]) as path:
        more = [*ASK, "--skip-malformed"]
        # Documents of 6, 6, 4, 7, 6, 6, 1, 3, 61 and 3 ids: rows 3, 4 and 5 are of x alone.
        found = defects(told(path, *more))
        tap.equal(found, {"doubled_bos": (1, 10, "documents"), "repeated_documents": (2, 10, "documents"),
                          "malformed": (1, 11, "records"), "blank_documents": (1, 10, "documents"),
                          "repeated_rows": (2, 6, "rows"), "byte_tokens": (2, 103, "tokens")})
        found = defects(told(path, *more, "--specials", "none"))
        # One has BOS of its own, and one has no ids at all.
        tap.equal(found["missing_bos"], (8, 10, "documents"))
        found = defects(told(path, *more, "--min-chars", 3, "--max-chars", 50))
        tap.equal([found[name] for name in ("empty", "too_short", "too_long")],
                  [(1, 11, "records"), (2, 11, "records"), (1, 11, "records")])
        text = program.good(path, "info", *more).out.decode()
        for words in ("doubled BOS          1 of 10 documents, 10.0 %", "--specials once", "malformed records"):
            tap.holds(words in text, f"{words!r} is not in {text}")


@tap.test("blank documents: nothing, or white space alone; the remedy removes them")
def _():
    with folder(["the cat", "", " ", " ", "\n \t ", "\u3000", "the end"]) as path:
        info = told(path)
        tap.equal((info["blank_documents"], info["repeated_documents"]), (4, 0))
        info = told(path, *ASK, "--strip", "python", "--min-chars", 1)
        tap.equal((info["blank_documents"], info["documents"]), (0, 2))


@tap.test("unknown and byte tokens of a vocabulary of characters")
def _():
    model = json.loads(tokenizer())["model"]
    vocab = {"<unk>": 0, "a": 1, "b": 2, "<0xC3>": 3, "<0xA9>": 4}
    unknown = {"id": 0, "content": "<unk>", "single_word": False, "lstrip": False, "rstrip": False,
               "normalized": False, "special": True}
    changes = {"pre_tokenizer": None, "post_processor": None, "decoder": None, "added_tokens": [unknown],
               "model": {**model, "vocab": vocab, "merges": [], "unk_token": "<unk>", "byte_fallback": True}}
    with folder(["ab", "aé", "azb"], **changes) as path:
        info = told(path)
        tap.equal(info["kinds"], {"normal": 5, "special": 0, "added": 0, "byte": 2, "unknown": 1})
        tap.equal(defects(info), {"unknown_tokens": (1, 8, "tokens"), "byte_tokens": (2, 8, "tokens")})
        tap.equal(info["scripts"], {"Latin": 6})


@tap.test("an id far from all others is refused, and needs no memory")
def _():
    model = json.loads(tokenizer())["model"]
    with folder(["a"], model={**model, "vocab": {**model["vocab"], "far": 2**31 - 1}}) as path:
        program.bad(path, 1, ["go up to 2147483647"], "info", *ASK)


@tap.test("scripts: letters by their names, whole or split over tokens")
def _():
    heads = {"LATIN SMALL LETTER": "Latin", "GREEK SMALL LETTER": "Greek", "CYRILLIC CAPITAL LETTER": "Cyrillic",
             "HEBREW LETTER": "Hebrew", "ARABIC LETTER": "Arabic", "DEVANAGARI LETTER": "Devanagari",
             "TAMIL LETTER": "Tamil", "THAI CHARACTER KO": "Thai", "HANGUL SYLLABLE": "Hangul",
             "HIRAGANA LETTER": "Hiragana", "KATAKANA LETTER": "Katakana", "CJK UNIFIED IDEOGRAPH": "Han",
             "GEORGIAN LETTER": "Georgian", "ARMENIAN SMALL LETTER": "Armenian", "CHEROKEE LETTER": "Other",
             "RUNIC LETTER": "Other", "DIGIT": "Common", "ETHIOPIC SYLLABLE": "Ethiopic"}
    expected, text = collections.Counter(), []
    for code in range(0x20000):
        # The old tables of Python: no version of it has a letter that Unicode 15.0 does not have.
        name = unicodedata.ucd_3_2_0.name(chr(code), "")
        script = next((script for head, script in heads.items() if name.startswith(head)), None)
        if script and unicodedata.category(chr(code)) != "Mn":
            expected[script] += 1
            text.append(chr(code))
    tap.holds(len(text) > 30000, f"{len(text)} letters")
    with folder(["".join(text)]) as path:
        for model in "bytes", "model":
            info = told(path, *program.instead(ASK, "--tokenizer", model))
            tap.equal(info["scripts"], dict(expected), model)
        info = told(path, *program.instead(ASK, "--tokenizer", "bytes"))
        tap.equal((info["kinds"]["normal"], info["ids"], info["special_tokens"]), (info["tokens"], 256, []))
        write(path, "a.jsonl", ["".join(text) * 2])
        tap.equal(told(path)["characters"], 2 * len(text))


def distance(here, there):
    """The Jensen-Shannon divergence and distance of two lists of ids, and each id's part of it."""
    parts = {}
    p, q = collections.Counter(here), collections.Counter(there)
    for token in {*p, *q}:
        a, b = p[token] / len(here), q[token] / len(there)
        parts[token] = sum(x * math.log2(2 * x / (a + b)) / 2 for x in (a, b) if x)
    total = math.fsum(parts.values())
    return total, math.sqrt(total), parts


@tap.test("--compare: the distance and the tokens that differ most")
def _():
    with folder(documents(1, 80)) as path:
        write(path, "b.jsonl", documents(5, 30) + ["xyz the the the"] * 9)
        one = told(path, *ASK, "--compare", "b.jsonl")
        here = sum(tokens(path), [])
        there = sum(tokens(path, *program.instead(ASK, "--source", "b.jsonl")), [])
        divergence, root, parts = distance(here, there)
        other = one["compare"]
        tap.equal((other["source"], other["tokens"], other["documents"]), ("b.jsonl", len(there), 39))
        tap.equal(other["repeated_documents"], 8)
        tap.holds(abs(other["js_divergence"] - divergence) < 1e-8, f"{other['js_divergence']}, not {divergence}")
        tap.holds(abs(other["js_distance"] - root) < 1e-8, f"{other['js_distance']}, not {root}")
        largest = sorted((-part, token) for token, part in parts.items() if part > 1e-12)[:50]
        tap.equal({d["id"] for d in other["differences"][:10]}, {token for _, token in largest[:10]})
        for found in other["differences"]:
            tap.equal((found["n"], found["n_compared"]), (here.count(found["id"]), there.count(found["id"])))
            tap.holds(abs(found["share"] - parts[found["id"]] / divergence) < 1e-8, f"{found}")
        same = told(path, *ASK, "--compare", "a.jsonl")["compare"]
        tap.equal((same["js_divergence"], same["js_distance"], same["differences"]), (0, 0, []))
        write(path, "c.jsonl", ["0"])
        (path / "one.txt").write_text("1")
        apart = told(path, "--source", "c.jsonl", "--documents", "jsonl", "--compare", "one.txt")["compare"]
        tap.equal((apart["js_divergence"], apart["js_distance"]), (1, 1))
        # Rounding makes the sum of the parts of these two negative.
        (path / "a.txt").write_bytes(b"a" * 10**7 + b"b" * 2 * 10**7)
        (path / "b.txt").write_bytes(b"a" * 10**7 + b"b" * (2 * 10**7 + 1))
        close = told(path, "--source", "a.txt", "--compare", "b.txt")["compare"]
        tap.holds(0 <= close["js_distance"] < 1e-4 and close["js_divergence"] == 0, close)


@tap.test("--compare: its own options, several sources, and no corpus without --source")
def _():
    with folder(documents(1, 20)) as path:
        write(path, "b.jsonl", documents(5, 30))
        (path / "c.txt").write_text("the\n\ncat\n\nend")
        info = told(path, "--tokenizer", "model", "--source", "a.jsonl", "--documents", "jsonl", "--compare",
                    "b.jsonl", "--documents", "jsonl", "--compare", "c.txt", "--documents", "blank", "--specials",
                    "none")
        tap.equal((info["documents"], len(info["sources"])), (20, 1))
        tap.equal([s["documents"] for s in info["compare"]["sources"]], [30, 3])
        tap.equal(info["compare"]["documents_without_bos"], 3)
        program.bad(path, 2, ["--compare", "--source"], "info", "--compare", "a.jsonl")
        program.bad(path, 2, ["--compare is not an option of calib sample"], "sample", "--compare", "a.jsonl")
        program.bad(path, 1, ["none.txt"], "info", *ASK, "--compare", "none.txt")


@tap.test("sources: their share of the tokens beside that of their weight")
def _():
    with folder(["abcdefg"] * 3) as path:
        write(path, "b.jsonl", ["x" * 15] * 3)
        text = program.good(path, "info", "--documents", "jsonl", "--source", "a.jsonl", "--weight", 3, "--source",
                            "b.jsonl", "--weight", 1, "--tokenizer", "model").out.decode()
        for words in ("24 in 3 documents, 33.3 % of all; weight 75.0 %", "48 in 3 documents, 66.7 % of all; weight "
                      "25.0 %"):
            tap.holds(words in text, f"{words!r} is not in {text}")


@tap.test("hostile tokens are shown, and steer neither terminal nor page")
def _():
    with folder(["a" + content for content in HOSTILE], added_tokens=added(HOSTILE)) as path:
        text = program.good(path, "info", *ASK, "--html", "page.html").out.decode()
        info = told(path)
        tap.equal({t["text"] for t in info["special_tokens"]}, {"<s>", *HOSTILE})
        tap.equal([t["n"] for t in info["special_tokens"]], [6] + [1] * 6)
        for shown in SHOWN:
            tap.holds(shown in text, f"{shown!r} is not in {text}")
        tap.holds(not re.search("[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u200b]", text), repr(text))
        page = Page(path / "page.html")
        for shown in SHOWN:
            tap.holds(shown in page.codes, f"{shown!r} is not a token of {page.codes}")


class Page(html.parser.HTMLParser):
    """A page whose elements nest, and which loads and runs nothing."""
    VOID = {"meta", "rect"}

    def __init__(self, path):
        super().__init__()
        self.open, self.codes, self.text, self.names = [], [], [], collections.Counter()
        source = path.read_text(encoding="utf-8")
        tap.holds(source.startswith("<!DOCTYPE html>\n"), source[:40])
        for word in ("http:", "https:", "url(", "@import", "javascript:"):
            tap.holds(word not in source.lower().replace("http-equiv", ""), f"{word} is in the page")
        self.feed(source)
        self.close()
        tap.equal(self.open, [])
        tap.holds("default-src 'none'" in source, "no policy")

    def handle_starttag(self, tag, attributes):
        self.names[tag] += 1
        tap.holds(tag not in ("script", "link", "img", "iframe", "object", "embed", "base", "form"), tag)
        for name, _ in attributes:
            tap.holds(not name.startswith("on") and name not in ("src", "href", "srcset", "style"), name)
        if tag not in self.VOID:
            self.open.append(tag)
        if tag == "code":
            self.codes.append("")

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)

    def handle_endtag(self, tag):
        tap.equal(self.open.pop(), tag)

    def handle_data(self, data):
        self.text.append(data)
        if "code" in self.open:
            self.codes[-1] += data


@tap.test("--html writes the figures to one page that needs nothing else")
def _():
    with folder(documents(1, 60) + ["<s>", ""], added_tokens=added(["<x>", "<y>"], special=False)) as path:
        write(path, "b.jsonl", documents(5, 30))
        name = "<b>&\x1b \u202e.jsonl"
        os.rename(path / "b.jsonl", path / name)
        info = json.loads(program.good(path, "info", *ASK, "--compare", name, "--json", "--html", "p.html").out)
        page = Page(path / "p.html")
        text = " ".join(" ".join(page.text).split())
        for words in (f"{info['tokens']:,}", f"{info['documents']:,}", "doubled BOS", "Latin",
                      "never seen: 2", f"{info['compare']['js_distance']:.4f}", "<b>&\\x1b \\u202e.jsonl",
                      info["corpus_sha256"]):
            tap.holds(words in text, f"{words!r} is not in the page: {text}")
        tap.holds({"<s>", "<x>", "<y>"} <= set(page.codes), f"{page.codes}")
        columns = len(info["document_lengths"]["histogram"])
        tap.holds(page.names["rect"] > columns + len(info["scripts"]), f"{page.names}")
        program.good(path, "info", "--source", "builtin", "--html", "p.html")
        Page(path / "p.html")


@tap.test("--html where it cannot be written: an error, and nothing is left")
def _():
    with folder(documents(1, 5)) as path:
        (path / "old.html").write_text("old")
        (path / "dir").mkdir()
        ask = ["info", *ASK, "--html"]
        program.bad(path, 2, ["--html", "file"], *ask, "-")
        program.bad(path, 1, ["none/p.html", "No such file"], *ask, "none/p.html")
        program.bad(path, 1, ["dir", "directory"], *ask, "dir")
        program.bad(path, 1, ["a.jsonl", "corpus"], *ask, "a.jsonl")
        program.bad(path, 1, ["tokenizer.json", "tokenizer"], *ask, "model/tokenizer.json")
        program.bad(path, 1, ["/dev/full", "space"], *ask, "/dev/full")
        for name in "old.html", "new.html":
            program.bad(path, 1, ["none.txt"], *ask, name, "--compare", "none.txt")
            with open("/dev/full", "wb") as full:
                before = program.listing(path)
                done = program.run(path, *ask, name, stdout=full)
                tap.equal((done.status, program.listing(path)), (1, before), f"{done}")
        write(path, "b.jsonl", ["x"])
        program.bad(path, 1, ["b.jsonl", "corpus"], *ask, "b.jsonl", "--compare", "b.jsonl")


@tap.test("the text fits a terminal, with many special tokens too")
def _():
    names = [f"<|reserved_special_token_{i}|>" for i in range(300)]
    texts = [WORDS[i % 9] + name for i, name in enumerate(names[:40])] + documents(3, 40)
    with folder(texts, added_tokens=added(names)) as path:
        text = program.good(path, "info", *ASK, "--compare", "a.jsonl").out.decode()
        figures = text[text.index("\nDefects"):]
        tap.holds(max(map(len, figures.splitlines())) <= 100, figures)
        tap.holds("41 of 301 seen" in text and "and 252 more" in text, text)


@tap.test("a file of rows tells how many equal an earlier one")
def _():
    with program.directory() as path:
        (path / "a.txt").write_text("abcdefgh" * 5 + "12345678" + "abcdefgh")
        program.good(path, "sample", "--source", "a.txt", "--seq-len", 8, "--samples", "all", "-o",
                     "r.safetensors")
        tap.equal(json.loads(program.good(path, "info", "--json", "r.safetensors").out)["repeated_rows"], 5)
        text = program.good(path, "info", "r.safetensors").out.decode()
        tap.holds("repeated rows  5 equal an earlier one\n" in text, text)


tap.run()
