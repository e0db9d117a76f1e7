# SPDX-License-Identifier: MIT
"""The download part of calib through ctypes, and a look into its cache from outside."""
import ctypes
import hashlib
import os
import re
import time

STATUSES = {0: "OK"}

CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_uint32, ctypes.c_uint64,
                            ctypes.c_uint64)

RAW_BYTES, NO_TOKEN_STORE, ACCEPT_CHANGE, ALLOW_HTTP = 1, 2, 4, 8
OFFLINE_ON, OFFLINE_OFF = 1, 2


class Options(ctypes.Structure):
    _fields_ = [
        ("struct_size", ctypes.c_size_t), ("source", ctypes.c_char_p),
        ("mirrors", ctypes.POINTER(ctypes.c_char_p)), ("n_mirrors", ctypes.c_size_t),
        ("text", ctypes.c_void_p), ("text_len", ctypes.c_size_t),
        ("sha256", ctypes.c_char_p), ("cache_dir", ctypes.c_char_p),
        ("proxy", ctypes.c_char_p), ("ca_file", ctypes.c_char_p),
        ("bearer_token", ctypes.c_char_p), ("progress", CALLBACK),
        ("progress_ctx", ctypes.c_void_p), ("size_bytes", ctypes.c_uint64),
        ("max_download_bytes", ctypes.c_uint64), ("max_whole_bytes", ctypes.c_uint64),
        ("max_memo_bytes", ctypes.c_uint64), ("flags", ctypes.c_uint32),
        ("offline", ctypes.c_uint32), ("connect_timeout_ms", ctypes.c_uint32),
        ("stall_timeout_ms", ctypes.c_uint32), ("deadline_ms", ctypes.c_uint32),
        ("lock_timeout_ms", ctypes.c_uint32), ("max_tries", ctypes.c_uint32),
        ("threads", ctypes.c_uint32), ("slice", ctypes.c_uint32), ("n_slices", ctypes.c_uint32),
    ]


class Error(ctypes.Structure):
    _fields_ = [
        ("struct_size", ctypes.c_size_t), ("status", ctypes.c_int32),
        ("callback_result", ctypes.c_int32), ("system_error", ctypes.c_int32),
        ("http_status", ctypes.c_int32), ("offset", ctypes.c_int64),
        ("message", ctypes.c_char * 1024),
    ]


def library():
    path = os.path.join(os.environ.get("BUILD_ROOT", "build"), "lib", "libcalib.so")
    lib = ctypes.CDLL(path)
    lib.calib_fetch.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]
    lib.calib_last_error.argtypes = [ctypes.c_void_p]
    lib.calib_status_name.argtypes = [ctypes.c_int]
    lib.calib_status_name.restype = ctypes.c_char_p
    return lib


LIB = library()


def status_name(status):
    if status not in STATUSES:
        STATUSES[status] = LIB.calib_status_name(status).decode().removeprefix("CALIB_")
    return STATUSES[status]


class Outcome:
    """What one call gave: `status` is "OK" or the like of "E_HTTP"."""

    def __init__(self, code, path=None):
        error = Error(struct_size=ctypes.sizeof(Error))
        LIB.calib_last_error(ctypes.byref(error))
        self.status = status_name(code)
        self.path = path
        self.message = error.message.decode()
        self.http_status = error.http_status
        self.callback_result = error.callback_result
        self.recorded = status_name(error.status)
        self.seconds = 0.0

    def __repr__(self):
        return f"{self.status} ({self.message or self.path})"

    def text(self):
        with open(self.path, "rb") as file:
            return file.read()


def options_of(url, cache, progress=None, mirrors=(), **fields):
    options = Options(struct_size=ctypes.sizeof(Options))
    options.source = url.encode() if url else None
    options.cache_dir = os.fsencode(cache) if cache else None
    options.offline = OFFLINE_OFF
    if mirrors:
        options.mirrors = (ctypes.c_char_p * len(mirrors))(*[m.encode() for m in mirrors])
        options.n_mirrors = len(mirrors)
    if progress:
        options.progress = CALLBACK(lambda ctx, *rest: progress(*rest) or 0)
    for name, value in fields.items():
        setattr(options, name, value.encode() if isinstance(value, str) else value)
    return options


def fetch(url, cache, **fields):
    """One calib_fetch(); fields as in calib_options."""
    options = options_of(url, cache, **fields)
    path = ctypes.create_string_buffer(4096)
    start = time.monotonic()
    code = LIB.calib_fetch(ctypes.byref(options), path, len(path))
    outcome = Outcome(code, path.value.decode() if code == 0 else None)
    outcome.seconds = time.monotonic() - start
    return outcome


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
    """A partial text as calib leaves it: bytes and trailer."""
    trailer = (f"\ncalib part 1\nurl {key_of(url)}\netag {etag}\nsize {len(front)}\n"
               f"total {total}\nsha256 {sha256(front)}\n")
    return front + trailer.encode().ljust(1024, b"\n")


def files(cache):
    """Names of all files in the cache, relative and sorted."""
    found = []
    for folder, _, names in os.walk(cache):
        found += [os.path.relpath(os.path.join(folder, name), cache) for name in names]
    return sorted(found)


def check(cache):
    """Every published text is what its name says, every record is whole, and nothing is left over
    but locks, partial texts and what was set aside. Returns what is wrong, "" when nothing is."""
    wrong = []
    for name in files(cache):
        path = os.path.join(cache, name)
        if re.fullmatch("corpora/[0-9a-f]{64}", name):
            with open(path, "rb") as file:
                if sha256(file.read()) != os.path.basename(name):
                    wrong.append(f"{name} is not what it is called")
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

class Entry(ctypes.Structure):
    _fields_ = [
        ("struct_size", ctypes.c_size_t), ("url", ctypes.c_char_p), ("path", ctypes.c_char_p),
        ("size", ctypes.c_uint64), ("fetched_at", ctypes.c_int64), ("sha256", ctypes.c_uint8 * 32),
        ("kind", ctypes.c_uint32), ("trust", ctypes.c_uint32), ("state", ctypes.c_uint32),
        ("removed", ctypes.c_uint32),
    ]

    def copy(self):
        return {"url": self.url and self.url.decode(), "path": self.path.decode(),
                "size": self.size, "fetched_at": self.fetched_at,
                "sha256": bytes(self.sha256).hex(), "removed": self.removed,
                "kind": ["text", "tokens", "leftover"][self.kind],
                "trust": ["none", "first use", "pinned"][self.trust],
                "state": ["unchecked", "good", "missing", "damaged"][self.state]}


ENTRY_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(Entry))
LIB.calib_cache_list.argtypes = [ctypes.c_void_p, ENTRY_CALLBACK, ctypes.c_void_p]
LIB.calib_cache_verify.argtypes = [ctypes.c_void_p, ENTRY_CALLBACK, ctypes.c_void_p]
LIB.calib_cache_prune.argtypes = [ctypes.c_void_p, ctypes.c_uint64, ENTRY_CALLBACK,
                                  ctypes.c_void_p]
LIB.calib_cache_add.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
LIB.calib_cache_remove.argtypes = [ctypes.c_void_p]


def _entries(function, cache, *middle, stop=0):
    found = []
    assert ctypes.sizeof(Entry) % 8 == 0

    def take(_, entry):
        assert entry.contents.struct_size == ctypes.sizeof(Entry)
        found.append(entry.contents.copy())
        return stop
    options = options_of(None, cache)
    outcome = Outcome(function(ctypes.byref(options), *middle, ENTRY_CALLBACK(take), None))
    return outcome, found


def cache_list(cache, **more):
    return _entries(LIB.calib_cache_list, cache, **more)


def cache_verify(cache):
    return _entries(LIB.calib_cache_verify, cache)


def cache_prune(cache, max_age_s=0):
    return _entries(LIB.calib_cache_prune, cache, max_age_s)


def cache_add(url, cache, file, **fields):
    options = options_of(url, cache, **fields)
    return Outcome(LIB.calib_cache_add(ctypes.byref(options), os.fsencode(file)))


def cache_remove(url, cache):
    options = options_of(url, cache)
    return Outcome(LIB.calib_cache_remove(ctypes.byref(options)))
