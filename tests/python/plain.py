# SPDX-License-Identifier: MIT
"""examples/python without any package, on any Python from 3.8 on."""
import copy
import ctypes
import gc
import multiprocessing
import os
import pickle
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import weakref

import tap
from interrupt import interrupted
from server import Server

ROOT = os.environ["SOURCE_ROOT"]
BINDING = os.path.join(ROOT, "examples", "python")
sys.path.insert(0, BINDING)

import calib  # noqa: E402

LIBRARY = os.environ["CALIB_LIBRARY"]
NAMES = ("libcalib.1.dylib",) if sys.platform == "darwin" else ("libcalib.so.1",)
HAS_BUFFER = sys.version_info >= (3, 10)
TEXT = "some words of a text that is long enough for a few rows\n" * 50


class Words(calib.Tokenizer):
    def encode(self, text, special):
        return [len(word) for word in text.split()]


def builtin(n_samples=256, seq_len=512, seed=1, **fields):
    return calib.load(calib.bytes_tokenizer(), n_samples, seq_len, seed, source="builtin", **fields)


def load(tokenizer=None, n_samples=4, seq_len=8, seed=1, **fields):
    fields.setdefault("text", TEXT)
    return calib.load(tokenizer or Words(), n_samples, seq_len, seed, **fields)


def python(script, *arguments, **environment):
    """Runs a script with the binding in its path. Returns what it did."""
    environment = dict(os.environ, PYTHONPATH=BINDING, **environment)
    environment = {name: value for name, value in environment.items() if value is not None}
    return subprocess.run([sys.executable, "-c", script, *arguments], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, universal_newlines=True, timeout=120,
                          env=environment)


# ---- rows

@tap.test("copies hold their own rows")
def _():
    for make in (copy.copy, copy.deepcopy, lambda samples: pickle.loads(pickle.dumps(samples))):
        samples = builtin()
        wanted, made = samples.tolist(), make(samples)
        hash_, offsets = samples.corpus_sha256, samples.offsets
        del samples
        gc.collect()
        other = [(ctypes.c_int32 * (256 * 512))(*[-7] * 256 * 512) for _ in range(4)]
        tap.holds(made.tolist() == wanted, "the rows of the copy")
        tap.equal((made.corpus_sha256, made.n_asked), (hash_, 256), "its attributes")
        tap.holds(made.offsets == offsets and made.offsets is not offsets, "its offsets")
        tap.equal(made.view().shape, (256, 512), "its shape")
        tap.holds(made.view().readonly, "it is read-only")
        del other


@tap.test("samples without rows are copied and pickled, too")
def _():
    none = builtin(1, 8, rank=1, world=2)
    for made in none, copy.copy(none), pickle.loads(pickle.dumps(none)):
        tap.equal((made.tolist(), len(made), made.view().shape), ([], 0, (0, 8)), "no rows")


@tap.test("another process reads a pickle")
def _():
    samples = builtin()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "samples")
        for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
            with open(path, "wb") as file:
                pickle.dump(samples, file, protocol)
            done = python("import pickle, sys; s = pickle.load(open(sys.argv[1], 'rb'));"
                          "print(s.n_rows, sum(sum(row) for row in s))", path)
            tap.equal((done.returncode, done.stdout, done.stderr),
                      (0, f"256 {sum(map(sum, samples))}\n", ""), f"protocol {protocol}")


def rows_of(samples):
    return samples, samples.tolist()


@tap.test("a pool of forked processes sees and returns the same rows")
def _():
    if "fork" not in multiprocessing.get_all_start_methods():
        raise tap.Skip("this system does not fork")
    made = [builtin(64, 128, seed) for seed in range(6)]
    wanted = [samples.tolist() for samples in made]
    with multiprocessing.get_context("fork").Pool(2) as pool:
        found = pool.map_async(rows_of, made).get(60)
    for (samples, rows), expected in zip(found, wanted):
        tap.holds(rows == expected, "the rows in the process")
        tap.holds(samples.tolist() == expected, "the rows that came back")


@tap.test("handles are neither copied nor pickled")
def _():
    with calib.Corpus(calib.bytes_tokenizer(), text="text") as corpus:
        for handle in corpus, calib.bytes_tokenizer(), calib.NativeTokenizer(1):
            for refused in (copy.copy, copy.deepcopy, pickle.dumps):
                with tap.raises(TypeError) as caught:
                    refused(handle)
                tap.holds(type(handle).__name__ in str(caught.error), "the message names it")


@tap.test("an error survives a pickle")
def _():
    with tap.raises(calib.Error) as caught:
        load(text=b"ab\xffcd")
    again = pickle.loads(pickle.dumps(caught.error))
    tap.equal((str(again), again.__dict__), (str(caught.error), caught.error.__dict__), "the copy")
    tap.equal((again.name, again.offset), ("CALIB_E_UTF8", 2), "its fields")


@tap.test("samples are a sequence of rows")
def _():
    samples = builtin(5, 7)
    rows = samples.tolist()
    tap.equal((len(samples), [len(row) for row in rows]), (5, [7] * 5), "the shape")
    tap.equal(repr(samples), "<calib.Samples: 5 rows of 7 ids>")
    tap.holds(all(type(value) is int for row in rows for value in row), "ints")
    tap.equal(list(samples), rows, "iteration")
    for index in range(-5, 5):
        tap.equal(samples[index], rows[index], f"row {index}")
        for column in range(-7, 7):
            tap.equal(samples[index, column], rows[index][column], f"[{index}, {column}]")
    for part in (slice(1, 3), slice(None, None, -1), slice(9, 12), slice(-2, None)):
        tap.equal(samples[part], rows[part], str(part))
        tap.equal(samples[part, 2], [row[2] for row in rows[part]], f"{part}, 2")
        tap.equal(samples[part, part], [row[part] for row in rows[part]], f"{part} twice")
        tap.equal(samples[1, part], rows[1][part], f"1, {part}")
    for index in (5, -6, (0, 7), (0, -8), (5, 0), 2**70):
        with tap.raises(IndexError):
            samples[index]
    for index in ("a", 1.0, (0, 0, 0), None, (0, None)):
        with tap.raises(TypeError):
            samples[index]
    with tap.raises(TypeError):
        samples[0] = rows[0]


@tap.test("samples are a read-only buffer that keeps the memory alive")
def _():
    samples = builtin(5, 7)
    views = [samples.view()]
    if HAS_BUFFER:
        views += [memoryview(samples), memoryview(copy.copy(samples))]
        tap.holds(bytes(samples) == views[0].tobytes(), "bytes()")
    else:
        with tap.raises(TypeError):
            memoryview(samples)
    for view in views:
        tap.equal((view.shape, view.format, view.readonly, view.c_contiguous),
                  ((5, 7), "i", True, True), "the view")
        tap.holds(view.tolist() == samples.tolist(), "its rows")
        with tap.raises(TypeError):
            view[0, 0] = 1
    if HAS_BUFFER:  # who asks for a writable one is refused
        with tap.raises((TypeError, BufferError)):
            (ctypes.c_char * 4).from_buffer(samples)
    del views
    alive, wanted, view = weakref.ref(samples._ids), samples.tolist(), samples.view()[1:]
    del samples
    gc.collect()
    tap.holds(alive() is not None and view.tolist() == wanted[1:], "the view has the rows")
    del view
    tap.holds(alive() is None, "the memory goes with it")


class Tensor(ctypes.Structure):
    _fields_ = [("data", ctypes.c_void_p), ("device", ctypes.c_int32 * 2), ("ndim", ctypes.c_int32),
                ("code", ctypes.c_uint8), ("bits", ctypes.c_uint8), ("lanes", ctypes.c_uint16),
                ("shape", ctypes.POINTER(ctypes.c_int64)),
                ("strides", ctypes.POINTER(ctypes.c_int64)), ("byte_offset", ctypes.c_uint64)]


class Versioned(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32 * 2), ("manager", ctypes.c_void_p),
                ("deleter", ctypes.CFUNCTYPE(None, ctypes.c_void_p)), ("flags", ctypes.c_uint64),
                ("tensor", Tensor)]


class Legacy(ctypes.Structure):
    _fields_ = [("tensor", Tensor), ("manager", ctypes.c_void_p),
                ("deleter", ctypes.CFUNCTYPE(None, ctypes.c_void_p))]


def managed(capsule, name, kind):
    get = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(
        ("PyCapsule_GetPointer", ctypes.pythonapi))
    return kind.from_address(get(capsule, name))


def consume(capsule, name, kind):
    """Does as a reader of DLPack: renames the capsule and calls the deleter later."""
    found = managed(capsule, name, kind)
    rename = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.py_object, ctypes.c_char_p)(
        ("PyCapsule_SetName", ctypes.pythonapi))
    consume.name = b"used_" + name
    rename(capsule, consume.name)
    return found


@tap.test("DLPack: a versioned capsule shows the memory, an old one a copy")
def _():
    samples = builtin(5, 7)
    tap.equal(samples.__dlpack_device__(), (1, 0), "the device")
    address = ctypes.addressof(samples._ids)
    for name, kind, fields, flags, shared in (
            (b"dltensor_versioned", Versioned, {"max_version": (1, 0)}, 1, True),
            (b"dltensor_versioned", Versioned, {"max_version": (1, 9), "copy": False}, 1, True),
            (b"dltensor_versioned", Versioned, {"max_version": (1, 0), "copy": True}, 2, False),
            (b"dltensor", Legacy, {"max_version": (0, 8)}, None, False),
            (b"dltensor", Legacy, {"dl_device": (1, 0), "copy": True}, None, False),
            (b"dltensor", Legacy, {}, None, False)):
        capsule = samples.__dlpack__(**fields)
        found = consume(capsule, name, kind)
        del capsule
        gc.collect()
        tensor = found.tensor
        tap.equal(tensor.data == address, shared, f"{fields}: it is shared")
        tap.equal((list(tensor.device), tensor.ndim, tensor.code, tensor.bits, tensor.lanes,
                   tensor.shape[:2], tensor.strides[:2], tensor.byte_offset),
                  ([1, 0], 2, 0, 32, 1, [5, 7], [7, 1], 0), "the tensor")
        rows = (ctypes.c_int32 * 7 * 5).from_address(tensor.data)
        tap.holds([list(row) for row in rows] == samples.tolist(), "its rows")
        if flags is not None:
            tap.equal((found.flags, found.version[0]), (flags, 1), "the flags and the version")
        found.deleter(ctypes.addressof(found))
    for fields in ({"copy": False}, {"dl_device": (2, 0)}, {"stream": 1}):
        with tap.raises(BufferError):
            samples.__dlpack__(**fields)


@tap.test("DLPack: the memory lives as long as the tensor, and goes with a capsule nobody used")
def _():
    samples = builtin(5, 7)
    alive = weakref.ref(samples._ids)
    unused = samples.__dlpack__(max_version=(1, 0))
    found = consume(samples.__dlpack__(max_version=(1, 0)), b"dltensor_versioned", Versioned)
    wanted = samples.tolist()
    del samples
    gc.collect()
    del unused
    rows = (ctypes.c_int32 * 7 * 5).from_address(found.tensor.data)
    tap.holds([list(row) for row in rows] == wanted, "the rows")
    found.deleter(ctypes.addressof(found))
    tap.holds(alive() is None, "the memory is gone")


# ---- signals

PROGRESS = {"no progress": {}, "progress": {"progress": lambda *report: False}}


@tap.test("Ctrl-C at a stalled server")
def _():
    def stall(request):
        request.head("200 OK", "Content-Length: 1000000", "Content-Type: text/plain")
        request.send(b"beginning")
        request.silence(120)
    with Server(stall) as server, tempfile.TemporaryDirectory() as cache:
        for name, fields in PROGRESS.items():
            for call in (calib.load, lambda tokenizer, *numbers, **more:
                         calib.Corpus(tokenizer, **more)):
                with interrupted(name):
                    call(calib.bytes_tokenizer(), 4, 8, 1, source=server.url("/" + name[:2]),
                         cache_dir=cache, **fields)


class Sleeping(Words):
    """encode() does not return for a while, in Python or in one call of C."""

    def __init__(self, seconds, blocked):
        self.seconds, self.blocked = seconds, blocked

    def encode(self, text, special):
        end = time.monotonic() + self.seconds
        if self.blocked:
            time.sleep(self.seconds)
        while time.monotonic() < end:
            pass
        return super().encode(text, special)


@tap.test("Ctrl-C during encode; the call ends by itself and frees what it borrowed")
def _():
    alive = []
    for name, fields in PROGRESS.items():
        for blocked in False, True:
            tokenizer = Sleeping(1.5, blocked)
            alive.append(weakref.ref(tokenizer))
            with interrupted(f"encode, {name}, {'in C' if blocked else 'in Python'}"):
                load(tokenizer, **fields)
            del tokenizer
    end = time.monotonic() + 10
    while any(each() is not None for each in alive) and time.monotonic() < end:
        time.sleep(0.05)
        gc.collect()
    tap.equal([each() for each in alive], [None] * len(alive), "the tokenizers that are not free again")


@tap.test("Ctrl-C in progress itself")
def _():
    def wait(*report):
        time.sleep(30)
    with interrupted("progress"):
        builtin(progress=wait)


@tap.test("Ctrl-C on a large text")
def _():
    with tempfile.NamedTemporaryFile() as large:
        large.truncate(1 << 30)
        for name, fields in PROGRESS.items():
            with interrupted(f"1 GiB, {name}"):
                calib.load(calib.bytes_tokenizer(), 4, 8, 1, source=large.name, **fields)


MANY = """
import calib, random, signal, sys, threading, time, os
class Words(calib.Tokenizer):
    def encode(self, text, special):
        return [len(word) for word in text.split()]
    def special_id(self, which):
        return 1
signal.signal(signal.SIGINT, signal.default_int_handler)
random.seed(1)
raised = finished = 0
text = "some words of a text\\n" * 20000
for i in range(int(sys.argv[1])):
    timer = threading.Timer(random.random() * 0.02, os.kill, (os.getpid(), signal.SIGINT))
    timer.daemon = True  # Python 3.8 waits at its end for a thread whose join() was interrupted
    try:
        timer.start()
        try:
            while True:
                samples = calib.load(Words(), 8, 64, 1, text=text, bos=1, progress=lambda *a: False)
                assert len(samples) == 8 and samples[0, 0] == 1
        finally:
            timer.join()
    except KeyboardInterrupt:
        raised += 1
print(raised)
"""


@tap.test("Ctrl-C at any moment is a KeyboardInterrupt, and no callback has an unset result")
def _():
    # Some moments are rare: the rows of an earlier call are freed, a callback begins.
    rounds = 1000 if tap.LONG else 100
    done = python(MANY, str(rounds))
    tap.equal((done.stderr, done.stdout), ("", f"{rounds}\n"), "all rounds")


@tap.test("a program that was interrupted ends soon and well")
def _():
    start = time.monotonic()
    done = python("""
import calib, os, signal, threading, time
class Slow(calib.Tokenizer):
    def encode(self, text, special):
        time.sleep(30)
        return [1]
signal.signal(signal.SIGINT, signal.default_int_handler)
threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    calib.load(Slow(), 1, 1, 1, text="text")
except KeyboardInterrupt:
    print("interrupted")
""")
    tap.equal((done.returncode, done.stdout, done.stderr), (0, "interrupted\n", ""), "its end")
    tap.holds(time.monotonic() - start < 10, "its time")


@tap.test("calls near the recursion limit give rows or RecursionError")
def _():
    outcomes = set()

    def dive(depth):
        if depth:
            return dive(depth - 1)
        return load(progress=lambda *report: False, bos=0).tolist()
    wanted = dive(0)
    limit = sys.getrecursionlimit()
    frames = len(__import__("inspect").stack())
    for depth in range(limit - frames - 60, limit - frames + 5):
        try:
            outcomes.add(dive(depth) == wanted)
        except RecursionError:
            outcomes.add("RecursionError")
    tap.equal(outcomes, {True, "RecursionError"}, "the outcomes")


@tap.test("callbacks with a wrong result raise")
def _():
    def tokenizer(**methods):
        return type("Wrong", (Words,), {name: lambda self, *given, value=value: value
                                        for name, value in methods.items()})()
    for wrong, error in ((tokenizer(special_id="1"), TypeError),
                         (tokenizer(special_id=2**40), OverflowError),
                         (tokenizer(special_id=None), TypeError),
                         (tokenizer(fingerprint=b"short"), ValueError),
                         (tokenizer(fingerprint="x" * 32), TypeError),
                         (tokenizer(encode=None), TypeError), (tokenizer(encode="ab"), TypeError),
                         (tokenizer(encode=[1.5] * 99), TypeError),
                         (tokenizer(encode=[2**31] * 99), OverflowError)):
        with tap.raises(error):
            load(wrong, bos=calib.BOS_OVERWRITE if "special_id" in vars(type(wrong)) else 0)
    rows = load(tokenizer(encode=bytes(range(100))), 0)  # each byte an id, not four one id
    tap.equal(sorted(sum(rows, [])), list(range(96)), "ids given as bytes")

    class Neither:
        def __bool__(self):
            raise LookupError("neither")
    with tap.raises(LookupError):
        load(progress=lambda *report: Neither())


@tap.test("progress runs on the calling thread, with its context")
def _():
    threads = set()
    load(progress=lambda *report: threads.add(threading.get_ident()))
    tap.equal(threads, {threading.get_ident()}, "the threads")


# ---- closing

@tap.test("closing while other threads sample: they get rows or ValueError")
def _():
    for round_ in range(20 if tap.LONG else 5):
        ends = []
        ready = threading.Semaphore(0)

        def work():
            try:
                for seed in range(10**9):
                    rows = corpus.sample(800, 512, seed)
                    corpus.tokens(0, 100)
                    corpus.info()
                    ready.release()
                    if len(rows) != 800 or rows[799, 511] < 0:
                        raise AssertionError("wrong rows")
            except BaseException as error:
                ends.append(repr(error))
        threads = [threading.Thread(target=work) for _ in range(3)]
        with calib.Corpus(calib.bytes_tokenizer(), source="builtin") as corpus:
            for thread in threads:
                thread.start()
            for thread in threads:
                ready.acquire()
        for thread in threads:
            thread.join(30)
        tap.equal(ends, ["ValueError('the corpus is closed')"] * 3, f"round {round_}")


def held(corpus_of):
    """Returns a corpus, a thread that is in a call of it, and what lets that call go on."""
    inside, go = threading.Event(), threading.Event()

    def progress(stage, done, total):
        if stage == 4:
            inside.set()
            go.wait(30)
    corpus = corpus_of(progress)
    result = []
    thread = threading.Thread(target=lambda: result.append(len(corpus.sample(0, 512, 1))))
    thread.start()
    tap.holds(inside.wait(30), "the call is in flight")
    return corpus, thread, go, result


def open_with(progress):
    return calib.Corpus(calib.bytes_tokenizer(), source="builtin", progress=progress)


@tap.test("close() waits for a call in flight")
def _():
    corpus, thread, go, result = held(open_with)
    threading.Timer(0.5, go.set).start()
    start = time.monotonic()
    corpus.close()
    took = time.monotonic() - start
    thread.join()
    tap.holds(0.3 < took < 10, f"it took {took}")
    tap.holds(result and result[0] > 700, "the call has its rows")
    with tap.raises(ValueError):
        corpus.sample(1, 1, 1)


@tap.test("Ctrl-C reaches close()")
def _():
    corpus, thread, go, result = held(open_with)
    with interrupted("close"):
        corpus.close()
    go.set()
    thread.join()
    tap.holds(result and result[0] > 700, "the call has its rows")


@tap.test("close() in the progress of its own call does not wait for itself")
def _():
    def progress(stage, done, total):
        if stage == 4:
            corpus.close()
    corpus = open_with(progress)
    tap.holds(len(corpus.sample(0, 512, 1)) > 700, "the rows")
    with tap.raises(ValueError):
        corpus.info()


@tap.test("a closed corpus refuses everything, and facts outlive it")
def _():
    with calib.Corpus(Words(), text=TEXT) as corpus:
        info = corpus.info()
    gc.collect()
    tap.equal((info.source, len(info.corpus_sha256)), ("memory", 32), "the facts")
    tap.equal(info.n_tokens, len(TEXT.split()), "the tokens")
    for call in (lambda: corpus.sample(1, 1, 1), lambda: corpus.tokens(0, 1), corpus.info):
        with tap.raises(ValueError) as caught:
            call()
        tap.equal(str(caught.error), "the corpus is closed", "the message")
    corpus.close()


# ---- arguments

@tap.test("arguments out of range, of the wrong type, or with NUL are refused")
def _():
    tokenizer = calib.bytes_tokenizer()

    def call(n_samples=4, seq_len=8, seed=1, tokenizer=tokenizer, **fields):
        if not fields.keys() & {"source", "text"}:
            fields["source"] = "builtin"
        calib.load(tokenizer, n_samples, seq_len, seed, **fields)

    for error, *cases in (
            (OverflowError, {"n_samples": 2**63}, {"n_samples": -2**63 - 1}, {"seq_len": 2**64 + 8},
             {"seq_len": -1}, {"seed": -1}, {"seed": 2**64}, {"rank": 2**32}, {"skip": -1},
             {"threads": 2**32 + 1}, {"threads": -1}, {"max_tries": 2**32}, {"flags": 2**33},
             {"source_flags": 2**64}, {"sampling_flags": 2**32}, {"size_bytes": -1},
             {"max_whole_bytes": 2**64}, {"offline": 2**32}, {"bos": -1}, {"deadline_ms": 2**40}),
            (ValueError, {"source": "builtin\0x"}, {"cache_dir": "/tmp/a\0b"}, {"sha256": "0\0"},
             {"sampler": "mlx\0x"}, {"proxy": "\0"}, {"ca_file": b"a\0b"}, {"bearer_token": "a\0"},
             {"mirrors": ["a", "b\0"]}, {"tokenizer": "x\0y"}),
            (TypeError, {"source": 5}, {"cache_dir": 1}, {"sha256": 1.5}, {"sampler": []},
             {"mirrors": "one"}, {"mirrors": [1]}, {"mirrors": 5}, {"text": 5}, {"n_samples": 1.0},
             {"n_samples": "4"}, {"seq_len": None}, {"seed": 1.5}, {"rank": "0"}, {"threads": 1.0},
             {"progress": 5}, {"progress": "yes"}, {"no_such_option": 1}, {"tokenizer": 5},
             {"tokenizer": None}, {"tokenizer": b"model"}, {"tokenizer": Words},
             {"tokenizer": object()}, {"struct_size": 1}, {"n_bytes": 1})):
        for case in cases:
            with tap.raises(error):
                call(**case)
            if not case.keys() & {"n_samples", "seq_len", "seed", "tokenizer", "rank", "skip",
                                  "sampler", "bos", "sampling_flags"}:
                fields = dict({} if "source" in case or "text" in case else {"source": "builtin"},
                              **case)
                with tap.raises(error):
                    calib.Corpus(tokenizer, **fields)
    with calib.Corpus(tokenizer, source="builtin") as corpus:
        for error, *cases in ((OverflowError, (2**63, 8, 1), (4, 2**64 + 8, 1), (4, 8, -1)),
                              (TypeError, (4.0, 8, 1), (4, "8", 1), (4, 8, None))):
            for case in cases:
                with tap.raises(error):
                    corpus.sample(*case)
        for error, *cases in ((OverflowError, (-1, 1), (2**64, 1), (0, -1)), (TypeError, (0.0, 1)),
                              (ValueError, (0, 2**40), (2**62, 1), (0, 10**6))):
            for case in cases:
                with tap.raises(error):
                    corpus.tokens(*case)
    for keyword, value in (("source", "a\0b"), ("source", 5), ("text", 5), ("progress_ctx", 5),
                           ("struct_size", 5)):
        try:
            calib.load(tokenizer, 1, 1, 1, **{keyword: value})
        except (TypeError, ValueError) as error:
            tap.holds(keyword in str(error), f"{keyword} is not named: {error}")
        else:
            raise AssertionError(f"{keyword}={value!r} was taken")
    for wrong, error in ((-1, OverflowError), (2**32, OverflowError), ("9", TypeError)):
        sized = Words()
        sized.vocab_size = wrong
        with tap.raises(error):
            load(sized)


class Index:
    def __index__(self):
        return 4


@tap.test("what Python takes for an int, a path and bytes is taken")
def _():
    wanted = builtin(4, 4, 1).tolist()
    tap.equal(builtin(Index(), Index(), True).tolist(), wanted, "__index__ and bool")
    import pathlib
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "t\u00e9xt")
        path.write_text(TEXT)
        rows = load().tolist()
        for fields in ({"source": path}, {"source": str(path)}, {"source": os.fsencode(path)},
                       {"text": TEXT.encode()}, {"text": bytearray(TEXT.encode())},
                       {"text": memoryview(TEXT.encode())}):
            tap.equal(load(**dict({"text": None}, **fields)).tolist(), rows, f"{fields.keys()}")


@tap.test("a tokenizer without its wrapper is named")
def _():
    class Foreign:
        def encode(self, text):
            return [1]
    with tap.raises(TypeError) as caught:
        load(Foreign())
    tap.holds("calib.HuggingFace" in str(caught.error), str(caught.error))


@tap.test("a path as tokenizer is opened by its content")
def _():
    kinds = {b"\x1f\x8b\x08\x00": "gzip", b"PK\3\4abcd": "zip", b"\x28\xb5\x2f\xfdabc": "zstd",
             b"version https://git-lfs.github.com/spec/v1\noid sha256:12\n": "git lfs pull",
             b"\n<!DOCTYPE html><html>": "HTML", b"<HTML><body>": "HTML",
             b"IQ== 0\nIg== 1\nIw== 2\n": "tiktoken",
             b"<unk>\t0\n<s>\t0\n</s>\t0\n": ".model", b"GGUF\3\0\0\0": "GGUF", b"": "empty",
             b" \n": "empty", b"\xfd7zXZ\0": "xz", b"BZh9": "bzip2"}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "x.model")
        for content, word in kinds.items():
            with open(path, "wb") as file:
                file.write(content)
            with tap.raises(ValueError) as caught:
                load(path)
            tap.holds(word in str(caught.error) and path in str(caught.error), str(caught.error))
        with open(path, "wb") as file:
            file.write(b"\x0a\x0e\x0a\x05damaged")
        with tap.raises(calib.Error) as caught:
            calib.Corpus(path, text=TEXT)
        tap.equal(caught.error.name, "CALIB_E_MODEL", "the status of a damaged model")
        tap.holds(path in str(caught.error), str(caught.error))
        with tap.raises(FileNotFoundError):
            load(os.path.join(folder, "none.model"))


# ---- finding the library

FIND = "import calib; print(calib.load(calib.bytes_tokenizer(), 1, 4, 1, source='builtin').n_rows)"


@tap.test("the library is found by its SONAME where gcc and ldconfig are missing")
def _():
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(os.path.realpath(LIBRARY), os.path.join(folder, NAMES[0]))
        done = python(FIND, CALIB_LIBRARY=None, PATH="", LD_LIBRARY_PATH=folder,
                      DYLD_LIBRARY_PATH=folder)
    tap.equal((done.returncode, done.stdout), (0, "1\n"), done.stderr)


@tap.test("the library is found in the binding's folder and beside it")
def _():
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(os.path.join(BINDING, "calib"), os.path.join(folder, "calib"))
        for place in (os.path.join(folder, "calib"), folder):
            link = os.path.join(place, NAMES[0])
            os.symlink(os.path.realpath(LIBRARY), link)
            done = subprocess.run([sys.executable, "-c", FIND], cwd=folder, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, universal_newlines=True,
                                  env={"PYTHONPATH": folder, "PATH": "", "CALIB_CACHE_DIR": folder})
            tap.equal((done.returncode, done.stdout), (0, "1\n"), done.stderr)
            os.unlink(link)


@tap.test("a missing library is an OSError that lists what was tried")
def _():
    script = "import calib\ntry: calib.open_library()\nexcept OSError as error: print(error)"
    with tempfile.TemporaryDirectory() as folder:
        done = python(script, CALIB_LIBRARY=os.path.join(folder, "none.so"))
        tap.holds("set CALIB_LIBRARY" in done.stdout and "none.so" in done.stdout, done.stdout)
        wrong = os.path.join(folder, NAMES[0])
        with open(wrong, "w") as file:
            file.write("no library")
        done = python(script, CALIB_LIBRARY=None, PATH="", LD_LIBRARY_PATH=folder)
        if done.stdout:  # it may be installed
            for word in ("set CALIB_LIBRARY", *NAMES):
                tap.holds(word in done.stdout, done.stdout)


tap.run()
