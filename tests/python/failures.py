# SPDX-License-Identifier: MIT
"""The exceptions of each kind of failure, and the bars of progress."""
import os
import pickle
import re
import sys
import tempfile
import types
from unittest import mock

import tap

ROOT = os.environ["SOURCE_ROOT"]
sys.path.insert(0, os.path.join(ROOT, "examples", "python"))

import calib  # noqa: E402
from calib.errors import kind_of  # noqa: E402

BYTES = calib.bytes_tokenizer()


def fails(kind, *arguments, **keywords):
    with tap.raises(kind) as caught:
        calib.load(*arguments, **keywords)
    tap.holds(isinstance(caught.error, calib.Error), caught.error)
    return caught.error


@tap.test("each status of calib.h has a class that is exported")
def _():
    with open(os.path.join(ROOT, "include", "calib.h"), encoding="utf-8") as header:
        statuses = re.findall(r"X\((E_\w+), (-\d+), ", header.read())
    tap.holds(len(statuses) > 30, statuses)
    for name, status in statuses:
        kind = kind_of(int(status))
        tap.holds(kind is not calib.Error, f"{name} has no class of its own")
        tap.holds(getattr(calib, kind.__name__) is kind and kind.__name__ in calib.__all__, kind)
        tap.equal(kind.__module__, "calib")
    tap.equal(kind_of(-1000), calib.Error, "the class of a status of a newer library")


@tap.test("a failure is of its class and of the built-in one, with the library's message")
def _():
    error = fails(FileNotFoundError, BYTES, 1, 1, 1, source="/no/such/file")
    tap.equal((type(error), error.name, error.errno), (calib.NotFoundError, "CALIB_E_NOT_FOUND", 2))
    tap.holds("/no/such/file" in str(error), str(error))
    with tempfile.TemporaryDirectory() as folder:
        tap.equal(type(fails(FileNotFoundError, folder, 1, 1, 1, text="abc")), calib.NotFoundError)
    for kind, keywords in ((calib.ArgumentError, {"text": "abc", "sampler": "nothing"}),
                           (calib.TooFewError, {"text": ""}), (calib.TooFewError, {"text": "abc", "seq_len": 9}),
                           (calib.SourceError, {"text": b"\xff"}),
                           (calib.SourceError, {"text": "{", "documents": "jsonl"}),
                           (calib.IntegrityError, {"text": "abc", "sha256": "0" * 64})):
        error = fails(kind, BYTES, **dict({"n_samples": 1, "seq_len": 1}, **keywords))
        tap.equal(type(error), kind, str(error))
        tap.holds(isinstance(error, ValueError) or kind is calib.IntegrityError, error)
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"no model of any kind\n")
        file.flush()
        tap.equal(type(fails(ValueError, file.name, 1, 1, 1, text="abc")), calib.TokenizerError)


@tap.test("an argument of a wrong type is named, and None is the default of what documents have")
def _():
    for name, value in (("n_samples", "3"), ("seq_len", None), ("seed", 1.5), ("threads", "2"), ("weight", []),
                        ("bos", None), ("numbers", 5), ("mirrors", 5), ("mirrors", "a"), ("sources", 5),
                        ("reader", []), ("source", 5), ("text", 5), ("sha256", 5), ("progress", 5)):
        given = {"text": "abc", **{name: value}} if name not in ("source", "sources") else {name: value}
        with tap.raises(TypeError) as caught:
            calib.load(BYTES, **dict({"n_samples": 1, "seq_len": 1}, **given))
        tap.holds(str(caught.error).startswith(name), f"{name}: {caught.error}")
    with tap.raises(ValueError) as caught:
        calib.load(BYTES, 1, 1, 1, text="abc", documents=[])
    tap.holds("not one of lines" in str(caught.error), caught.error)
    none = dict.fromkeys(("documents", "chat", "field", "append_id", "strip", "min_chars", "lazy"))
    tap.equal(calib.load(BYTES, 3, 1, 1, text="abc", **none).n_rows, 3)
    tap.equal(calib.load(BYTES, 1, 1, 1, text="abc", **dict(none, documents="lines")).n_rows, 1)


@tap.test("what a function gives in place of ids or of text is told")
def _():
    for given, words in ((None, "NoneType"), (5, "list of int"), (["1"], "no id"), ([1.0], "no id"),
                         ([2**31], "no id"), ([2**70], "no id")):
        with tap.raises((TypeError, OverflowError)) as caught:
            calib.load(lambda text, given=given: given, 1, 1, 1, text="abc")
        tap.holds("the tokenizer" in str(caught.error) and words in str(caught.error), caught.error)

    def raises(text):
        yield 1
        raise TypeError("its own")
    with tap.raises(TypeError) as caught:
        calib.load(raises, 1, 1, 1, text="abc")
    tap.equal(str(caught.error), "its own")
    with tap.raises(TypeError) as caught:
        calib.load(BYTES, 1, 1, 1, text="{}", documents="jsonl", render=lambda record: None)
    tap.holds("render" in str(caught.error), caught.error)
    for given in ({"render": 5}, {"render": str, "render_sha256": b"x"}, {"render": str, "render_sha256": 32},
                  {"render": str, "render_sha256": "0" * 64}):
        with tap.raises(TypeError) as caught:
            calib.load(BYTES, 1, 1, 1, text="{}", documents="jsonl", **given)
        tap.holds(str(caught.error).startswith([*given][-1]), caught.error)


@tap.test("no network is a ConnectionError, a cancelled call no built-in one")
def _():
    url = "https://127.0.0.1:9/a.txt"
    error = fails(ConnectionError, BYTES, 1, 1, 1, source=url, offline=calib.OFFLINE_ON, cache_dir="/tmp/none")
    tap.equal((type(error), error.name), (calib.NetworkError, "CALIB_E_OFFLINE"))
    error = fails(calib.CancelledError, BYTES, 1, 1, 1, text="a" * 10**7, progress=lambda *_: True)
    tap.equal(type(error).__mro__[1:3], (calib.Error, Exception))


@tap.test("exceptions of every class are pickled whole")
def _():
    for status in range(-33, 0):
        error = kind_of(status)("words", status, "NAME", 1, 2, 3, 4)
        copy = pickle.loads(pickle.dumps(error))
        tap.equal((type(copy), str(copy), copy.__dict__, copy.args), (type(error), "words", error.__dict__, error.args))
        tap.equal(getattr(copy, "errno", 2), 2, f"errno of {type(error)}")


@tap.test("arrays without numpy say what to do")
def _():
    samples = calib.load(BYTES, 2, 2, 1, text="abcd")
    with mock.patch.dict(sys.modules, {"numpy": None}):
        for call in samples.numpy, samples.as_dict:
            with tap.raises(ImportError) as caught:
                call()
            tap.holds("tolist()" in str(caught.error), str(caught.error))


# ---- progress

class Bar:
    """Stands for tqdm where that is not installed, and notes what is done with it."""

    made = []

    def __init__(self, desc, **options):
        self.desc, self.n, self.total, self.closed = desc, 0, None, 0
        self.made.append(self)

    def update(self, n):
        self.n += n

    def close(self):
        self.closed += 1


def bars(progress, terminal=False, installed=True):
    """Loads a text. Returns the bars that were made."""
    Bar.made.clear()
    module = types.SimpleNamespace(tqdm=Bar) if installed else None
    stderr = types.SimpleNamespace(isatty=lambda: terminal, write=lambda text: None, flush=lambda: None)
    with mock.patch.dict(sys.modules, {"tqdm": module, "tqdm.auto": module}), mock.patch("sys.stderr", stderr):
        calib.load(BYTES, 4, 8, 1, text="abc\n" * 10**6, flags=calib.NO_TOKEN_STORE, progress=progress)
    return list(Bar.made)


@tap.test("progress=True has a bar for each stage, closed at its end")
def _():
    made = bars(True)
    tap.holds("calib: tokenizing" in {bar.desc for bar in made}, [bar.desc for bar in made])
    tap.equal({bar.closed for bar in made}, {1}, "how often each is closed")
    tap.holds(all(0 <= bar.n <= (bar.total or bar.n) for bar in made), "no bar beyond its total")
    tap.holds(any(bar.n for bar in made), "they move")


@tap.test("the default is bars on a terminal, if there is tqdm; False is none")
def _():
    tap.holds(bars(None, terminal=True), "on a terminal")
    tap.equal([bars(None), bars(None, terminal=True, installed=False), bars(False, terminal=True)], [[], [], []])
    with mock.patch("sys.stderr", None):
        calib.load(BYTES, 1, 1, 1, text="abc")
    with tap.raises(ImportError) as caught:
        bars(True, installed=False)
    tap.holds("tqdm" in str(caught.error), str(caught.error))


@tap.test("the bars are closed if the call fails")
def _():
    Bar.made.clear()
    module = types.SimpleNamespace(tqdm=Bar)
    with mock.patch.dict(sys.modules, {"tqdm": module, "tqdm.auto": module}):
        fails(calib.SourceError, BYTES, 1, 1, 1, text=b"abc\n" * 10**6 + b"\xff", progress=True)
    tap.holds(Bar.made and all(bar.closed == 1 for bar in Bar.made), "closed")


@tap.test("tqdm itself draws them")
def _():
    try:
        import tqdm  # noqa: F401
    except ImportError as error:
        raise tap.Skip(f"{error}: run sh tests/run.sh all") from None
    code = ("import sys, time, calib\n"
            "class Slow(calib.Tokenizer):\n"
            "    def encode(self, text, special):\n"
            "        time.sleep(0.3)\n"
            "        return text.encode()\n"
            "calib.load(Slow(), 1, 1, 1, source=['abc'] * 8, progress=True)\n")
    shown = tap.output(sys.executable, "-c", code,
                       env=dict(os.environ, PYTHONPATH=os.path.join(ROOT, "examples", "python")))
    tap.holds("calib: tokenizing" in shown, repr(shown))


tap.run()
