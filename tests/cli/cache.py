# SPDX-License-Identifier: MIT
"""calib cache: lists, verifies, fills and clears the cache, without network."""
import hashlib
import json
import os
import time

import program
import readers
import tap

TEXT = b"some words and more of them\n" * 4000
DIGEST = hashlib.sha256(TEXT).hexdigest()
URL = "https://127.0.0.1:1/corpus.txt"
CACHE = ".cache/calib"
# The URL that calib uses without --source.
DEFAULT = ("https://gist.githubusercontent.com/tristandruyen/9e207a95c7d75ddf37525d353e00659c/raw/"
           "571fda718462de863e5a0171078c175420c7649a/calibration_data_v5_rc.txt")


class filled:
    """A home with corpus.txt, which is also in the cache as the text of URL."""

    def __init__(self, *more):
        self.more = more

    def __enter__(self):
        self.directory = program.directory()
        path = self.directory.__enter__()
        (path / "corpus.txt").write_bytes(TEXT)
        out = program.good(path, "cache", "add", URL, "corpus.txt", *self.more).out.decode()
        tap.equal(out, f"{path / CACHE / 'corpora' / DIGEST}\n", "what add prints")
        return path

    def __exit__(self, *exception):
        return self.directory.__exit__(*exception)


def entries(path, *command, status=0):
    done = program.run(path, "cache", *command, "--json")
    tap.equal(done.status, status, f"the status of {done}")
    return json.loads(done.out)["entries"]


@tap.test("an empty cache lists nothing, and does not come into being")
def _():
    with program.directory() as path:
        for command in ("list", "verify", "prune"):
            tap.equal(program.good(path, "cache", command).out, b"")
            tap.equal(entries(path, command), [])
        tap.equal(list(path.iterdir()), [], "files")


@tap.test("a leading ~/ is the home directory, and another user's is refused")
def _():
    with program.directory() as path:
        (path / "text").write_bytes(TEXT)
        command = ["info", "--source", "text"]
        program.good(path, *command, environ={"CALIB_CACHE_DIR": "~/one"})
        program.good(path, *command, "--cache-dir", "~/two")
        tap.equal(sorted(entry.name for entry in path.iterdir()), ["one", "text", "two"])
        program.bad(path, 1, ["cache_dir is ~bob/x", "--cache-dir DIR"], *command, "--cache-dir", "~bob/x")
        program.bad(path, 1, "CALIB_CACHE_DIR is ~bob/x", *command, environ={"CALIB_CACHE_DIR": "~bob/x"})


@tap.test("what was added is found offline: by fetch, by sample, by the default source")
def _():
    with filled() as path:
        program.good(path, "cache", "add", DEFAULT, "corpus.txt")
        fetched = program.good(path, "fetch", "--offline", URL).out.decode()
        tap.equal(fetched, f"{path / CACHE / 'corpora' / DIGEST}\n")
        for source in (["--source", URL], []):
            told = json.loads(program.good(path, "sample", *source, "--offline", "-o", "r.npy",
                                           "--json").out)
            tap.equal([told["source"], told["download_cache"], told["corpus_sha256"]],
                      [source[1] if source else DEFAULT, "hit", DIGEST])
            tap.holds(readers.read_npy((path / "r.npy").read_bytes()) ==
                      readers.sample(TEXT, 128, 512, 123), "the rows")


@tap.test("list tells hash, size, age, trust, state and URL, as a table and as JSON")
def _():
    with filled() as path:
        [entry] = entries(path, "list")
        tap.holds(0 <= entry.pop("age_seconds") < 60, "the age")
        tap.holds(abs(entry.pop("fetched_at") - time.time()) < 60, "the time")
        tap.holds(abs(entry.pop("last_used") - time.time()) < 60, "the last use")
        tap.equal(entry, {"kind": "text", "url": URL, "size": len(TEXT), "sha256": DIGEST,
                          "path": str(path / CACHE / "corpora" / DIGEST), "trust": "first-use",
                          "state": "unchecked", "removed": False})
        head, line = program.good(path, "cache", "list").out.decode().splitlines()
        tap.equal(head.split()[0], "SHA-256")
        words = line.split()
        tap.equal([words[0], words[1], words[-1]], [DIGEST, str(len(TEXT)), URL])
        tap.holds("first-use" in words, line)


@tap.test("a text that was added with its hash is pinned")
def _():
    with filled("--sha256", DIGEST, "--size", len(TEXT)) as path:
        tap.equal(entries(path, "list")[0]["trust"], "pinned")


@tap.test("verify passes a good cache, and fails on a damaged text after showing it")
def _():
    with filled() as path:
        tap.equal(entries(path, "verify")[0]["state"], "good")
        text = path / CACHE / "corpora" / DIGEST
        text.chmod(0o600)
        text.write_bytes(TEXT[:-1] + b"!")
        before = program.listing(path)
        done = program.run(path, "cache", "verify")
        tap.equal(done.status, 1, f"{done}")
        tap.holds(b"damaged" in done.out and DIGEST.encode() in done.out, f"{done}")
        tap.holds(done.err.startswith("calib: error: ") and done.err.count("\n") == 1, f"{done}")
        tap.equal(entries(path, "verify", status=1)[0]["state"], "damaged")
        tap.equal(program.listing(path), before, "the files")


@tap.test("another text for the same URL is refused until --accept-change")
def _():
    with filled() as path:
        (path / "other.txt").write_bytes(TEXT * 2)
        program.bad(path, 1, [DIGEST, "--accept-change"], "cache", "add", URL, "other.txt")
        program.good(path, "cache", "add", URL, "other.txt", "--accept-change")
        tap.equal(program.good(path, "info", "--source", URL, "--json", "--offline").status, 0)
        tap.holds(hashlib.sha256(TEXT * 2).hexdigest() in
                  [entry["sha256"] for entry in entries(path, "list")], "the new text")


@tap.test("bad things to add: nothing is left")
def _():
    with filled() as path:
        (path / "empty.txt").write_bytes(b"")
        (path / "shut.txt").write_bytes(TEXT)
        (path / "shut.txt").chmod(0)
        add = ["cache", "add", URL + "2"]
        for parts, *command in (
                (["none.txt", "No such file"], *add, "none.txt"), (["directory"], *add, path),
                (["empty.txt", "empty"], *add, "empty.txt"),
                (["Permission denied"], *add, "shut.txt"),
                (["0" * 64], *add, "corpus.txt", "--sha256", "0" * 64),
                ([str(len(TEXT))], *add, "corpus.txt", "--size", "1"),
                ([], *add, "corpus.txt", "--max-download", "1K"),
                (["ftp"], "cache", "add", "ftp://127.0.0.1/x", "corpus.txt"),
                (["corpus.txt", "URL"], "cache", "add", "corpus.txt", "corpus.txt")):
            program.bad(path, 1, parts, *command, plain_user=True)


@tap.test("remove forgets a URL, and the text when no other URL has it")
def _():
    with filled() as path:
        text = path / CACHE / "corpora" / DIGEST
        program.good(path, "cache", "add", URL + "2", "corpus.txt")
        tap.equal(program.good(path, "cache", "remove", URL).out, b"")
        tap.holds(text.exists(), "the text of the other URL")
        program.bad(path, 1, [URL, "cached"], "cache", "remove", URL)
        program.good(path, "cache", "remove", URL + "2")
        tap.holds(not text.exists(), "the text is still there")
        tap.equal(entries(path, "list"), [])
        program.bad(path, 1, "offline", "fetch", "--offline", URL)


@tap.test("prune removes what is of no use, and what is older than asked, and shows it")
def _():
    with filled() as path:
        corpora = path / CACHE / "corpora"
        old = time.time() - 3 * 24 * 60 * 60
        leftover = corpora / ("0" * 32 + ".tmp")
        leftover.write_bytes(b"x")
        os.utime(leftover, (old, old))
        removed = entries(path, "prune")
        tap.equal([(entry["kind"], entry["removed"]) for entry in removed], [("leftover", True)])
        tap.holds(not leftover.exists() and (corpora / DIGEST).exists(), "what is left")
        tap.equal(entries(path, "prune", "--older-than", "1"), [])
        tap.equal(len(entries(path, "list")), 1)


@tap.test("stored tokens are listed, verified and pruned like texts")
def _():
    with program.directory() as path:
        (path / "corpus.txt").write_bytes(TEXT)
        program.good(path, "sample", "--source", "corpus.txt", "-o", "r.npy")
        [store] = (path / CACHE / "tokens").iterdir()
        for command, state in (("list", "unchecked"), ("verify", "good")):
            [entry] = entries(path, command)
            tap.equal([entry[key] for key in ("kind", "path", "size", "state", "removed")],
                      ["tokens", str(store), store.stat().st_size, state, False], command)
            shown = program.good(path, "cache", command).out.decode()
            tap.holds(store.name[:64] in shown, f"{command} shows {shown}")
        store.chmod(0o600)
        store.write_bytes(store.read_bytes()[:-1] + b"!")
        tap.equal(entries(path, "verify", status=1)[0]["state"], "damaged")
        tap.equal(entries(path, "prune", "--older-than", "1"), [], "what a day did not make old")
        old = time.time() - 3 * 24 * 60 * 60
        os.utime(store, (old, old))
        [entry] = entries(path, "prune", "--older-than", "1")
        tap.equal([entry["kind"], entry["removed"]], ["tokens", True])
        tap.holds(not store.exists(), "the store is still there")


@tap.test("no cache directory, or one that may not be read")
def _():
    with filled() as path:
        for command in (["list"], ["verify"], ["prune"], ["remove", URL],
                        ["add", URL, "corpus.txt"]):
            program.bad(path, 1, ["cache directory", "CALIB_CACHE_DIR"], "cache", *command,
                        environ={"HOME": None})
        (path / CACHE).chmod(0)
        program.bad(path, 1, ["Permission denied"], "cache", "list", plain_user=True)


@tap.test("prune --max-bytes removes until the rest fits; sample --max-cache does so by itself")
def _():
    with filled() as path:
        program.good(path, "info", "--source", "corpus.txt")
        tap.equal(entries(path, "prune", "--max-bytes", "100M"), [])
        gone = entries(path, "prune", "--max-bytes", "1")
        tap.equal(sorted(entry["kind"] for entry in gone), ["text", "tokens"])
        tap.equal([entry["url"] for entry in gone if entry["kind"] == "text"], [URL])
        tap.holds(all(entry["removed"] for entry in gone), gone)
        for raw in ([], ["--raw"]):
            program.good(path, "info", "--source", "corpus.txt", "--max-cache", "1", *raw)
        tap.equal([entry["kind"] for entry in entries(path, "list")
                   if entry["state"] != "missing"], ["tokens"])


@tap.test("standard input is stored only with --cache-stdin")
def _():
    with program.directory() as path:
        for state, *more in (("off",), ("off",), ("miss", "--cache-stdin"), ("hit", "--cache-stdin")):
            told = json.loads(program.good(path, "info", "--source", "-", "--json", *more,
                                           input=TEXT).out)
            tap.equal(told["token_cache"], state)
            tap.holds(state != "off" or "CALIB_STORE_STDIN" in told["token_cache_why"], told)
        tap.equal([entry["kind"] for entry in entries(path, "list")], ["tokens"])


tap.run()
