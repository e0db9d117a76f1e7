# SPDX-License-Identifier: MIT
"""calib_fetch() and calib_cache_*() over the binding in examples/python, and the files of the
cache as they are on disk."""
import ctypes
import hashlib
import os
import re
import tempfile
import time

import calib
import tap

LIB = calib.open_library()
LIB.calib_fetch.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]


def status_name(status):
    """Returns "OK", or a name such as "E_HTTP"."""
    name = LIB.calib_status_name(status).decode()
    return "OK" if status == 0 else name.removeprefix("CALIB_")


class Outcome:
    """The result of one call; `recorded` is the status that calib_last_error() gives."""

    def __init__(self, code, path=None):
        detail = calib.Detail()
        LIB.calib_last_error(ctypes.byref(detail))
        self.status = status_name(code)
        self.path = path
        self.message = detail.message.decode()
        self.http_status = detail.http_status
        self.callback_result = detail.callback_result
        self.recorded = status_name(detail.status)
        self.seconds = 0.0

    def __repr__(self):
        return f"{self.status} ({self.message or self.path})"

    def text(self):
        with open(self.path, "rb") as file:
            return file.read()


def call_on(function, url, cache, *arguments, progress=None, offline=calib.OFFLINE_OFF, **fields):
    """Calls function(source, options, ...) with the binding's structs. Unlike there, `progress` may
    return any number."""
    fields.update(source=url, cache_dir=cache, offline=offline)
    given = calib._borrow(calib.bytes_tokenizer(), fields)
    if progress:
        given.options.progress = calib.PROGRESS(lambda _, *rest: progress(*rest) or 0)
    return function(given.sources, ctypes.byref(given.options), *arguments)


def fetch(url, cache, **fields):
    """Calls calib_fetch(); fields as in calib.load()."""
    path = ctypes.create_string_buffer(4096)
    start = time.monotonic()
    code = call_on(LIB.calib_fetch, url, cache, path, len(path), **fields)
    outcome = Outcome(code, path.value.decode() if code == 0 else None)
    outcome.seconds = time.monotonic() - start
    return outcome


def expect(outcome, status, *words):
    """Checks how a call ended, and that its message has the words."""
    statuses = (status,) if isinstance(status, str) else status
    tap.holds(outcome.status in statuses, f"{outcome!r}, expected is {statuses}")
    if outcome.status != "OK":
        tap.equal(outcome.recorded, outcome.status, "the recorded status")
    for word in words:
        tap.holds(word in outcome.message, f"'{word}' is not in: {outcome.message}")
    return outcome


class Cache:
    """A cache directory for one test, which is checked at the end if the test passed."""
    checked = True

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="calib-net-")
        self.path = os.path.join(self.folder.name, "cache")
        return self

    def __exit__(self, kind, *_):
        wrong = check(self.path) if self.checked else ""
        self.folder.cleanup()
        if kind is None:
            tap.equal(wrong, "", "what is wrong in the cache")

    def text_path(self, digest):
        return os.path.join(self.path, "corpora", digest)

    def record_path(self, url):
        return os.path.join(self.path, "urls", key_of(url))


# ---- the cache from outside ----

def sha256(data):
    return hashlib.sha256(data).hexdigest()


def key_of(url):
    return sha256(url.encode())


def make_folders(cache):
    for name in ("corpora", "urls"):
        os.makedirs(os.path.join(cache, name), mode=0o700, exist_ok=True)


def put(cache, name, data):
    make_folders(cache)
    path = os.path.join(cache, name)
    with open(path, "wb") as file:
        file.write(data)
    os.chmod(path, 0o600)
    return path


def record(url, digest, size, trust="first-use", when=1700000000):
    text = (f"calib url 1\nurl {url}\nsha256 {digest}\nsize {size}\nfetched {when}\n"
            f"trust {trust}\n")
    return (text + f"check {sha256(text.encode())}\n").encode()


def partial(url, front, total, etag='"v1"'):
    """Returns a partial text as calib leaves it: its bytes and the trailer."""
    trailer = (f"\ncalib part 1\nurl {key_of(url)}\netag {etag}\nsize {len(front)}\n"
               f"total {total}\nsha256 {sha256(front)}\n")
    return front + trailer.encode().ljust(1024, b"\n")


def files(cache):
    """Returns the names of all files in the cache, relative and sorted."""
    found = []
    for folder, _, names in os.walk(cache):
        found += [os.path.relpath(os.path.join(folder, name), cache) for name in names]
    return sorted(found)


def check(cache):
    """Returns what is wrong in the cache, "" if nothing: each published text has the hash that is its
    name, each record is whole, and only locks, partial texts and damaged texts are left over."""
    wrong = []
    for name in files(cache):
        path = os.path.join(cache, name)
        if re.fullmatch("corpora/[0-9a-f]{64}", name):
            with open(path, "rb") as file:
                if sha256(file.read()) != os.path.basename(name):
                    wrong.append(f"{name} does not have the hash that is its name")
        elif re.fullmatch("urls/[0-9a-f]{64}", name):
            with open(path, "rb") as file:
                text, _, last = file.read().rpartition(b"check ")
            if last.strip().decode() != sha256(text):
                wrong.append(f"{name} is damaged")
        elif not re.fullmatch(r"corpora/[0-9a-f]{64}\.(part|corrupt)|urls/[0-9a-f]{64}\.lock|"
                              "CACHEDIR.TAG", name):
            wrong.append(f"{name} was left behind")
    return ", ".join(wrong)


def descriptors():
    return len(os.listdir("/proc/self/fd"))


# ---- calib_cache.h ----

class Entry(calib.Sized):
    _fields_ = [
        ("struct_size", ctypes.c_size_t), ("url", ctypes.c_char_p), ("path", ctypes.c_char_p),
        ("size", ctypes.c_uint64), ("fetched_at", ctypes.c_int64),
        ("last_used", ctypes.c_int64), ("sha256", ctypes.c_uint8 * 32),
        ("kind", ctypes.c_uint32), ("trust", ctypes.c_uint32), ("state", ctypes.c_uint32),
        ("removed", ctypes.c_uint32),
    ]

    def copy(self):
        return {"url": self.url and self.url.decode(), "path": self.path.decode(),
                "size": self.size, "fetched_at": self.fetched_at, "last_used": self.last_used,
                "sha256": bytes(self.sha256).hex(), "removed": self.removed,
                "kind": ["text", "tokens", "leftover"][self.kind],
                "trust": ["none", "first use", "pinned"][self.trust],
                "state": ["unchecked", "good", "missing", "damaged"][self.state]}


ENTRY_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(Entry))
LIB.calib_cache_list.argtypes = [ctypes.c_void_p, ENTRY_CALLBACK, ctypes.c_void_p]
LIB.calib_cache_verify.argtypes = [ctypes.c_void_p, ENTRY_CALLBACK, ctypes.c_void_p]
LIB.calib_cache_prune.argtypes = [ctypes.c_void_p, ctypes.c_uint64, ENTRY_CALLBACK,
                                  ctypes.c_void_p]
LIB.calib_cache_add.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p]
LIB.calib_cache_remove.argtypes = [ctypes.c_void_p, ctypes.c_void_p]


def _entries(function, cache, *middle, stop=0):
    found = []
    assert ctypes.sizeof(Entry) % 8 == 0

    def take(_, entry):
        assert entry.contents.struct_size == ctypes.sizeof(Entry)
        found.append(entry.contents.copy())
        return stop
    options = calib.Options(cache_dir=os.fsencode(cache), offline=calib.OFFLINE_OFF)
    outcome = Outcome(function(ctypes.byref(options), *middle, ENTRY_CALLBACK(take), None))
    return outcome, found


def cache_list(cache, **more):
    return _entries(LIB.calib_cache_list, cache, **more)


def cache_verify(cache):
    return _entries(LIB.calib_cache_verify, cache)


def cache_prune(cache, max_age_s=0):
    return _entries(LIB.calib_cache_prune, cache, max_age_s)


def cache_add(url, cache, file, **fields):
    return Outcome(call_on(LIB.calib_cache_add, url, cache, os.fsencode(file), **fields))


def cache_remove(url, cache):
    return Outcome(call_on(LIB.calib_cache_remove, url, cache))
