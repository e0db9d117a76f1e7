# SPDX-License-Identifier: MIT
"""calib_cache.h: list, verify, add, remove, prune. There is no server: none of them uses the network."""
import os
import time

import calib
import helper
import tap
from helper import expect

TEXT, OTHER = b"a text\n" * 100, b"another text\n" * 100
PIN = helper.sha256(TEXT)
A, B = "https://a.example/text", "https://b.example/text?secret=1"
DAY = 86400


class Cache(helper.Cache):
    checked = False  # tests leave damaged and unfinished files

    def __enter__(self):
        super().__enter__()
        self.file = self.write("text", TEXT)
        self.other = self.write("other", OTHER)
        return self

    def write(self, name, data):
        path = os.path.join(self.folder.name, name)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def text_path(self, digest=PIN):
        return super().text_path(digest)

    def age(self, name, seconds):
        path = os.path.join(self.path, name)
        then = time.time() - seconds
        os.utime(path, (then, then), follow_symlinks=False)

    def list(self):
        outcome, entries = helper.cache_list(self.path)
        expect(outcome, "OK")
        return entries


@tap.test("a cache that is not there is empty, and is not made")
def _():
    with Cache() as cache:
        tap.equal(cache.list(), [])
        tap.equal(helper.cache_verify(cache.path)[1], [])
        tap.equal(helper.cache_prune(cache.path)[1], [])
        tap.holds(not os.path.exists(cache.path), "it was made")


@tap.test("an added text is served offline, also to the default source")
def _():
    with Cache() as cache:
        expect(helper.fetch(A, cache.path, offline=calib.OFFLINE_ON), "E_OFFLINE")
        expect(helper.cache_add(A, cache.path, cache.file), "OK")
        outcome = helper.fetch(A, cache.path, offline=calib.OFFLINE_ON)
        expect(outcome, "OK")
        tap.equal(outcome.text(), TEXT)
        expect(helper.cache_add(None, cache.path, cache.other), "OK")
        outcome = helper.fetch(None, cache.path, offline=calib.OFFLINE_ON)
        tap.equal(outcome.text(), OTHER)
        tap.equal(helper.check(cache.path), "")


@tap.test("an entry tells URL, size, hash, age, trust and state")
def _():
    with Cache() as cache:
        before = int(time.time())
        expect(helper.cache_add(A, cache.path, cache.file), "OK")
        expect(helper.cache_add(B, cache.path, cache.file, sha256=PIN), "OK")
        entries = sorted(cache.list(), key=lambda entry: entry["url"])
        tap.equal([entry["url"] for entry in entries], [A, B.split("?")[0]])
        tap.equal([entry["trust"] for entry in entries], ["first use", "pinned"])
        for entry in entries:
            tap.equal(entry["path"], cache.text_path())
            tap.equal(entry["size"], len(TEXT))
            tap.equal(entry["sha256"], PIN)
            tap.equal((entry["kind"], entry["state"]), ("text", "unchecked"))
            tap.holds(before <= entry["fetched_at"] <= time.time(), entry["fetched_at"])
        tap.equal([e["state"] for e in helper.cache_verify(cache.path)[1]], ["good", "good"])


@tap.test("a secret in a URL's query is nowhere in the cache")
def _():
    with Cache() as cache:
        expect(helper.cache_add(B, cache.path, cache.file), "OK")
        for name in helper.files(cache.path):
            with open(os.path.join(cache.path, name), "rb") as file:
                tap.holds(b"secret" not in file.read(), f"it is in {name}")


@tap.test("adding keeps to pins, limits and the first use")
def _():
    with Cache() as cache:
        expect(helper.cache_add(A, cache.path, cache.file, sha256="1" * 64), "E_HASH", PIN)
        expect(helper.cache_add(A, cache.path, cache.file, size_bytes=5), "E_SIZE")
        expect(helper.cache_add(A, cache.path, cache.file, max_download_bytes=5), "E_SIZE")
        expect(helper.cache_add(A, cache.path, cache.write("empty", b"")), "E_EMPTY")
        expect(helper.cache_add(A, cache.path, cache.file + "-"), "E_NOT_FOUND")
        expect(helper.cache_add(A, cache.path, cache.folder.name), "E_ARGUMENT")
        expect(helper.cache_add("builtin", cache.path, cache.file), "E_ARGUMENT", "not a URL")
        expect(helper.cache_add("ftp://a/b", cache.path, cache.file), "E_ARGUMENT")
        expect(helper.cache_add("https://u:p@a/b", cache.path, cache.file), "E_ARGUMENT")
        tap.equal(cache.list(), [])
        expect(helper.cache_add(A, cache.path, cache.file), "OK")
        expect(helper.cache_add(A, cache.path, cache.file), "OK")
        expect(helper.cache_add(A, cache.path, cache.other), "E_CHANGED", PIN, "CALIB_ACCEPT_CHANGE")
        expect(helper.cache_add(A, cache.path, cache.other, source_flags=calib.ACCEPT_CHANGE), "OK")
        tap.equal(helper.fetch(A, cache.path).text(), OTHER)
        tap.equal(helper.check(cache.path), "")


@tap.test("verify finds damage, tells it by its status, and changes nothing")
def _():
    with Cache() as cache:
        expect(helper.cache_add(A, cache.path, cache.file), "OK")
        expect(helper.cache_add(B, cache.path, cache.other), "OK")
        os.chmod(cache.text_path(), 0o600)
        with open(cache.text_path(), "r+b") as file:
            file.write(b"A")
        outcome, entries = helper.cache_verify(cache.path)
        expect(outcome, "E_CORRUPT", "1 of")
        tap.equal(sorted(entry["state"] for entry in entries), ["damaged", "good"])
        os.unlink(cache.text_path())
        outcome, entries = helper.cache_verify(cache.path)
        expect(outcome, "OK")
        tap.equal(sorted(entry["state"] for entry in entries), ["good", "missing"])


@tap.test("verify finds a damaged record as well")
def _():
    with Cache() as cache:
        expect(helper.cache_add(A, cache.path, cache.file), "OK")
        expect(helper.cache_add(B, cache.path, cache.other), "OK")
        record = os.path.join(cache.path, "urls", helper.key_of(A))
        os.chmod(record, 0o600)
        with open(record, "ab") as file:
            file.write(b"x")
        outcome, entries = helper.cache_verify(cache.path)
        expect(outcome, "E_CORRUPT", "1 of")
        tap.equal([entry["path"] for entry in entries if entry["state"] == "damaged"], [record])
        expect(helper.cache_list(cache.path)[0], "OK")


@tap.test("remove forgets a URL, and its text when no other URL has it")
def _():
    with Cache() as cache:
        expect(helper.cache_remove(A, cache.path), "E_NOT_FOUND", A)
        expect(helper.cache_add(A, cache.path, cache.file), "OK")
        expect(helper.cache_add(B, cache.path, cache.file), "OK")
        expect(helper.cache_remove(A, cache.path), "OK")
        tap.equal([entry["url"] for entry in cache.list()], [B.split("?")[0]])
        tap.holds(os.path.exists(cache.text_path()), "the shared text is gone")
        expect(helper.cache_remove(B, cache.path), "OK")
        tap.equal(cache.list(), [])
        tap.equal([n for n in helper.files(cache.path) if "corpora" in n], [])
        expect(helper.cache_remove(B, cache.path), "E_NOT_FOUND")


@tap.test("prune removes old leftovers and unused texts, keeps young and used ones")
def _():
    with Cache() as cache:
        expect(helper.cache_add(A, cache.path, cache.file), "OK")
        unused = helper.sha256(b"unused")
        names = ["corpora/" + "0" * 32 + ".tmp", "urls/" + "1" * 32 + ".tmp",
                 "corpora/" + "2" * 64 + ".part", "corpora/" + "3" * 64 + ".corrupt",
                 "urls/" + "4" * 64 + ".lock", "urls/" + "5" * 64]
        for name in names:
            helper.put(cache.path, name, b"x")
        helper.put(cache.path, "corpora/" + unused, b"unused")
        outcome, removed = helper.cache_prune(cache.path)
        expect(outcome, "OK")
        tap.equal(removed, [], "what was removed while it was young")
        tap.equal(len(cache.list()), 8)
        for name in names + ["corpora/" + unused]:
            cache.age(name, DAY + 60)
        outcome, removed = helper.cache_prune(cache.path)
        expect(outcome, "OK")
        tap.equal(sorted(os.path.relpath(entry["path"], cache.path) for entry in removed),
                  sorted(names + ["corpora/" + unused]))
        tap.equal({entry["removed"] for entry in removed}, {1})
        tap.equal([entry["url"] for entry in cache.list()], [A])


@tap.test("prune by age removes texts and stored tokens")
def _():
    with Cache() as cache:
        expect(helper.cache_add(A, cache.path, cache.file), "OK")
        expect(helper.cache_add(B, cache.path, cache.other), "OK")
        old = helper.record(A, PIN, len(TEXT), when=int(time.time()) - 1000)
        os.unlink(os.path.join(cache.path, "urls", helper.key_of(A)))
        helper.put(cache.path, "urls/" + helper.key_of(A), old)
        os.makedirs(os.path.join(cache.path, "tokens"))
        helper.put(cache.path, "tokens/" + "6" * 64 + ".ctk", b"tokens")
        cache.age("tokens/" + "6" * 64 + ".ctk", 1000)
        tap.equal(sorted(entry["kind"] for entry in cache.list()), ["text", "text", "tokens"])
        tap.equal(helper.cache_prune(cache.path, 2000)[1], [])
        removed = helper.cache_prune(cache.path, 500)[1]
        tap.equal({entry["kind"] for entry in removed}, {"text", "tokens"})
        tap.equal([entry["url"] for entry in cache.list()], [B.split("?")[0]])
        tap.holds(not os.path.exists(cache.text_path()), "the text of the old URL is still there")


@tap.test("a callback that says stop is obeyed")
def _():
    with Cache() as cache:
        expect(helper.cache_add(A, cache.path, cache.file), "OK")
        expect(helper.cache_add(B, cache.path, cache.other), "OK")
        outcome, entries = helper.cache_list(cache.path, stop=7)
        expect(outcome, "E_CANCELLED")
        tap.equal((outcome.callback_result, len(entries)), (7, 1))


@tap.test("a reader keeps a text that is removed under it")
def _():
    with Cache() as cache:
        expect(helper.cache_add(A, cache.path, cache.file), "OK")
        with open(cache.text_path(), "rb") as file:
            expect(helper.cache_remove(A, cache.path), "OK")
            tap.equal(file.read(), TEXT)


@tap.test("a file in the place of a folder is an error that names it")
def _():
    with Cache() as cache:
        helper.put(cache.path, "urls/x", b"")
        os.unlink(os.path.join(cache.path, "urls", "x"))
        os.rmdir(os.path.join(cache.path, "urls"))
        cache.write("cache/urls", b"")
        expect(helper.cache_list(cache.path)[0], "E_ARGUMENT", "/urls", "cache_dir")


tap.run()
