# SPDX-License-Identifier: MIT
"""examples/python: the ctypes module does what its documentation says, and its example runs."""
import copy
import ctypes
import gc
import os
import pathlib
import pickle
import re
import subprocess
import sys
import tempfile
import threading
import weakref

import numpy as np

import tap
from interrupt import interrupted
from tokenizers_under_test import MODEL, ROOT, adapter, calib, claude_json, llama

TEXT = "One row.\r\nTwo rows, \u00e9\u00e8.\rThree.\n" * 40


class Words(calib.Tokenizer):
    """Numbers words in the order in which they come, and records what it was given."""

    def __init__(self):
        self.seen, self.ids = [], {}

    def encode(self, text, special):
        self.seen.append((text, special))
        return [self.ids.setdefault(word, len(self.ids)) for word in text.split()]


def failing(error):
    class Failing(calib.Tokenizer):
        def encode(self, text, special):
            raise error
    return Failing()


def load(tokenizer, n_samples=4, seq_len=8, **fields):
    fields.setdefault("text", TEXT)
    return calib.load(tokenizer, n_samples, seq_len, 123, **fields)


@tap.test("the structs are those of calib.h")
def _():
    names = {calib.Vtable: "tokenizer_vtable", calib.Source: "source", calib.Options: "options",
             calib.Sampling: "sampling", calib.Rows: "samples", calib.Info: "info",
             calib.Detail: "error", calib.structs.SentencePieceOptions: "sentencepiece_options",
             calib.structs.TokenizerJsonOptions: "tokenizer_json_options"}
    lines = ["#include <calib_sentencepiece.h>", "#include <calib_tokenizer_json.h>"]
    for struct, name in names.items():
        lines.append(f"_Static_assert(sizeof(calib_{name}) == {ctypes.sizeof(struct)}, \"{name}\");")
        for field, *_ in struct._fields_:
            at = getattr(struct, field)
            lines.append(f"_Static_assert(offsetof(calib_{name}, {field}) == {at.offset} && "
                         f"sizeof(((calib_{name} *)0)->{field}) == {at.size}, \"{field}\");")
    subprocess.run([os.environ.get("CC", "cc"), "-std=c11", "-fsyntax-only", "-I",
                    os.path.join(ROOT, "include"), "-xc", "-"], check=True, text=True,
                   input="\n".join(lines) + "\n")


@tap.test("the version is the library's")
def _():
    header = pathlib.Path(ROOT, "include", "calib.h").read_text(encoding="utf-8")
    tap.equal(calib.version(), ".".join(re.findall(r"#define CALIB_VERSION_[MP]\w+ (\d+)", header)))


@tap.test("a tokenizer gets the whole text once, as str, newlines translated")
def _():
    words = Words()
    load(words)
    tap.equal(words.seen, [(TEXT.replace("\r\n", "\n").replace("\r", "\n"), True)], "what it saw")


@tap.test("an array is the library's memory, read-only")
def _():
    samples = load(Words())
    rows = np.asarray(samples)
    tap.equal(rows.shape, (4, 8), "the shape")
    tap.equal(rows.dtype, np.dtype(np.int32), "the type")
    tap.equal(rows.ctypes.data, samples._address, "the address")
    tap.equal(rows.ctypes.data % 64, 0, "the alignment")
    tap.holds(not rows.flags.writeable, "it is read-only")
    with tap.raises(ValueError):
        rows[0, 0] = 1


@tap.test("numpy reads DLPack: the same memory, read-only")
def _():
    samples = load(Words())
    rows = np.from_dlpack(samples)
    tap.equal((rows.ctypes.data, rows.flags.writeable), (samples._address, False), "the array")
    tap.holds(np.array_equal(rows, samples.tolist()), "its rows")
    del samples
    gc.collect()
    tap.holds(rows.sum() > 0, "it keeps them alive")
    copied = np.from_dlpack(load(Words()), copy=True)
    tap.holds(copied.flags.writeable and np.array_equal(copied, rows), "a copy")


@tap.test("numpy() is the memory; as_dict() has ids and mask, int64 on demand")
def _():
    samples = load(Words())
    rows = samples.numpy()
    tap.equal((rows.ctypes.data, rows.flags.writeable), (samples._address, False), "the array")
    found = samples.as_dict()
    tap.equal(list(found), ["input_ids", "attention_mask"], "the keys")
    tap.equal(found["input_ids"].ctypes.data, samples._address, "the ids are not copied")
    tap.equal((found["attention_mask"].dtype, found["attention_mask"].tolist()),
              (np.dtype(np.int32), [[1] * 8] * 4), "the mask of whole rows")
    wide = samples.as_dict("int64")
    tap.equal([(a.dtype, a.flags.writeable) for a in wide.values()], [(np.dtype(np.int64), True)] * 2)
    tap.holds(np.array_equal(wide["input_ids"], rows), "the same ids")


@tap.test("as_dict() of ragged rows: the mask ends where the padding begins")
def _():
    texts = ["a b c", "a", "a b c d e f g h i j"]
    samples = load(Words(), 0, 4, text=None, source=texts, sampler="documents", pad=77)
    tap.equal(sorted(set(samples.lengths)), [1, 3, 4], "the lengths")
    found = samples.as_dict()
    tap.equal(found["attention_mask"].sum(axis=1).tolist(), samples.lengths, "ones for each id")
    tap.holds((found["input_ids"][found["attention_mask"] == 0] == 77).all(), "the rest is padding")
    tap.equal(load(Words(), 1, rank=1, world=2).as_dict()["attention_mask"].shape, (0, 8), "no rows")


@tap.test("as_list() of ragged rows has no padding, and datasets takes it")
def _():
    texts = ["a b c", "a", "a b c d e f g h i j"]
    samples = load(Words(), 0, 4, text=None, source=texts, sampler="documents", pad=77)
    found = samples.as_list()
    tap.equal([row["input_ids"] for row in found],
              [row[:n] for row, n in zip(samples.tolist(), samples.lengths)], "the ids")
    tap.equal([row["attention_mask"] for row in found], [[1] * n for n in samples.lengths], "the masks")
    tap.holds(77 not in sum((row["input_ids"] for row in found), []), "no padding")
    tap.equal(load(Words(), 1, rank=1, world=2).as_list(), [], "no rows")
    try:
        import datasets
    except ImportError as error:
        raise tap.Skip("no datasets: sh tests/run.sh all installs it") from error
    tap.equal(datasets.Dataset.from_list(found)[:]["input_ids"], [row["input_ids"] for row in found], "in a Dataset")


@tap.test("mlx reads samples")
def _():
    try:
        import mlx.core as mx
    except ImportError as error:
        raise tap.Skip("no mlx: sh tests/run.sh all installs it") from error
    samples = load(Words())
    tap.equal(mx.array(samples).tolist(), samples.tolist(), "the rows")


@tap.test("an array keeps the memory alive, and only so long")
def _():
    samples = load(Words(), n_samples=0)
    alive = weakref.ref(samples._ids)
    rows = np.asarray(samples)
    copy, part = rows.copy(), rows[1:, 2:]
    del samples, rows
    gc.collect()
    tap.holds(alive() is not None, "the samples live while a view of the array does")
    tap.holds(np.array_equal(part, copy[1:, 2:]), "the rows are what they were")
    del part
    gc.collect()
    tap.holds(alive() is None, "they go with it")


@tap.test("samples outlive the corpus and the tokenizer")
def _():
    with calib.Corpus(Words(), text=TEXT) as corpus:
        rows = np.asarray(corpus.sample(0, 8, 123))
        again = np.asarray(corpus.sample(0, 8, 123))
    del corpus
    gc.collect()
    tap.holds(np.array_equal(rows, again) and rows.size > 0, "equal rows")


@tap.test("a closed corpus says so")
def _():
    corpus = calib.Corpus(Words(), text=TEXT)
    corpus.close()
    corpus.close()
    with tap.raises(ValueError) as caught:
        corpus.sample(1, 1, 0)
    tap.equal(str(caught.error), "the corpus is closed", "the message")


@tap.test("an exception of encode is raised again, itself, from load and from Corpus")
def _():
    for error in (ZeroDivisionError("in encode"), KeyboardInterrupt(), SystemExit(3)):
        for call in (load, lambda tokenizer: calib.Corpus(tokenizer, text=TEXT)):
            try:
                call(failing(error))
            except BaseException as caught:
                tap.holds(caught is error, f"{caught!r} is {error!r}")
            else:
                tap.holds(False, f"{error!r} was raised")


@tap.test("a tokenizer that refuses the store's own text loads all the same, and stores")
def _():
    class Picky(Words):
        def encode(self, text, special):
            if "<unk>" in text:
                raise ValueError("a special token in the text")
            return super().encode(text, special)

        def fingerprint(self):
            return b"picky".ljust(32)
    with tempfile.TemporaryDirectory() as cache:
        for state in 2, 1:  # miss, hit
            with calib.Corpus(Picky(), text=TEXT, cache_dir=cache) as corpus:
                tap.equal(corpus.info().token_store, state, "the store")
        with tap.raises(ValueError):
            calib.Corpus(Picky(), text="so <unk> it is", cache_dir=cache)


@tap.test("an exception of progress is raised again; a true answer cancels")
def _():
    stages = set()

    def fail(stage, done, total):
        stages.add(stage)
        raise LookupError("in progress")
    with tap.raises(LookupError):
        load(Words(), progress=fail)
    tap.holds(stages, "progress was called")
    with tap.raises(calib.Error) as caught:
        load(Words(), progress=lambda stage, done, total: True)
    tap.equal(caught.error.name, "CALIB_E_CANCELLED", "the status")


@tap.test("an exception of fingerprint is raised again")
def _():
    class Bad(Words):
        def fingerprint(self):
            raise OSError("no model")
    with tap.raises(OSError):
        load(Bad())


@tap.test("ids that do not fit are refused")
def _():
    class Fixed(calib.Tokenizer):
        vocab_size = 100

        def __init__(self, ids):
            self.ids = ids

        def encode(self, text, special):
            return self.ids
    for ids, error, name in (([1, -1], calib.Error, "CALIB_E_ENCODE"),
                             ([1, 100], calib.Error, "CALIB_E_ENCODE"),
                             ([], calib.Error, "CALIB_E_EMPTY"),
                             ([2**31], OverflowError, None), (["a"], TypeError, None)):
        with tap.raises(error) as caught:
            load(Fixed(ids), seq_len=1)
        if name:
            tap.equal(caught.error.name, name, f"the status for {ids}")


@tap.test("errors have status, name, offset and message")
def _():
    with tap.raises(calib.Error) as caught:
        load(Words(), text=b"ab\xffcd")
    tap.equal((caught.error.status, caught.error.name, caught.error.offset),
              (-20, "CALIB_E_UTF8", 2), "the detail")
    with tap.raises(calib.Error) as caught:
        load(Words(), text=None, source="/no/such/file")
    tap.equal(caught.error.name, "CALIB_E_NOT_FOUND", "the status")
    tap.holds("/no/such/file" in str(caught.error), "the message names the file")
    with tap.raises(TypeError):
        load(Words(), no_such_option=1)


@tap.test("a rank without rows gives an empty array")
def _():
    samples = load(Words(), n_samples=1, rank=1, world=2)
    tap.equal(np.asarray(samples).shape, (0, 8), "the shape")
    tap.equal((samples.n_sampled, samples.offsets), (1, []), "the counts")


@tap.test("the counts, offsets and hash are there")
def _():
    import hashlib
    samples = load(Words(), n_samples=1000)
    tap.equal(samples.n_asked, 1000, "asked")
    tap.equal(samples.n_sampled, samples.n_available, "sampled")
    tap.equal(samples.n_tokens, samples.n_rows * 8 + samples.n_dropped, "the tokens")
    tap.equal(sorted(samples.offsets), list(range(0, samples.n_rows * 8, 8)), "the offsets")
    tap.equal(samples.corpus_sha256, hashlib.sha256(TEXT.encode()).hexdigest(), "the hash")


@tap.test("tokenizers: fingerprint, truncation")
def _():
    import tokenizers
    claude = tokenizers.Tokenizer.from_file(claude_json())
    wrapped = calib.HuggingFace(claude)
    first = wrapped.fingerprint()
    tap.equal(len(first), 32, "its length")
    tap.equal(wrapped.fingerprint(), calib.HuggingFace(claude).fingerprint(), "the same again")
    claude.encode_special_tokens = True
    tap.holds(calib.HuggingFace(claude).fingerprint() != first, "options that change ids change it")
    claude.encode_special_tokens = False
    with calib.Corpus(calib.HuggingFace(claude, native=False), text=TEXT) as corpus:
        info = corpus.info()
    tap.equal((info.has_fingerprint, bytes(info.fingerprint)), (1, wrapped.fingerprint()),
              "what the library has")
    claude.enable_truncation(16)
    with tap.raises(ValueError):
        calib.HuggingFace(claude)


@tap.test("transformers: fingerprint, special ids")
def _():
    import tokenizers
    other = calib.HuggingFace(llama())
    claude = calib.HuggingFace(tokenizers.Tokenizer.from_file(claude_json()))
    tap.holds(claude.fingerprint() != other.fingerprint(), "two tokenizers differ")
    tap.holds(other.fingerprint() != calib.HuggingFace(llama(add_eos_token=True)).fingerprint(),
              "options that change ids change it")
    split = llama(split_special_tokens=True)
    tap.holds(split.encode("a</s>b") != llama().encode("a</s>b"), "so does this one")
    tap.holds(calib.HuggingFace(split).fingerprint() != other.fingerprint(), "it is seen")
    tap.equal(calib.HuggingFace(split).fingerprint(),
              calib.HuggingFace(llama(split_special_tokens=True)).fingerprint(),
              "used before or not")
    tap.equal([other.special_id(which) for which in range(4)], [1, 2, -1, 0], "the special ids")
    rows = np.asarray(load(other, n_samples=0, bos=calib.BOS_OVERWRITE))
    tap.holds(len(rows) > 1 and (rows[:, 0] == 1).all(), "BOS begins every row")
    longer = np.asarray(load(other, n_samples=0, seq_len=rows.shape[1] + 1, bos=calib.BOS_PREPEND))
    tap.holds((longer[:, 0] == 1).all() and (longer[:, 2:] == rows[:, 1:]).all(),
              "it stands in front of them, and no token is lost")


@tap.test("several threads load at once, each with its own tokenizer and error")
def _():
    import tokenizers
    claude, bad = tokenizers.Tokenizer.from_file(claude_json()), ValueError("thread")
    wanted = {seed: np.asarray(calib.load(calib.HuggingFace(claude), 50, 16, seed,
                                          source="builtin")) for seed in range(3)}
    wrong = []

    def work(number):
        seed = number % 3
        rows = np.asarray(calib.load(calib.HuggingFace(claude), 50, 16, seed, source="builtin"))
        if not np.array_equal(rows, wanted[seed]):
            wrong.append(f"thread {number}: other rows")
        try:
            load(failing(bad))
            wrong.append(f"thread {number}: no error")
        except ValueError as error:
            if error is not bad:
                wrong.append(f"thread {number}: {error!r}")
        try:
            load(Words(), source=f"/no/{number}", text=None)
        except calib.Error as error:
            if f"/no/{number}" not in str(error):
                wrong.append(f"thread {number}: {error}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tap.equal(wrong, [], "what went wrong")


@tap.test("several threads sample one corpus at once")
def _():
    with calib.Corpus(calib.bytes_tokenizer(), source="builtin") as corpus:
        wanted = [np.asarray(corpus.sample(100, 64, seed)) for seed in range(8)]
        found = [None] * 8

        def work(seed):
            found[seed] = np.asarray(corpus.sample(100, 64, seed))
        threads = [threading.Thread(target=work, args=(seed,)) for seed in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    tap.holds(all(np.array_equal(*pair) for pair in zip(wanted, found)), "all rows are equal")


@tap.test("the library is found when it is installed, and missed by name")
def _():
    environment = dict(os.environ, PYTHONPATH=os.path.join(ROOT, "examples", "python"))
    del environment["CALIB_LIBRARY"]
    done = subprocess.run([sys.executable, "-c", "import calib; calib.open_library()"],
                          env=dict(environment, PATH=""), capture_output=True, text=True)
    if done.returncode:
        tap.holds("set CALIB_LIBRARY" in done.stderr, f"the message: {done.stderr}")
    with tempfile.TemporaryDirectory() as folder:
        for name in ("libcalib.so", "libcalib.so.1"):
            os.symlink(os.environ["CALIB_LIBRARY"], os.path.join(folder, name))
        tap.output(sys.executable, "-c", "import calib; calib.open_library()",
                   env=dict(environment, LD_LIBRARY_PATH=folder))


@tap.test("the path of a SentencePiece model is a tokenizer")
def _():
    wanted = np.asarray(load(adapter(False)))
    for path in MODEL, pathlib.Path(MODEL):
        tap.holds(np.array_equal(np.asarray(load(path)), wanted), "the rows")
    tap.holds(not np.array_equal(np.asarray(load(calib.SentencePiece(MODEL, bos=True))), wanted),
              "a model that puts BOS in front gives others")
    for refused in (copy.copy, copy.deepcopy, pickle.dumps):
        with tap.raises(TypeError):
            refused(adapter(False))


@tap.test("the adapters are found beside CALIB_LIBRARY")
def _():
    adapters = "CALIB_SENTENCEPIECE_LIBRARY", "CALIB_TOKENIZER_JSON_LIBRARY"
    with tempfile.TemporaryDirectory() as folder:
        for variable in "CALIB_LIBRARY", *adapters:
            path = os.path.realpath(os.environ[variable])
            os.symlink(path, os.path.join(folder, os.path.basename(path).split(".so")[0] + ".so.1"))
        environment = dict(os.environ, PYTHONPATH=os.path.join(ROOT, "examples", "python"),
                           CALIB_LIBRARY=os.path.join(folder, "libcalib.so.1"))
        for variable in adapters:
            del environment[variable]
        tap.output(sys.executable, "-c", "import calib, sys; calib.SentencePiece(sys.argv[1]); "
                   "calib.TokenizerJson(sys.argv[2])", MODEL, claude_json(), env=environment)


@tap.test("Ctrl-C reaches the caller while a Hugging Face tokenizer encodes")
def _():
    import tokenizers
    text = "hello world, this is text. " * 200000
    claude = calib.HuggingFace(tokenizers.Tokenizer.from_file(claude_json()), native=False)
    makes = {"tokenizers": lambda: claude,
             "transformers": lambda: calib.HuggingFace(llama(), native=False)}
    for name, make in makes.items():
        with interrupted(name):
            load(make(), text=text)


@tap.test("batches of a Hugging Face tokenizer give the ids of its encode()")
def _():
    import tokenizers
    inner = tokenizers.Tokenizer.from_file(claude_json())
    for special in False, True:
        tap.equal(list(calib.HuggingFace(inner).encode(TEXT + "<EOT>", special)),
                  inner.encode(TEXT + "<EOT>", add_special_tokens=special).ids, f"{special}")


EXAMPLE = os.path.join(ROOT, "examples", "python", "hugging_face.py")


@tap.test("hugging_face.py runs with a tokenizer.json")
def _():
    out = tap.output(sys.executable, EXAMPLE, claude_json())
    tap.holds(out.startswith("128 rows of 256 of ") and out.count("\n") == 4, out)


@tap.test("hugging_face.py runs with a transformers folder")
def _():
    with tempfile.TemporaryDirectory() as folder:
        llama().save_pretrained(folder)
        out = tap.output(sys.executable, EXAMPLE, folder, "builtin", stdin=subprocess.DEVNULL)
        tap.holds("128 rows of 256 of " in out, out)
        done = subprocess.run([sys.executable, EXAMPLE, folder, "/no/such/file"],
                              capture_output=True, text=True)
    tap.equal(done.returncode, 1, "the exit status for a missing corpus")
    tap.holds("CALIB_E_NOT_FOUND: " in done.stderr, done.stderr)


tap.run()
