# SPDX-License-Identifier: MIT
"""calib_fetch(): cold and warm caches, offline, pins, trust on first use, repair."""
import os

import calib
import helper
import tap
from helper import expect
from server import Server

TEXT = b"".join(b"line %d of a calibration text\n" % i for i in range(2000))
OTHER = TEXT.replace(b"line", b"word")
PIN = helper.sha256(TEXT)
served = {"text": TEXT}
server = Server(lambda request: request.serve(served["text"]))


class Cache(helper.Cache):
    """A cache whose folders do not exist yet, and a URL of its own."""
    made = 0

    def __enter__(self):
        super().__enter__()
        Cache.made += 1
        self.path = os.path.join(self.folder.name, "not", "yet", "there")
        self.url_path = f"/{Cache.made}"
        self.url = server.url(self.url_path)
        served["text"] = TEXT
        return self

    def fetch(self, **fields):
        return helper.fetch(self.url, self.path, **fields)

    def requests(self):
        return server.count(self.url_path)

    def text_path(self, digest=PIN):
        return super().text_path(digest)


@tap.test("a cold cache is filled, a warm one answers without a request")
def _():
    with Cache() as cache:
        first = expect(cache.fetch(), "OK")
        tap.equal(first.text(), TEXT)
        tap.equal(first.path, cache.text_path())
        again = expect(cache.fetch(), "OK")
        tap.equal(again.path, first.path)
        tap.equal(cache.requests(), 1, "the number of requests")


@tap.test("missing directories are made for the user alone")
def _():
    with Cache() as cache:
        before = os.umask(0)
        try:
            expect(cache.fetch(), "OK")
        finally:
            os.umask(before)
        for path in (cache.path, os.path.dirname(cache.path), os.path.join(cache.path, "corpora"),
                     os.path.join(cache.path, "urls")):
            tap.equal(os.stat(path).st_mode & 0o777, 0o700, f"the mode of {path}")
        tap.equal(os.stat(cache.text_path()).st_mode & 0o777, 0o444, "the mode of the text")


@tap.test("a pinned text is fetched, found again by any URL, and refused when it differs")
def _():
    with Cache() as cache:
        expect(cache.fetch(sha256=PIN), "OK")
        expect(helper.fetch(server.url("/elsewhere"), cache.path, sha256=PIN), "OK")
        tap.equal(server.count("/elsewhere"), 0, "the number of requests")
        wrong = "0" * 64
        expect(cache.fetch(sha256=wrong), "E_HASH", PIN, wrong)


@tap.test("a size pin is kept on cold and warm caches")
def _():
    with Cache() as cache:
        expect(cache.fetch(size_bytes=len(TEXT) - 1), "E_SIZE", str(len(TEXT)))
        expect(cache.fetch(size_bytes=len(TEXT) + 1), "E_SIZE")
        expect(cache.fetch(size_bytes=len(TEXT)), "OK")
        expect(cache.fetch(size_bytes=len(TEXT) + 1), "E_SIZE")


@tap.test("an unpinned text that changed is refused with both hashes, until it is accepted")
def _():
    with Cache() as cache:
        expect(cache.fetch(), "OK")
        os.unlink(cache.text_path())
        served["text"] = OTHER
        expect(cache.fetch(), "E_CHANGED", PIN, helper.sha256(OTHER), "CALIB_ACCEPT_CHANGE")
        served["text"] = TEXT
        expect(cache.fetch(), "OK")
        served["text"] = OTHER
        tap.equal(expect(cache.fetch(), "OK").text(), TEXT, "the cached text")
        changed = expect(cache.fetch(source_flags=calib.ACCEPT_CHANGE), "OK")
        tap.equal(changed.text(), OTHER)
        tap.equal(expect(cache.fetch(), "OK").text(), OTHER, "the text accepted")


@tap.test("accepting a change asks the server, whatever an earlier call left")
def _():
    with Cache() as cache:
        served["text"] = OTHER
        helper.put(cache.path, f"corpora/{helper.key_of(cache.url)}.part",
                  helper.partial(cache.url, TEXT, len(TEXT), '"v0"'))
        tap.equal(expect(cache.fetch(source_flags=calib.ACCEPT_CHANGE), "OK").text(), OTHER)
        tap.equal(cache.requests(), 1, "the number of requests")


@tap.test("a change is accepted with a new size, too")
def _():
    with Cache() as cache:
        expect(cache.fetch(), "OK")
        served["text"] = longer = TEXT + b"and more\n"
        expect(cache.fetch(size_bytes=len(longer)), "E_SIZE", "CALIB_ACCEPT_CHANGE")
        changed = cache.fetch(size_bytes=len(longer), source_flags=calib.ACCEPT_CHANGE)
        tap.equal(expect(changed, "OK").text(), longer)


@tap.test("a damaged text is fetched again, and set aside")
def _():
    for damage in (b"", TEXT[:-1], TEXT + b"x", OTHER):
        with Cache() as cache:
            expect(cache.fetch(), "OK")
            os.chmod(cache.text_path(), 0o600)
            helper.put(cache.path, "corpora/" + PIN, damage)
            expect(cache.fetch(offline=calib.OFFLINE_ON), "E_CORRUPT", "damaged")
            tap.equal(expect(cache.fetch(), "OK").text(), TEXT)
            tap.equal(cache.requests(), 2, "the number of requests")
            tap.holds(os.path.exists(cache.text_path() + ".corrupt"), "it was not set aside")


@tap.test("something that is no file in a text's place is replaced")
def _():
    def link(path):
        os.symlink("/etc/passwd", path)
    for make in (link, os.mkfifo):
        with Cache() as cache:
            expect(cache.fetch(), "OK")
            os.unlink(cache.text_path())
            make(cache.text_path())
            tap.equal(expect(cache.fetch(), "OK").text(), TEXT)
            tap.holds(not os.path.islink(cache.text_path()), "it is still a link")
            os.unlink(cache.text_path() + ".corrupt")


@tap.test("a damaged record is mended by the known text, and asks when that is lost too")
def _():
    with Cache() as cache:
        expect(cache.fetch(), "OK")
        with open(cache.record_path(cache.url), "rb") as file:
            good = file.read()
        for damage in (b"", good[:-1], good + b"\n", good.replace(b"first", b"last "),
                       good.replace(b"size ", b"size 1"), b"\0" * 4096, b"x" * 10000):
            os.unlink(cache.record_path(cache.url))
            helper.put(cache.path, "urls/" + helper.key_of(cache.url), damage)
            expect(cache.fetch(offline=calib.OFFLINE_ON), "E_CORRUPT", "record")
            expect(cache.fetch(), "OK")
            expect(cache.fetch(offline=calib.OFFLINE_ON), "OK")
        os.unlink(cache.record_path(cache.url))
        helper.put(cache.path, "urls/" + helper.key_of(cache.url), b"?")
        os.unlink(cache.text_path())
        expect(cache.fetch(), "E_CORRUPT", "CALIB_ACCEPT_CHANGE")
        expect(cache.fetch(source_flags=calib.ACCEPT_CHANGE), "OK")


@tap.test("offline without a cached text names what can be done")
def _():
    with Cache() as cache:
        expect(cache.fetch(offline=calib.OFFLINE_ON), "E_OFFLINE", "builtin",
               "calib_cache_add()")
        tap.holds(not os.path.exists(cache.path), "offline made a directory")
        os.environ["CALIB_OFFLINE"] = "1"
        try:
            expect(cache.fetch(offline=0), "E_OFFLINE")
            expect(cache.fetch(offline=calib.OFFLINE_OFF), "OK")
            expect(cache.fetch(offline=0), "OK")
        finally:
            del os.environ["CALIB_OFFLINE"]


@tap.test("without HOME and a cache directory the message names CALIB_CACHE_DIR")
def _():
    names = ("HOME", "XDG_CACHE_HOME", "CALIB_CACHE_DIR")
    before = {name: os.environ.pop(name, None) for name in names}
    try:
        expect(helper.fetch(server.url("/home"), None), "E_ARGUMENT", "CALIB_CACHE_DIR")
        with Cache() as cache:
            os.environ["CALIB_CACHE_DIR"] = cache.path
            outcome = expect(helper.fetch(cache.url, None), "OK")
            tap.holds(outcome.path.startswith(cache.path), outcome.path)
            del os.environ["CALIB_CACHE_DIR"]
            os.environ["XDG_CACHE_HOME"] = cache.path
            outcome = expect(helper.fetch(cache.url, None), "OK")
            tap.holds(outcome.path.startswith(cache.path + "/calib/"), outcome.path)
            os.environ["HOME"] = cache.path
            del os.environ["XDG_CACHE_HOME"]
            outcome = expect(helper.fetch(cache.url, None), "OK")
            tap.holds(outcome.path.startswith(cache.path + "/.cache/calib/"), outcome.path)
            cache.checked = False  # the cases below put caches into it
    finally:
        os.environ.pop("CALIB_CACHE_DIR", None)
        os.environ.update({name: value for name, value in before.items() if value})


@tap.test("a path that does not fit is refused, and the text stays cached")
def _():
    import ctypes
    with Cache() as cache:
        path = ctypes.create_string_buffer(b"untouched", 10)
        code = helper.call_on(helper.LIB.calib_fetch, cache.url, cache.path, path, 10)
        tap.equal(helper.status_name(code), "E_ARGUMENT")
        tap.equal(path.value, b"untouched")


@tap.test("bad URLs, tokens and schemes each have their own message")
def _():
    with Cache() as cache:
        def check(url, status, *words, **fields):
            expect(helper.fetch(url, cache.path, **fields), status, *words)
        check("http://user:secret@127.0.0.1/x", "E_ARGUMENT", "http://127.0.0.1/x", "user name")
        check("https://exa mple/x", "E_ARGUMENT", "%20")
        check("https://example/x\ny", "E_ARGUMENT", "0x0a")
        check("https://example/" + "x" * 9000, "E_ARGUMENT", "9016 characters")
        check("https://", "E_ARGUMENT", "malformed")
        check("https://[::1/x", "E_ARGUMENT", "malformed")
        check("http://example.org/x", "E_ARGUMENT", "CALIB_ALLOW_HTTP")
        check("http://127.evil.example/x", "E_ARGUMENT", "CALIB_ALLOW_HTTP")
        check("ftp://127.0.0.1/x", "E_ARGUMENT", "ftp")
        check("file:///etc/passwd", "E_ARGUMENT")
        check("https://127.0.0.1/x", "E_ARGUMENT", "line end", bearer_token="a\nb")
        check(cache.url, "E_ARGUMENT", "https only", bearer_token="abc")
        check("https://127.0.0.1/x", "E_ARGUMENT", "CALIB_ALLOW_HTTP", mirrors=["http://example.org/x"])
        check("https://127.0.0.1/x", "E_ARGUMENT", mirrors=["/etc/passwd"])


@tap.test("an empty text is refused")
def _():
    with Cache() as cache:
        served["text"] = b""
        expect(cache.fetch(), "E_EMPTY")
        tap.equal([name for name in helper.files(cache.path) if name.startswith("corpora")], [])


tap.run()
