# SPDX-License-Identifier: MIT
"""calib fetch and URL sources, with a server on 127.0.0.1. Servers that go wrong are in tests/net."""
import contextlib
import gzip
import hashlib
import json
import pathlib
import signal
import socket
import subprocess
import time

import certificates
import program
import readers
import tap
from server import Server

TEXT = b"some words and more of them\n" * 4000
DIGEST = hashlib.sha256(TEXT).hexdigest()


@contextlib.contextmanager
def server(**texts):
    """Serves /NAME for each text. `host.texts` may change. `host.missing` bytes of a text are
    announced and never sent."""
    def script(request):
        body = host.texts.get(request.path[1:])
        if body is None:
            request.reply(b"no", "404 Not Found")
        elif host.missing:
            request.head("200 OK", f"Content-Length: {len(body) + host.missing}")
            request.send(body)
            request.silence()
        else:
            request.reply(body)
    with Server(script) as host:
        host.texts, host.missing = texts, 0
        yield host


def fetched(path, *arguments, **options):
    """Returns the path that calib fetch prints."""
    out = program.good(path, "fetch", *arguments, **options).out.decode()
    tap.holds(out.endswith("\n") and out.count("\n") == 1, f"one line: {out!r}")
    return pathlib.Path(out[:-1])


def texts_in(cache):
    """Returns the names of the published texts."""
    folder = cache / "corpora"
    return sorted(entry.name for entry in folder.iterdir() if len(entry.name) == 64) \
        if folder.exists() else []


def refused(path, parts, *arguments, cache=".cache/calib", **options):
    """Runs calib, which must fail and publish nothing. It may make the cache's folders."""
    before = texts_in(path / cache)
    done = program.run(path, *arguments, **options)
    tap.equal(done.status, 1, f"the status of {done}")
    tap.equal(done.out, b"", f"the results of {done}")
    tap.holds(done.err.startswith("calib: error: ") and done.err.count("\n") == 1, f"{done}")
    for part in parts if isinstance(parts, (list, tuple)) else [parts]:
        tap.holds(str(part) in done.err, f"{part!r} is not in the message: {done}")
    tap.equal(texts_in(path / cache), before, f"published by {done}")
    tap.equal([name.name for name in path.iterdir() if name.name != ".cache"], [],
              f"files left by {done}")


@tap.test("a compressed text is cached as stored, and read as the text")
def _():
    stored = gzip.compress(TEXT)
    with program.directory() as path, server(a=stored, b=stored[:-1]) as host:
        tap.holds(fetched(path, host.url("/a")).read_bytes() == stored, "the stored bytes")
        for source in host.url("/a"), host.url("/b"):
            fetched(path, source)
        done = program.good(path, "tokenize", "--format", "bin", "-o", "-", "--source", host.url("/a"),
                            "--sha256", hashlib.sha256(stored).hexdigest())
        tap.holds(done.out[::4] == TEXT, "the text")
        program.bad(path, 1, ["/b is cut short"], "info", "--source", host.url("/b"))
        program.bad(path, 1, ["(--max-text-bytes BYTES)"], "info", "--source", host.url("/a"),
                    "--max-text-bytes", len(TEXT) - 1, "--no-token-cache")


@tap.test("fetch prints the path of the verified file; the second time nothing is asked")
def _():
    with program.directory() as path, server(a=TEXT) as host:
        first = fetched(path, host.url("/a"))
        tap.equal(first, path / ".cache" / "calib" / "corpora" / DIGEST)
        tap.holds(first.read_bytes() == TEXT, "the text")
        tap.equal(fetched(path, host.url("/a")), first)
        tap.equal(fetched(path, "--offline", host.url("/a")), first)
        tap.equal(fetched(path, host.url("/a"), environ={"CALIB_OFFLINE": "1"}), first)
        tap.equal(len(host.log), 1, "requests")


@tap.test("--cache-dir, CALIB_CACHE_DIR, XDG_CACHE_HOME, HOME, in this order")
def _():
    with program.directory() as path, server(a=TEXT) as host:
        name = pathlib.Path("corpora") / DIGEST
        settings = {"CALIB_CACHE_DIR": path / "b", "XDG_CACHE_HOME": path / "c"}
        tap.equal(fetched(path, host.url("/a"), "--cache-dir", path / "a", environ=settings),
                  path / "a" / name)
        tap.equal(fetched(path, host.url("/a"), environ=settings), path / "b" / name)
        settings["CALIB_CACHE_DIR"] = None
        tap.equal(fetched(path, host.url("/a"), environ=settings), path / "c" / "calib" / name)
        tap.equal(fetched(path, host.url("/a")), path / ".cache" / "calib" / name)
        settings["XDG_CACHE_HOME"] = "relative"
        tap.equal(fetched(path, host.url("/a"), environ=settings),
                  path / ".cache" / "calib" / name)
        tap.holds(not (path / "relative").exists(), "a relative XDG_CACHE_HOME is ignored")


@tap.test("no HOME and no cache directory")
def _():
    with program.directory() as path, server(a=TEXT) as host:
        ask = [host.url("/a")]
        for home in (None, ""):
            program.bad(path, 1, ["cache directory", "CALIB_CACHE_DIR", "(--cache-dir DIR)"],
                        "fetch", *ask, environ={"HOME": home})
        program.bad(path, 1, "cache directory", "sample", "-o", "rows.npy",
                    environ={"HOME": None})
        fetched(path, *ask, "--cache-dir", path / "c", environ={"HOME": None})


@tap.test("a file where the cache belongs")
def _():
    with program.directory() as path, server(a=TEXT) as host:
        (path / "file").write_bytes(b"")
        parts = ["Not a directory", "cache_dir", "CALIB_CACHE_DIR", "(--cache-dir DIR)"]
        for place in ("file", "file/inside"):
            program.bad(path, 1, parts, "fetch", host.url("/a"), "--cache-dir", place)
            program.bad(path, 1, parts, "cache", "list", "--cache-dir", place)
        (path / "link").symlink_to("nothing")
        program.bad(path, 1, ["cache_dir", "(--cache-dir DIR)"], "fetch", host.url("/a"),
                    "--cache-dir", "link")
        (path / "cache").mkdir()
        (path / "cache" / "corpora").write_bytes(b"")
        program.bad(path, 1, ["cache/corpora", *parts], "fetch", host.url("/a"), "--cache-dir", "cache")


@tap.test("each message that names something of the library ends with its option or command")
def _():
    with program.directory() as path, server(a=TEXT) as host, socket.create_server(
            ("127.0.0.1", 0)) as silent:
        elsewhere = "(--mirror URL, --source builtin, or --source PATH)"
        url, dead = host.url("/a"), f"http://127.0.0.1:{silent.getsockname()[1]}/a"
        once = ["--tries", 1]
        refused(path, "(--allow-http)", "fetch", "http://calib.example/a")
        refused(path, elsewhere, "fetch", dead, *once, "--deadline", 0.3)
        refused(path, "(--max-download BYTES)", "fetch", url, *once, "--max-download", "10K")
        (path / "a.txt").write_bytes(TEXT)
        program.bad(path, 1, "(--max-download BYTES)", "cache", "add", url, "a.txt",
                    "--max-download", "10K")
        (path / "a.txt").unlink()
        text = fetched(path, url)
        refused(path, "(--accept-change)", "fetch", url, "--size", 1)
        [record] = [file for file in (path / ".cache/calib/urls").iterdir() if not file.suffix]
        text.chmod(0o600)
        text.write_bytes(b"damaged")
        add = "(calib cache add URL FILE)"
        refused(path, add, "fetch", url, "--offline")
        text.unlink()
        record.chmod(0o600)
        record.write_bytes(b"damaged")
        refused(path, "(--accept-change)", "fetch", url, *once)
        refused(path, add, "fetch", url, "--offline")
        host.texts["a"] = TEXT + b"more\n"
        fetched(path, url, "--accept-change")
        (path / "bad.txt").write_bytes(b"\xff" * 9)
        program.bad(path, 1, "(--raw)", "sample", "--source", "bad.txt", "-o", "r.npy")
        (path / "bad.txt").unlink()
        silent.close()
        refused(path, elsewhere, "fetch", dead, *once)


@tap.test("offline with nothing in the cache: the ways out are named")
def _():
    with program.directory() as path:
        ways = ["--source builtin", "--source PATH"]
        program.bad(path, 1, ["offline", *ways], "sample", "--offline", "-o", "rows.npy")
        program.bad(path, 1, ["offline", *ways], "info", environ={"CALIB_OFFLINE": "1"})
        program.bad(path, 1, ["offline", "https://127.0.0.1/x"], "fetch", "--offline",
                    "https://127.0.0.1/x")


@tap.test("a URL as the source: JSON tells what the cache held, the rows are those of the text")
def _():
    with program.directory() as path, server(a=TEXT) as host:
        ask = ["sample", "--source", host.url("/a"), "-o", "rows.npy", "--json"]
        for state in ("miss", "hit"):
            told = json.loads(program.good(path, *ask).out)
            tap.equal(told["download_cache"], state)
            tap.equal(told["source"], host.url("/a"))
            tap.equal(told["corpus_sha256"], DIGEST)
            rows = readers.read_npy((path / "rows.npy").read_bytes())
            tap.holds(rows == readers.sample(TEXT, 128, 512, 123), "the rows")
        out = program.good(path, "info", "--source", host.url("/a")).out.decode()
        tap.holds("in the cache, verified" in out, out)


@tap.test("a query does not get into JSON, safetensors or messages")
def _():
    with program.directory() as path, server(**{"a?key=secret": TEXT}) as host:
        out = program.good(path, "sample", "--source", host.url("/a?key=secret"), "-o",
                           "r.safetensors", "--json").out
        tap.holds(b"secret" not in out, f"{out}")
        tap.holds(b"secret" not in (path / "r.safetensors").read_bytes(), "the file tells it")
        done = program.run(path, "fetch", host.url("/b?key=secret"), "--tries", 1)
        tap.holds(done.status == 1 and "secret" not in done.err, str(done))


@tap.test("a hash or a size that is another publishes nothing")
def _():
    with program.directory() as path, server(a=TEXT) as host:
        ask = ["fetch", host.url("/a"), "--tries", 1]
        refused(path, ["0" * 64, DIGEST], *ask, "--sha256", "0" * 64)
        refused(path, [], *ask, "--size", len(TEXT) + 1)
        refused(path, [], *ask, "--max-download", "10K")
        fetched(path, *ask[1:], "--sha256", DIGEST, "--size", len(TEXT), "--max-download", "1M")


@tap.test("a server that says no, one that is not there, an empty text")
def _():
    with program.directory() as path, server(empty=b"") as host:
        refused(path, "404", "fetch", host.url("/none"), "--tries", 1)
        refused(path, "empty", "fetch", host.url("/empty"), "--tries", 1)
        refused(path, [], "sample", "--source", host.url("/none"), "--tries", 1, "-o", "r.npy")
    with program.directory() as path:
        refused(path, [], "fetch", host.url("/a"), "--tries", 1, "--connect-timeout", 5)


@tap.test("--mirror is asked when the first URL fails")
def _():
    with program.directory() as path, server(b=TEXT) as host:
        ask = [host.url("/a"), "--tries", 1, "--mirror", host.url("/none")]
        tap.equal(fetched(path, *ask, "--mirror", host.url("/b")).name, DIGEST)


@tap.test("a changed text is refused until --accept-change")
def _():
    with program.directory() as path, server(a=TEXT) as host:
        first = fetched(path, host.url("/a"))
        host.texts["a"] = TEXT + b"more\n"
        tap.equal(fetched(path, host.url("/a")), first, "what is in the cache")
        first.unlink()
        refused(path, ["--accept-change"], "fetch", host.url("/a"), "--tries", 1)
        changed = fetched(path, host.url("/a"), "--accept-change")
        tap.equal(changed.read_bytes(), TEXT + b"more\n")
        tap.equal(fetched(path, host.url("/a")), changed)


@tap.test("a server that stalls: --deadline and --stall-timeout end it")
def _():
    with program.directory() as path, server(a=TEXT) as host:
        host.missing = 10
        for option in ("--deadline", "--stall-timeout"):
            start = time.monotonic()
            refused(path, [], "fetch", host.url("/a"), option, "0.3", "--tries", 1)
            tap.holds(time.monotonic() - start < 20, f"{option} was not kept")


@tap.test("SIGINT ends a stalled download through the progress callback, nothing published")
def _():
    with program.directory() as path, server(a=TEXT) as host:
        host.missing = 10
        child = subprocess.Popen([program.CALIB, "fetch", host.url("/a")], cwd=path,
                                 env=program.environment(path), stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE)
        while not host.log:
            tap.holds(child.poll() is None, "it ended")
            time.sleep(0.01)
        time.sleep(0.2)
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=program.SECONDS)
        tap.equal((child.returncode, out), (-signal.SIGINT, b""), f"the end: {err}")
        tap.equal(err, b"calib: error: cancelled by SIGINT\n")
        tap.equal(texts_in(path / ".cache" / "calib"), [])


@tap.test("a token goes over https only, and no message shows it")
def _():
    with program.directory() as path, server(a=TEXT) as host:
        (path / ".token").write_text("hush-hush\n")
        for how in ({"environ": {"CALIB_TOKEN": "hush-hush"}}, {}):
            more = [] if how else ["--token-file", ".token"]
            done = program.run(path, "fetch", host.url("/a"), *more, **how)
            tap.equal(done.status, 1, f"{done}")
            tap.holds("https" in done.err and "hush" not in done.err, f"{done}")
        tap.equal(host.log, [], "requests")


@tap.test("--ca-file is trusted, and the token of a file or of CALIB_TOKEN is sent")
def _():
    authority = certificates.authority("authority")
    context = certificates.certificate("host", "authority")
    with program.directory() as path, Server(lambda r: r.serve(TEXT), context) as host:
        refused(path, "certificate", "fetch", host.url("/a"), "--tries", 1)
        (path / ".token").write_text("hush-hush\n")
        for at, how, more in (("/b", {"environ": {"CALIB_TOKEN": "hush-hush"}}, []),
                              ("/c", {}, ["--token-file", ".token"])):
            fetched(path, host.url(at), "--ca-file", authority, *more, **how)
            tap.equal(host.last(at)["authorization"], "Bearer hush-hush")
        program.bad(path, 2, "--token", "fetch", host.url("/d"), "--token", "hush-hush")


@tap.test("--proxy is asked, --allow-http lets plain http out, --tries counts")
def _():
    with program.directory() as path, Server(lambda r: r.serve(TEXT)) as proxy:
        ask = ["http://text.example/a", "--proxy", proxy.url(""), "--tries", 1]
        refused(path, "CALIB_ALLOW_HTTP", "fetch", *ask)
        tap.equal(fetched(path, *ask, "--allow-http").read_bytes(), TEXT)
        tap.equal(proxy.count("http://text.example/a"), 1, "requests to the proxy")
    with program.directory() as path, Server(lambda r: r.reply(b"", "500 No")) as host:
        for tries in (1, 2):
            refused(path, "500", "fetch", host.url(f"/{tries}"), "--tries", tries)
            tap.equal(host.count(f"/{tries}"), tries, "requests")


@tap.test("--connect-timeout ends a handshake that hangs")
def _():
    with program.directory() as path, socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        start = time.monotonic()
        refused(path, [], "fetch", f"https://127.0.0.1:{listener.getsockname()[1]}/a", "--tries", 1,
                "--connect-timeout", "0.5")
        tap.holds(time.monotonic() - start < 10, "it was not kept")


@tap.test("http to another machine is refused without --allow-http")
def _():
    with program.directory() as path:
        refused(path, "CALIB_ALLOW_HTTP", "fetch", "http://192.0.2.1/a", "--tries", 1)


tap.run()
