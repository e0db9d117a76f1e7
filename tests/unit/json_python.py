# SPDX-License-Identifier: MIT
"""lib/json/ against Python's json: the same documents are accepted, and all tokens are equal. Ours
is stricter where RFC 8259 is: no NaN and Infinity, no half of a surrogate pair, at most 512 levels.

    json_python.py JSON_TOKENS
"""
import json
import random
import subprocess
import sys

import tap

sys.setrecursionlimit(20000)
DEPTH = 512


class Text(str):
    """A number as it stands."""


def refuse(name):
    raise ValueError(name)


def walk(value, depth=0):
    """The line of tokens that json_tokens.c writes."""
    if isinstance(value, Text):
        yield "#" + value
    elif isinstance(value, str):
        yield "s" + value.encode("utf-8").hex()
    elif isinstance(value, list):
        if depth == DEPTH:
            raise ValueError("too deep")
        yield "["
        for each in value:
            yield from walk(each, depth + 1)
        yield "]"
    elif isinstance(value, tuple):
        if depth == DEPTH:
            raise ValueError("too deep")
        yield "{"
        for key, each in value:
            yield "k" + key.encode("utf-8").hex()
            yield from walk(each, depth + 1)
        yield "}"
    else:
        yield {True: "t", False: "f", None: "n"}[value]


def expected(document):
    try:
        value = json.loads(document.decode("utf-8"), object_pairs_hook=tuple, parse_int=Text,
                           parse_float=Text, parse_constant=refuse)
        return " ".join(walk(value)) + " ."
    except ValueError:  # also what is not UTF-8, and a surrogate
        return "!"


def read(documents):
    packed = b"".join(b"%d\n%s" % (len(document), document) for document in documents)
    done = subprocess.run([sys.argv[1]], input=packed, stdout=subprocess.PIPE, check=True,
                          timeout=300)
    lines = done.stdout.decode("ascii").split("\n")[:-1]
    tap.equal(len(lines), len(documents), "the number of answers")
    return ["!" if line.startswith("!") or " !" in line else line for line in lines]


def some_string(rng):
    characters = 'ab"\\/\n\t\0\x1f\x7f é中\ufeff\uffff😀\U0010ffff0123456789abcdefgh'
    return "".join(rng.choice(characters) for _ in range(rng.choice([0, 1, 3, 9, 20])))


def some_value(rng, depth):
    kind = rng.randrange(8 if depth else 5)
    if kind >= 5:
        n = rng.randrange(4)
        if rng.random() < 0.5:
            return [some_value(rng, depth - 1) for _ in range(n)]
        return {some_string(rng): some_value(rng, depth - 1) for _ in range(n)}
    if kind == 0:
        return rng.choice([True, False, None])
    if kind == 1:
        return rng.choice([0, -1, 0.5, -1.25e300, 1e-9, 10 ** 40, 12345])
    return some_string(rng)


def some_document(rng):
    text = json.dumps(some_value(rng, 5), ensure_ascii=rng.random() < 0.5,
                      indent=rng.choice([None, None, 1, 9]))
    return (rng.choice(["", "", " ", "\r\n\t"]) + text + rng.choice(["", "", "\n"])).encode("utf-8")


def changed(rng, document, others):
    document = bytearray(document)
    for _ in range(rng.choice([1, 1, 2, 5])):
        at = rng.randrange(len(document) + 1)
        kind = rng.randrange(4)
        if kind == 0:
            del document[at:at + rng.choice([1, 1, 2, 7])]
        elif kind == 1:
            document[at:at] = bytes([rng.choice(b'"\\{}[],:0123456789.eE+-utfn \n\0\x1f\x80\xc0\xe2\xed\xf4\xff')])
        elif kind == 2 and at < len(document):
            document[at] ^= 1 << rng.randrange(8)
        else:
            other = rng.choice(others)
            begin = rng.randrange(len(other) + 1)
            document[at:at] = other[begin:begin + rng.randrange(12)]
    return bytes(document)


def compare(documents):
    answers = read(documents)
    n_good = 0
    for document, answer in zip(documents, answers):
        tap.equal(answer, expected(document), f"the tokens of {document!r}")
        n_good += answer != "!"
    return n_good


rng = random.Random(8259)
valid = [some_document(rng) for _ in range(40000 if tap.LONG else 4000)]


@tap.test("random documents")
def _():
    tap.equal(compare(valid), len(valid), "the number of good documents")


@tap.test("changed documents")
def _():
    documents = [changed(rng, rng.choice(valid), valid) for _ in range(10 * len(valid))]
    n_good = compare(documents)
    tap.holds(len(documents) // 50 < n_good < len(documents) // 2,
              f"{n_good} of {len(documents)} are good: this tests one side only")


@tap.test("where ours is stricter, and what is easily mistaken")
def _():
    texts = ["NaN", "[Infinity]", "-Infinity", '"\\ud800"', '"\\udc00\\ud800"', '"\\ud83d\\ude00"',
             "\ufeff1", "1\ufeff", "\u00a01", "\u0661", "1\u0661", "[" * 512 + "]" * 512,
             "[" * 513 + "]" * 513, '{"a":' * 512 + "1" + "}" * 512, '{"a":' * 513 + "1" + "}" * 513,
             "\x0b1", "\x0c1", "1\0", "-", "--1", "0x1", "1_000", "1e5", "1E-05", "-01", "00", "1.e1",
             '{"a":1,"a":2}', '"\\u+123"', '"\\u 123"', '"\\U0041"', "/**/1", "tru", "True", "[1,\n]"]
    compare([text.encode("utf-8") for text in texts])


tap.run()
