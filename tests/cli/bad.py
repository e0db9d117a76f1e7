# SPDX-License-Identifier: MIT
"""Bad input: exit status 1, one line that names the thing, nothing left behind."""
import bz2
import contextlib
import gzip
import hashlib
import lzma
import os
import re
import resource

import program
import tap

TEXT = b"some words and more of them\n" * 4000
OUT = ["-o", "rows.npy"]


@contextlib.contextmanager
def corpus(text=TEXT):
    with program.directory() as path:
        (path / "corpus.txt").write_bytes(text)
        yield path


def bad_text(text, parts, *arguments):
    """Checks sample and info."""
    with corpus(text) as path:
        for command in (["sample", *OUT], ["info"]):
            program.bad(path, 1, parts, *command, "--source", "corpus.txt", *arguments)


# ---- the corpus ----

@tap.test("a file that is not there")
def _():
    with corpus() as path:
        program.bad(path, 1, ["none.txt", "No such file"], "sample", "--source", "none.txt", *OUT)
        program.bad(path, 1, ["none.txt", "No such file"], "info", "--source", "none.txt")
        program.bad(path, 1, "corpus.txt/x", "info", "--source", "corpus.txt/x")


@tap.test("a directory")
def _():
    with corpus() as path:
        program.bad(path, 1, [path, "directory"], "sample", "--source", path, *OUT)


@tap.test("a name of 5,000 bytes does not cut the reason off")
def _():
    name = "n" * 5000
    with corpus() as path:
        for arguments in (["--source", name, *OUT], ["--source", "corpus.txt", "-o", name + ".npy"],
                          ["--source", "corpus.txt", "--tokenizer", name, *OUT]):
            done = program.bad(path, 1, "name", "sample", *arguments)
            tap.holds(re.search("(n|npy): (File|the) name (is )?too long\n$", done.err), done.err[-200:])


@tap.test("a file that may not be read")
def _():
    with corpus() as path:
        (path / "corpus.txt").chmod(0)
        program.bad(path, 1, ["corpus.txt", "Permission denied"], "sample", "--source",
                    "corpus.txt", *OUT, plain_user=True)


@tap.test("an empty corpus")
def _():
    bad_text(b"", "corpus.txt is empty")
    with corpus() as path:
        for source, name in (("-", "standard input"), ("/dev/null", "/dev/null")):
            program.bad(path, 1, name + " is empty", "sample", "--source", source, *OUT, input=b"")


@tap.test("closed standard input")
def _():
    with corpus() as path:
        program.bad(path, 1, "standard input", "sample", "--source", "-", *OUT,
                    stdin=None, preexec_fn=lambda: os.close(0))


@tap.test("bad UTF-8, with its offset")
def _():
    bad_text(b"good \xff bad", ["corpus.txt is not UTF-8", "byte 5", "--raw"])
    bad_text(b"x" * 300000 + b"\xed\xa0\x80", ["corpus.txt", "UTF-8", "byte 300000"])
    bad_text(b"cut off \xe2\x82", ["corpus.txt", "UTF-8", "ends", "byte 8"])
    with corpus() as path:
        (path / "corpus.txt").write_bytes(b"good \xff bad")
        done = program.bad(path, 1, ["byte 5", "convert it to UTF-8"], "sample", "--source",
                           "corpus.txt", "--documents", "lines", *OUT)
        tap.holds("raw" not in done.err.lower(), f"documents cannot be raw: {done}")


@tap.test("messages about documents name the option that helps")
def _():
    with corpus() as path:
        (path / "corpus.txt").write_bytes(b'{"messages": []}\n{"other": 1}\n')
        ask = ["sample", "--source", "corpus.txt", *OUT, "--documents"]
        program.bad(path, 1, "(--chat chatml)", *ask, "jsonl")
        program.bad(path, 1, "(--skip-malformed)", *ask, "jsonl", "--chat", "chatml")
        program.bad(path, 1, "(--pad ID)", *ask, "lines", "--sampler", "documents")


@tap.test("a source that has fewer rows than its weight asks for is named")
def _():
    with corpus() as path:
        (path / "short.txt").write_bytes(b"x" * 20)
        done = program.run(path, "sample", "--source", "corpus.txt", "--weight", 1, "--source",
                           "short.txt", "--weight", 1, "--samples", 8, "--seq-len", 10, *OUT)
        tap.holds("4 were asked of short.txt by its weight, but only 2 are available" in done.err, done)


@tap.test("a hash or a size that is another")
def _():
    bad_text(TEXT, ["corpus.txt", "SHA-256", "0" * 64], "--sha256", "0" * 64)
    bad_text(TEXT, [str(len(TEXT)), str(len(TEXT) + 1)], "--size", len(TEXT) + 1)


@tap.test("a row longer than the text")
def _():
    with corpus() as path:
        ask = ["sample", "--source", "corpus.txt", *OUT, "--seq-len"]
        program.bad(path, 1, [len(TEXT), len(TEXT) + 1], *ask, len(TEXT) + 1)
        program.bad(path, 1, [], *ask, 2**63)
        program.bad(path, 1, [], *ask, 2**64 - 1)
        program.good(path, *ask, len(TEXT), "--samples", 1)


@tap.test("an unknown scheme")
def _():
    with corpus() as path:
        for scheme in ("ftp", "file", "s3"):
            program.bad(path, 1, scheme, "sample", "--source", f"{scheme}://127.0.0.1/x", *OUT)
            program.bad(path, 1, scheme, "fetch", f"{scheme}://127.0.0.1/x")
        program.bad(path, 1, ["corpus.txt", "URL"], "fetch", "corpus.txt")
        program.bad(path, 1, "ftp", "info", "--source", "https://127.0.0.1/", "--mirror",
                    "ftp://127.0.0.1/")


# ---- the tokenizer ----

@tap.test("a tokenizer that is not there, a directory, unreadable, empty")
def _():
    with corpus() as path:
        (path / "empty.model").write_bytes(b"")
        (path / "shut.model").write_bytes(b"x")
        (path / "shut.model").chmod(0)
        ask = ["sample", "--source", "corpus.txt", *OUT, "--tokenizer"]
        program.bad(path, 1, ["none.model", "No such file"], *ask, "none.model")
        (path / "folder").mkdir()
        program.bad(path, 1, ["folder", "tokenizer"], *ask, "folder")
        program.bad(path, 1, ["empty.model", "empty"], *ask, "empty.model")
        program.bad(path, 1, ["shut.model", "Permission denied"], *ask, "shut.model",
                    plain_user=True)


@tap.test("a model that is none")
def _():
    with corpus() as path:
        (path / "a.model").write_bytes(b"GGUF" + bytes(100))
        program.bad(path, 1, ["a.model", "GGUF"], "info", "--source", "corpus.txt", "--tokenizer",
                    "a.model")
        for content in (TEXT, bytes(1000), b"\x0a\xff\xff\xff\xff\x0f"):
            (path / "b.model").write_bytes(content)
            program.bad(path, 1, ["b.model", "SentencePiece"], "info", "--source", "corpus.txt",
                        "--tokenizer", "b.model")


@tap.test("a file of another kind in place of the tokenizer is named")
def _():
    with corpus() as path:
        kinds = {
            "tiktoken": b"IQ== 0\nIg== 1\n", ".model file": b"<unk>\t0\n<s>\t0\n\xe2\x96\x81the\t-1.5\n",
            "Git LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
            "web page": b"<!DOCTYPE html>\n<html></html>\n", "gzip": gzip.compress(b"model"),
            "zip archive": b"PK\3\4" + bytes(30), "merges.txt": b"#version: 0.2\na b\n",
            "vocab.txt": b"[PAD]\n[unused0]\n", "GGUF model: take the tokenizer.json": b"GGUF\3" + bytes(30)}
        for words, content in kinds.items():
            (path / "tokenizer.model").write_bytes(content)
            program.bad(path, 1, ["tokenizer.model", "not a SentencePiece model", words], "info",
                        "--source", "corpus.txt", "--tokenizer", "tokenizer.model")


@tap.test("JSON of another kind in place of the tokenizer is named, and so is what a folder has")
def _():
    parts = {"vocab.json": b'{"!":0,"a":1,"b":2,"ab":3}', "merges.txt": b"#version: 0.2\na b\n",
             "vocab.txt": b"[PAD]\n[UNK]\n[CLS]\n", "o200k.tiktoken": b"IQ== 0\nIg== 1\n",
             "a.gguf": b"GGUF\3" + bytes(30)}
    models = {"Unigram": b'"vocab":[["<unk>",0.0],["a",-1.5]],"unk_id":0',
              "WordLevel": b'"vocab":{"a":0},"unk_token":"a"'}
    ask = ["info", "--source", "corpus.txt", "--tokenizer"]
    with corpus() as path:
        (path / "vocab.json").write_bytes(parts["vocab.json"])
        words = ["vocab.json", "make a tokenizer.json of vocab.json and merges.txt", "ByteLevelBPETokenizer"]
        program.bad(path, 1, words, *ask, "vocab.json")
        for kind, content in models.items():
            (path / "tokenizer.json").write_bytes(b'{"model":{"type":"%s",%s}}' % (kind.encode(), content))
            program.bad(path, 1, ["tokenizer.json", kind, "Python"], *ask, "tokenizer.json")
        for name, content in parts.items():
            folder = path / ("with " + name)
            folder.mkdir()
            (folder / name).write_bytes(content)
            remedy = "take the tokenizer.json" if name in ("o200k.tiktoken", "a.gguf") else "make a tokenizer.json"
            program.bad(path, 1, [name, remedy], *ask, folder.name)


@tap.test("a file of another kind in place of the corpus is named, and --raw is not advised")
def _():
    with corpus() as path:
        text = "A text of some length, in some encoding.\n" * 40
        kinds = {
            "gzip -d": gzip.compress(gzip.compress(text.encode())), "bzip2 -d": bz2.compress(text.encode()),
            "xz -d": lzma.compress(text.encode()), "zstd -d": gzip.compress(b"\x28\xb5\x2f\xfd" + bytes(20)),
            "unzip": b"PK\3\4" + bytes(30), "Parquet": b"PAR1\x15\x04" + bytes(30),
            "UTF-16": text.encode("utf-16"), "UTF-16LE": text.encode("utf-16-le"),
            "UTF-16BE": text.encode("utf-16-be"), "UTF-32": text.encode("utf-32"),
            "UTF-32LE": text.encode("utf-32-le"), "UTF-32BE": text.encode("utf-32-be"),
            "git lfs pull": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
            "web page": b"<html>\n<body>a page</body></html>\n"}
        for words, content in kinds.items():
            (path / "other.txt").write_bytes(content)
            for command in (["info"], ["sample", *OUT]):
                done = program.bad(path, 1, ["other.txt is", words], *command, "--source", "other.txt")
                tap.holds("raw" not in done.err.lower(), done.err)
        (path / "other.txt").write_bytes(kinds["web page"])
        program.good(path, "info", "--source", "other.txt", "--sha256",
                     hashlib.sha256(kinds["web page"]).hexdigest())
        for place in "--sha256", "--raw":
            arguments = [place, hashlib.sha256(kinds["UTF-16LE"]).hexdigest()][:1 + (place != "--raw")]
            (path / "other.txt").write_bytes(kinds["UTF-16LE"])
            program.good(path, "info", "--source", "other.txt", *arguments)
        (path / "other.txt").write_bytes(kinds["gzip -d"])
        program.good(path, "info", "--source", "other.txt", "--raw", "--seq-len", 8)


@tap.test("JSON Lines are read as plain text with a warning")
def _():
    with corpus() as path:
        (path / "chats.jsonl").write_bytes(b'{"text": "one"}\n{"text": "two"}\n' * 50)
        for command in (["info"], ["sample", *OUT]):
            for _ in "tokenized", "stored":
                done = program.run(path, *command, "--source", "chats.jsonl", "--seq-len", 8)
                tap.equal(done.status, 0, f"the status of {done}")
                tap.holds("looks like JSON" in done.err, done.err)


# ---- the output ----

@tap.test("an output in a directory that is not there, or that is one")
def _():
    with corpus() as path:
        (path / "d.npy").mkdir()
        ask = ["sample", "--source", "corpus.txt", "-o"]
        program.bad(path, 1, ["no/rows.npy", "No such file"], *ask, "no/rows.npy")
        program.bad(path, 1, ["corpus.txt/rows.npy", "Not a directory"], *ask,
                    "corpus.txt/rows.npy")
        program.bad(path, 1, ["d.npy", "directory"], *ask, "d.npy")
        program.bad(path, 1, ["new/", "directory"], *ask, "new/", "--format", "npy")


@tap.test("an output where nothing may be written, with its old content kept")
def _():
    with corpus() as path:
        (path / "shut").mkdir()
        (path / "shut").chmod(0o500)
        (path / "old.npy").write_bytes(b"old")
        (path / "old.npy").chmod(0o400)
        ask = ["sample", "--source", "corpus.txt", "-o"]
        for name in ("shut/rows.npy", "old.npy"):
            program.bad(path, 1, [name, "Permission denied"], *ask, name, plain_user=True)


@tap.test("an old output stays when the run fails")
def _():
    with corpus(b"\xff") as path:
        (path / "rows.npy").write_bytes(b"old")
        program.bad(path, 1, "UTF-8", "sample", "--source", "corpus.txt", *OUT)


@tap.test("a file that can take only a part")
def _():
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))
    with corpus() as path:
        (path / "old.npy").write_bytes(b"old")
        for name in ("rows.npy", "old.npy"):
            program.bad(path, 1, [name, "File too large"], "sample", "--source", "corpus.txt", "-o",
                        name, preexec_fn=limit)


@tap.test("a full device")
def _():
    with corpus() as path:
        for name in ("npy", "bin", "safetensors"):
            program.bad(path, 1, ["/dev/full", "No space left"], "sample", "--source",
                        "corpus.txt", "--format", name, "-o", "/dev/full")


def bad_results(how, message):
    """Checks that results that cannot be written are an error and leave no output file."""
    with corpus() as path:
        commands = [["sample", "--source", "corpus.txt", *OUT],
                    ["sample", "--source", "corpus.txt", *OUT, "--json"],
                    ["sample", "--source", "corpus.txt", "--format", "bin", "-o", "-"],
                    ["info", "--source", "corpus.txt"],
                    ["info", "--source", "corpus.txt", "--json"],
                    ["--help"], ["sample", "--help"], ["--version"]]
        # Results of many sizes, among them those that just fill a buffer.
        commands += [["info", "--source", "corpus.txt", "--preview", rows, *json]
                     for rows in range(1, 200, 13) for json in ([], ["--json"])]
        for command in commands:
            program.bad(path, 1, ["standard output", message], *command, **how)


@tap.test("a full disk behind standard output")
def _():
    with open("/dev/full", "wb") as full:
        bad_results({"stdout": full}, "No space left")


@tap.test("closed standard output")
def _():
    bad_results({"stdout": None, "preexec_fn": lambda: os.close(1)}, "Bad file descriptor")


@tap.test("a pipe that nobody reads")
def _():
    read, write = os.pipe()
    os.close(read)
    bad_results({"stdout": write}, "Broken pipe")
    os.close(write)


@tap.test("closed standard error: the status tells")
def _():
    with corpus() as path:
        done = program.run(path, "sample", "--source", "corpus.txt", *OUT, stderr=None,
                           preexec_fn=lambda: os.close(2))
        tap.equal(done.status, 0)
        (path / "none.txt").unlink(missing_ok=True)
        done = program.run(path, "sample", "--source", "none.txt", "-o", "more.npy", stderr=None,
                           preexec_fn=lambda: os.close(2))
        tap.equal(done.status, 1)
        tap.equal(sorted(program.listing(path)), ["corpus.txt", "rows.npy"])


# ---- the token ----

@tap.test("a token that is none")
def _():
    with corpus() as path:
        ask = ["fetch", "https://127.0.0.1:1/"]
        (path / "empty").write_text("\n")
        (path / "words").write_text("two words\n")
        (path / "long").write_text("x" * 9000)
        program.bad(path, 1, ["none", "No such file"], *ask, "--token-file", "none")
        program.bad(path, 1, ["empty"], *ask, "--token-file", "empty")
        done = program.bad(path, 1, ["words"], *ask, "--token-file", "words")
        tap.holds("two" not in done.err, done.err)
        program.bad(path, 1, ["long", "8191"], *ask, "--token-file", "long")
        program.bad(path, 1, "$CALIB_TOKEN", *ask, environ={"CALIB_TOKEN": "a\nb"})


tap.run()
