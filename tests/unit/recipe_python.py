# SPDX-License-Identifier: MIT
"""The canonical form (RFC 8785) against Python's: of ASCII keys and whole numbers up to 2^53 - 1 both are
the same."""
import json
import random
import subprocess
import sys

import tap

DRIVER = sys.argv[1]
random.seed(8785)
CHARACTERS = [*map(chr, range(1, 256)), "\u2028", "\ufb33", "\uffff", "\U00010000", "\U0001f600", "\U0010ffff"]


def text():
    return "".join(random.choices(CHARACTERS, k=random.choice((0, 1, 3, 20))))


def key():
    return "".join(random.choices("abyzAZ09_-\"\\/ ~\n\x01", k=random.randrange(4)))


def value(depth):
    kinds = ["text", "number", "word"] + ["array", "object"] * (depth < 4)
    kind = random.choice(kinds)
    if kind == "text":
        return text()
    if kind == "number":
        return random.choice((0, 1, 10, 2 ** 53 - 1, random.randrange(2 ** 53)))
    if kind == "word":
        return random.choice((True, False, None))
    if kind == "array":
        return [value(depth + 1) for _ in range(random.randrange(4))]
    return {key(): value(depth + 1) for _ in range(random.randrange(5))}


def spelled(made):
    """Returns it in one of the spellings that JSON has."""
    return json.dumps(made, ensure_ascii=random.random() < 0.5,
                      separators=random.choice(((",", ":"), (" ,\t", "  : "))))


@tap.test("random objects in random spellings have one canonical form")
def _():
    made = [{key(): value(0) for _ in range(random.randrange(12))} for _ in range(3000)]
    lines = "".join(spelled(one) + "\n" for one in made)
    done = subprocess.run([DRIVER], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    found = done.stdout.decode().split("\n")
    tap.equal(len(found), len(made) + 1, "the number of lines")
    for one, line in zip(made, found):
        tap.equal(line, json.dumps(one, sort_keys=True, separators=(",", ":"), ensure_ascii=False), "the form")


@tap.test("the example of the RFC for strings")
def _():
    given = json.dumps({"string": "€$\x0f\nA'B\"\\\\\"/", "a": 1})
    done = subprocess.run([DRIVER], input=given.encode() + b"\n", stdout=subprocess.PIPE, check=True)
    tap.equal(done.stdout.decode(), '{"a":1,"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}\n', "the form")


tap.run()
