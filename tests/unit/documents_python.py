# SPDX-License-Identifier: MIT
"""lib/documents/ against Python: its json, its str.strip(), and plain rules written a second time.

    documents_python.py DOCUMENTS_SPLIT
"""
import itertools
import json
import random
import re
import subprocess
import sys

import tap

LINES, BLANK, SEPARATOR, JSONL, JSON = 1, 2, 3, 4, 5
NONE, PYTHON, RIGHT, NEWLINE = 0, 1, 2, 3
SKIP_MALFORMED = 1
STRIPS = {NONE: lambda text: text, PYTHON: str.strip, RIGHT: str.rstrip,
          NEWLINE: lambda text: text.removesuffix("\n")}
rng = random.Random(7464)


def split(texts, format, strip=NONE, flags=0, block=1 << 20, name=""):
    """The documents of each text and the number of its malformed records; None if it is refused."""
    packed = b"".join(b"%d\n%s" % (len(text), text) for text in texts)
    command = [sys.argv[1], *(str(each) for each in (format, strip, flags, block)), name]
    done = subprocess.run(command, input=packed, stdout=subprocess.PIPE, check=True, timeout=300)
    lines = done.stdout.decode("ascii").split("\n")[:-1]
    tap.equal(len(lines), len(texts), "the number of answers")
    for line in lines:
        *documents, last = line.split(" ")
        yield None if last == "!" else ([bytes.fromhex(each[1:]) for each in documents], int(last))


def compare(texts, expected, **settings):
    """Returns how many texts were accepted."""
    n_good = 0
    for text, answer in zip(texts, split(texts, **settings)):
        tap.equal(answer, expected(text), f"the documents of {text!r} with {settings}")
        n_good += answer is not None
    return n_good


# ---- JSON ----

class Malformed(Exception):
    pass


def refuse(name):
    raise Malformed(name)


def text_of(record, field):
    """The bytes of a record's text."""
    try:
        value = json.loads(record.decode("utf-8"), parse_constant=refuse)
    except (ValueError, RecursionError) as error:
        raise Malformed from error
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # lone surrogates in any string
        steps = field[1:].split("/") if field.startswith("/") else [field]
        for step in steps:
            if field.startswith("/"):
                step = step.replace("~1", "/").replace("~0", "~")
            if isinstance(value, list) and field.startswith("/") and re.fullmatch("0|[1-9][0-9]*", step, re.A):
                value = value[int(step)]
            elif isinstance(value, dict):
                value = value[step]
            else:
                raise Malformed
        return value.encode("utf-8")
    except (LookupError, AttributeError, UnicodeError) as error:
        raise Malformed from error


def all_of(records, field, skip):
    documents, malformed = [], 0
    for record in records:
        try:
            documents.append(text_of(record, field))
        except Malformed:
            malformed += 1
    return None if malformed and not skip else (documents, malformed)


def lines_of(text):
    lines = text.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return [line.strip(b" \t\r") for line in lines if line.strip(b" \t\r")]


def some_text():
    characters = 'ab"\\/\n\t\r\0\x1f\x7f é中\ufeff\uffff😀\U0010ffff[]{},:'
    return "".join(rng.choice(characters) for _ in range(rng.choice([0, 1, 3, 9])))


def some_value(depth):
    kind = rng.randrange(9 if depth else 6)
    if kind == 0:
        return rng.choice([True, False, None, 0, -1.5e300, 10 ** 40])
    if kind == 6:
        return [some_value(depth - 1) for _ in range(rng.randrange(3))]
    if kind > 6:
        return {rng.choice(["text", "a", "a/b", "~", "", some_text()]): some_value(depth - 1)
                for _ in range(rng.randrange(3))}
    return some_text()


def some_record():
    record = some_value(3)
    if rng.random() < 0.9:
        record = {**(record if isinstance(record, dict) else {"x": record}), "text": some_text(),
                  "a": {"a/b": [some_text(), {"~": some_text()}]}}
    text = json.dumps(record, ensure_ascii=rng.random() < 0.5)
    if rng.random() < 0.2:
        text = text[:-1] + ',"text":"second"}' if text.endswith('"}') else text
    return text.encode("utf-8")


def changed(text):
    text = bytearray(text)
    for _ in range(rng.choice([0, 1, 1, 3])):
        at = rng.randrange(len(text) + 1)
        kind = rng.randrange(3)
        if kind == 0:
            del text[at:at + rng.choice([1, 1, 5])]
        elif kind == 1:
            text[at:at] = rng.choice([b'"', b"\\", b"{", b"}", b"[", b"]", b",", b"\n", b"NaN", b"\xff",
                                      b"\\ud800", b" ", b"0"])
        elif at < len(text):
            text[at] ^= 1 << rng.randrange(8)
    return bytes(text)


FIELDS = ["text", "a", "/text", "/a/a~1b/0", "/a/a~1b/1/~0", "/a/a~1b/00", "/", ""]


@tap.test("JSONL is what Python's json makes of each line")
def _():
    n_good, n_all = 0, 0
    for field, skip in itertools.product(FIELDS[:-1], (0, SKIP_MALFORMED)):
        texts = []
        for _ in range(400):
            ends = rng.choice([b"\n", b"\r\n", b"\n\n", b" \n"])
            text = ends.join(some_record() for _ in range(rng.randrange(4))) + rng.choice([b"", b"\n"])
            texts.append(changed(rng.choice([b"", b"", b"\xef\xbb\xbf"]) + text))
        n_all += len(texts)
        n_good += compare(texts, lambda text, field=field, skip=skip: all_of(lines_of(text), field, skip),
                          format=JSONL, flags=skip, block=rng.choice([1, 7, 1 << 20]), name=field)
    tap.holds(n_all // 5 < n_good < n_all * 4 // 5, f"{n_good} of {n_all} are good: one side only")


@tap.test("a JSON array is what Python's json makes of the whole")
def _():
    def expected(text):
        try:
            values = json.loads(text.decode("utf-8-sig"), parse_constant=refuse)
        except (ValueError, Malformed):
            return None
        if not isinstance(values, list):
            return None
        # Written anew, one by one; the last of equal keys is the one that Python has kept.
        return all_of([json.dumps(value).encode("ascii") for value in values], "text", False)
    n_good = 0
    texts = []
    for _ in range(4000):
        between = rng.choice([b",", b", ", b"\n,\r\n\t"])
        text = b"[" + between.join(some_record() for _ in range(rng.randrange(4))) + b"]"
        texts.append(changed(rng.choice([b"", b"\xef\xbb\xbf", b" \n"]) + text + rng.choice([b"", b"\n"])))
    for block in (1, 5, 1 << 20):
        n_good = compare(texts, expected, format=JSON, block=block)
    tap.holds(len(texts) // 5 < n_good < len(texts) * 4 // 5, f"{n_good} of {len(texts)} are good")


@tap.test("every truncation of JSONL and of a JSON array")
def _():
    records = [b'{"text": "a\\u00e9\\ud83d\\ude00\\n", "x": [1, {"y": null}]}', '{"text": "é中"}'.encode("utf-8"),
               b'{"text": ""}']
    jsonl = b"\xef\xbb\xbf" + b"\r\n".join(records) + b"\n"
    array = b"\xef\xbb\xbf[" + b" ,\n".join(records) + b"]\n"
    prefixes = [jsonl[:n] for n in range(len(jsonl) + 1)]
    for skip, block in itertools.product((0, SKIP_MALFORMED), (1, 4, 1 << 20)):
        compare([prefix for prefix in prefixes if len(prefix) not in (1, 2)],  # half of a mark
                lambda text, skip=skip: all_of(lines_of(text), "text", skip), format=JSONL, flags=skip,
                block=block)
        answers = list(split([array[:n] for n in range(len(array) + 1)], JSON, flags=skip, block=block))
        tap.equal([answer is None for answer in answers], [True] * (len(array) - 1) + [False] * 2, "refused")
        tap.equal(answers[-1], all_of(records, "text", False), "the documents")


# ---- strip ----

@tap.test("strip removes what Python's str.strip() does, for every character")
def _():
    # Behind the first plane there are no spaces: in the short form one in 61.
    characters = [chr(c) for c in range(0x110000) if not 0xd800 <= c < 0xe000 and
                  (tap.LONG or c < 0x10000 or c % 61 == 0)]
    tap.holds(not any(chr(c).isspace() for c in range(0x10000, 0x110000)), "the others are no spaces")
    whole = "\n".join(json.dumps({"text": f"{c}a{c}"}) for c in characters).encode("ascii")
    for strip, function in STRIPS.items():
        (documents, malformed), = split([whole], JSONL, strip=strip)
        tap.equal((len(documents), malformed), (len(characters), 0), "documents and malformed ones")
        wrong = [(c, is_) for c, is_ in zip(characters, documents)
                 if function(f"{c}a{c}").encode("utf-8") != is_]
        tap.holds(not wrong, f"strip {strip}: {wrong[:3]}")


@tap.test("strip removes all of a text of spaces, and nothing of what only looks like one")
def _():
    spaces = [c for c in map(chr, range(0x110000)) if c.isspace()]
    near = ["\u200b", "\u180e", "\ufeff", "\u2060", "\x1b", "\x08", "\x86", "a"]
    texts = ["".join(rng.choice(spaces + near if rng.random() < 0.2 else spaces) for _ in range(rng.randrange(9)))
             for _ in range(5000)]
    whole = "\n".join(json.dumps({"text": text}) for text in texts).encode("ascii")
    for strip, function in STRIPS.items():
        (documents, _), = split([whole], JSONL, strip=strip)
        tap.equal(documents, [function(text).encode("utf-8") for text in texts], f"strip {strip}")


# ---- plain formats ----

def plain_lines(text):
    return text.removesuffix(b"\n").split(b"\n") if text else []


def blank_lines(text):
    lines = text.removesuffix(b"\n").split(b"\n")
    groups = itertools.groupby(lines, lambda line: not line.strip(b" \t"))
    documents = [b"\n".join(group) for is_blank, group in groups if not is_blank]
    ends = text.endswith(b"\n") and lines[-1].strip(b" \t")
    return documents[:-1] + [documents[-1] + b"\n"] if ends else documents


def separated(text):
    documents, at = [], 0
    while (match := re.compile(rb"^--(?:\n|\Z)", re.M).search(text, at)):
        documents.append(text[at:max(at, match.start() - 1)])
        at = match.end()
    return documents + ([text[at:]] if at < len(text) else [])


@tap.test("plain formats")
def _():
    alphabet = [b"a", b"\n", b"-", b" ", b"--\n"]
    texts = [b"".join(each) for n in range(6) for each in itertools.product(alphabet, repeat=n)]
    for format, rule in ((LINES, plain_lines), (BLANK, blank_lines), (SEPARATOR, separated)):
        for block in (1, 2, 1 << 20):
            compare(texts, lambda text, rule=rule: (rule(text), 0), format=format, block=block,
                    name="--" if format == SEPARATOR else "")


tap.run()
