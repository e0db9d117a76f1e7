# SPDX-License-Identifier: MIT
"""Mounts that refuse chmod, and mounts whose files others may write. Debian: bindfs. Where FUSE is not
allowed, net/kept.py and store/why.c have the same cases with calls that are answered for the system."""
import contextlib
import json
import shutil
import subprocess

import program
import tap

HAVE_DOWNLOADS = "downloads" not in program.run("/", "fetch", "http://127.0.0.1:1/").err
TEXT = b"some words and more of them\n" * 4000
UNTRUSTED = "others may write to every file in the cache directory"


@contextlib.contextmanager
def mounted(*options):
    """A directory for one test whose folder `mount` is mounted with these options of bindfs."""
    if not shutil.which("bindfs"):
        raise tap.Skip("bindfs is not installed")
    with program.directory() as path:
        for name in ("below", "mount"):
            (path / name).mkdir()
        done = subprocess.run(["bindfs", *options, path / "below", path / "mount"], check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
        if done.returncode:
            raise tap.Skip("FUSE is not allowed here: " + " ".join(done.stdout.split()))
        try:
            (path / "corpus.txt").write_bytes(TEXT)
            yield path
        finally:
            unmount = ["fusermount", "-u"] if shutil.which("fusermount") else ["umount"]
            subprocess.run([*unmount, path / "mount"], check=True, timeout=60)


def tokens(path):
    """Loads with its cache on the mount. Returns the state of the stored tokens and the reason."""
    out = program.good(path, "info", "--source", "corpus.txt", "--json", "--cache-dir",
                       "mount/cache").out
    info = json.loads(out)
    return info["token_cache"], info["token_cache_why"]


def stored(path):
    return list((path / "below" / "cache" / "tokens").glob("*.ctk"))


@tap.test("where chmod is refused, tokens are stored and found")
def _():
    with mounted("--chmod-deny") as path:
        tap.equal(tokens(path), ("miss", "nothing stored yet"))
        tap.equal(tokens(path), ("hit", None))


@tap.test("where chmod is refused, an output is written, and written again")
def _():
    with mounted("--chmod-deny") as path:
        arguments = ["sample", "--source", "corpus.txt", "-o", "mount/rows.npy", "--seed"]
        program.run(path, *arguments, "1")
        first = (path / "mount" / "rows.npy").read_bytes()
        tap.equal(program.run(path, *arguments, "2").status, 0)
        tap.holds((path / "mount" / "rows.npy").read_bytes() != first, "the rows are the old ones")
        tap.equal([entry.name for entry in (path / "below").iterdir() if ".tmp" in entry.name], [])


@tap.test("where chmod is refused, a text is added, fetched and found")
def _():
    from server import Server
    with mounted("--chmod-deny") as path:
        cache = ["--cache-dir", "mount/cache"]
        program.run(path, "cache", "add", "https://example.invalid/x", "corpus.txt", *cache)
        program.good(path, "fetch", "https://example.invalid/x", "--offline", *cache)
        if not HAVE_DOWNLOADS:
            raise tap.Skip("this build has no downloads")
        with Server(lambda request: request.serve(TEXT)) as host:
            for _ in range(2):
                program.good(path, "fetch", host.url("/a"), *cache)
            tap.equal(host.count("/a"), 1, "requests")


@tap.test("where others may write every file or own it, nothing is stored, and info says why")
def _():
    cases = [["-p", "a+rw", "--chmod-ignore"], ["-p", "a+rw", "--chmod-deny"],
             ["--force-user=12345", "--chmod-ignore"]]
    for options in cases:
        with mounted(*options) as path:
            for _ in range(2):
                state, why = tokens(path)
                tap.equal(state, "off", f"the state with {options}")
                tap.holds(why.startswith(UNTRUSTED), why)
                tap.equal(stored(path), [], f"the stored tokens with {options}")


tap.run()
