# SPDX-License-Identifier: MIT
"""The output of calib sample and info."""
import hashlib
import json
import os
import stat
import subprocess
import threading

import program
import readers
import tap

TEXT = b"".join(b"%06d some words and a newline\n" % i for i in range(3000))
ROWS = readers.sample(TEXT, 20, 64, 2**64 - 1)
ASK = ["sample", "--source", "corpus.txt", "--samples", "20", "--seq-len", "64", "--seed",
       2**64 - 1]
RAW = b"".join(number.to_bytes(4, "little") for row in ROWS for number in row)




class corpus:
    """A directory that holds corpus.txt."""

    def __enter__(self):
        self.directory = program.directory()
        path = self.directory.__enter__()
        (path / "corpus.txt").write_bytes(TEXT)
        return path

    def __exit__(self, *exception):
        return self.directory.__exit__(*exception)


@tap.test("npy, safetensors and bin hold the same rows")
def _():
    with corpus() as path:
        for name in ("r.npy", "r.safetensors", "r.bin"):
            program.good(path, *ASK, "-o", name)
        tap.holds(readers.read_npy((path / "r.npy").read_bytes()) == ROWS, "npy")
        tap.holds(readers.read_safetensors((path / "r.safetensors").read_bytes())[0] == ROWS,
                  "safetensors")
        tap.holds((path / "r.bin").read_bytes() == RAW, "bin")


@tap.test("safetensors tells what makes the rows again, and nothing of the time")
def _():
    with corpus() as path:
        program.good(path, *ASK, "--skip", 3, "--rank", 1, "--world", 2, "-o",
                     "a.safetensors")
        program.good(path, *ASK, "--skip", 3, "--rank", 1, "--world", 2, "--output",
                     "b.safetensors")
        first, second = ((path / name).read_bytes() for name in ("a.safetensors", "b.safetensors"))
        tap.holds(first == second, "two runs differ")
        _, metadata = readers.read_safetensors(first)
        fingerprint = metadata.pop("tokenizer_fingerprint")
        tap.holds(len(fingerprint) == 64 and int(fingerprint, 16), fingerprint)
        version = program.good(path, "--version").out.decode().split()[1]
        tap.equal(metadata, {
            "corpus_sha256": hashlib.sha256(TEXT).hexdigest(), "source": "corpus.txt", "raw": "0",
            "sampler": "mlx", "seed": str(2**64 - 1), "keys_used": "3", "n_samples": "20",
            "first_row": "0", "seq_len": "64", "rank": "1", "world": "2", "calib_version": version})


@tap.test("safetensors tells where rows of documents come from, and how they were made")
def _():
    lines, chats = b"one\n\n two \n", b'{"messages": [{"role": "user", "content": "hi"}]}\nnone\n'
    with corpus() as path:
        (path / "lines.txt").write_bytes(lines)
        (path / "chats.jsonl").write_bytes(chats)
        program.good(path, "sample", "--sampler", "documents", "--samples", 3, "--seq-len", 4, "--pad", 7,
                     "--weight", 2, "--source", "./lines.txt", "--documents", "lines", "--strip", "right",
                     "--min-chars", 1, "--max-tokens", 50, "--append-id", 0, "--source", "chats.jsonl",
                     "--documents", "jsonl", "--chat", "chatml", "--plain", "--skip-malformed", "-o",
                     "r.safetensors")
        tensors, metadata = readers.read_tensors((path / "r.safetensors").read_bytes())
    tap.equal(tensors, {
        "input_ids": [[*b"one", 0], [*b" two"], [*b"<|im"]],
        "attention_mask": [[1, 1, 1, 1]] * 3, "documents": [0, 1, 2], "sources": [0, 0, 1],
        "offsets": [0, 0, 0]}, "tensors")
    tap.equal(json.loads(metadata["sources"]), [
        {"source": "lines.txt", "sha256": hashlib.sha256(lines).hexdigest(), "weight": 2, "documents": "lines",
         "strip": "right", "min_chars": 1, "max_tokens": 50, "append_id": 0},
        {"source": "chats.jsonl", "sha256": hashlib.sha256(chats).hexdigest(), "weight": 2,
         "documents": "jsonl", "chat": "chatml", "plain": True, "skip_malformed": True}], "sources")
    tap.equal((metadata["pad"], metadata["sampler"]), ("7", "documents"), "sampling")


@tap.test("safetensors tells separators, fields and what joins documents")
def _():
    with corpus() as path:
        (path / "a.txt").write_bytes(b"x\n==\ny")
        (path / "b.json").write_bytes(b'[{"a": "z"}]')
        program.good(path, "sample", "--samples", "all", "--seq-len", 1, "--source", "a.txt", "--documents",
                     "separator===", "--join", "\n", "--source", "b.json", "--documents", "json", "--field",
                     "/a", "--min-tokens", 1, "--max-chars", 9, "--specials", "once", "-o", "r.safetensors")
        tensors, metadata = readers.read_tensors((path / "r.safetensors").read_bytes())
    tap.equal(sorted(row[0] for row in tensors["input_ids"]), sorted(b"x\nyz"), "ids")
    first, second = json.loads(metadata["sources"])
    tap.equal({key: first[key] for key in first if key not in ("source", "sha256")},
              {"documents": "separator", "separator": "==", "join": "\n"}, "one source")
    tap.equal({key: second[key] for key in second if key not in ("source", "sha256")},
              {"documents": "json", "field": "/a", "max_chars": 9, "min_tokens": 1, "specials": "once"},
              "the other source")
    tap.holds("pad" not in metadata, "no row is short")


@tap.test("equal corpora in two directories give equal files, whatever leads to them")
def _():
    with corpus() as path:
        (path / "deep").mkdir()
        (path / "deep" / "corpus.txt").write_bytes(TEXT)
        (path / "colon:").mkdir()
        (path / "colon:" / "corpus.txt").write_bytes(TEXT)
        files = set()
        for source in ("corpus.txt", "./corpus.txt", "deep/corpus.txt", path / "deep/corpus.txt",
                       "colon:/corpus.txt"):
            for name in ("r.safetensors", "r.npy"):
                program.good(path, *program.instead(ASK, "--source", source), "-o",
                             path / "deep" / name)
            files.add(tuple((path / "deep" / name).read_bytes()
                            for name in ("r.safetensors", "r.npy")))
        tap.equal(len(files), 1, "different outputs")
        told = program.good(path, "info", "--source", path / "deep/corpus.txt", "--json").out
        tap.equal(json.loads(told)["source"], str(path / "deep/corpus.txt"), "the source of --json")


@tap.test("--format wins over the name; every name with a format goes")
def _():
    with corpus() as path:
        program.good(path, *ASK, "-o", "rows", "--format", "bin")
        tap.holds((path / "rows").read_bytes() == RAW, "rows")
        program.good(path, *ASK, "-o", "x.npy", "--format=bin")
        tap.holds((path / "x.npy").read_bytes() == RAW, "x.npy")
        (path / "a.b").mkdir()
        program.good(path, *ASK, "-o", path / "a.b" / "rows.bin")
        program.bad(path, 2, ["a.b/rows", "--format"], *ASK, "-o", "a.b/rows")


@tap.test("-o - writes the rows and nothing else to standard output")
def _():
    with corpus() as path:
        for output in ("-", "/dev/stdout"):
            tap.holds(program.good(path, *ASK, "--format", "bin", "-o", output).out == RAW, output)
        npy = program.good(path, *ASK, "--format", "npy", "-o", "-").out
        tap.holds(readers.read_npy(npy) == ROWS, "npy")
        tap.equal(sorted(program.listing(path)), ["corpus.txt"], "files")


@tap.test("a named pipe is written straight")
def _():
    with corpus() as path:
        os.mkfifo(path / "pipe.bin")
        read = []
        reader = threading.Thread(target=lambda: read.append((path / "pipe.bin").read_bytes()))
        reader.start()
        program.good(path, *ASK, "-o", "pipe.bin")
        reader.join(program.SECONDS)
        tap.holds(read == [RAW], "the bytes in the pipe")
        tap.holds(stat.S_ISFIFO((path / "pipe.bin").stat().st_mode), "the pipe is gone")
        program.good(path, *ASK, "--format", "bin", "-o", "/dev/null")


@tap.test("a new file has the usual mode, an old one keeps its own")
def _():
    with corpus() as path:
        program.good(path, *ASK, "-o", "r.bin", umask=0o027)
        tap.equal(stat.S_IMODE((path / "r.bin").stat().st_mode), 0o640, "the mode")
        (path / "r.bin").chmod(0o604)
        program.good(path, *ASK, "-o", "r.bin")
        tap.equal(stat.S_IMODE((path / "r.bin").stat().st_mode), 0o604, "the mode")


@tap.test("a symbolic link stays, what it names is replaced")
def _():
    with corpus() as path:
        (path / "deep").mkdir()
        (path / "deep" / "real.bin").write_bytes(b"old")
        (path / "link.bin").symlink_to("deep/real.bin")
        program.good(path, *ASK, "-o", "link.bin")
        tap.holds((path / "link.bin").is_symlink(), "the link is gone")
        tap.holds((path / "deep" / "real.bin").read_bytes() == RAW, "the file")


@tap.test("a file that stood there is seen whole by who has it open")
def _():
    with corpus() as path:
        (path / "r.bin").write_bytes(b"old")
        with open(path / "r.bin", "rb") as old:
            program.good(path, *ASK, "-o", "r.bin")
            tap.equal(old.read(), b"old", "the old file")
        tap.equal(sorted(program.listing(path)), ["corpus.txt", "r.bin"], "files")


@tap.test("what the rows are made from is never replaced by them")
def _():
    with corpus() as path:
        (path / "link.bin").symlink_to("corpus.txt")
        (path / "copy.txt").write_bytes(TEXT)
        for output in ("corpus.txt", "./corpus.txt", "link.bin"):
            program.bad(path, 1, [output, "corpus"], *ASK, "--format", "bin", "-o", output)
        with open(path / "corpus.txt", "rb") as text:
            program.bad(path, 1, ["corpus.txt", "corpus"], "sample", "--source", "-", "--format",
                        "bin", "-o", "corpus.txt", stdin=text)
        program.bad(path, 1, ["copy.txt", "tokenizer"], *ASK, "--tokenizer", "copy.txt",
                    "--format", "bin", "-o", "copy.txt")
        for name in ("corpus.txt", "copy.txt"):
            tap.holds((path / name).read_bytes() == TEXT, name)
        (path / "builtin").write_bytes(b"no corpus")
        program.good(path, "sample", "--source", "builtin", "--format", "bin", "-o", "builtin")


@tap.test("the summary names rows, corpus and hash")
def _():
    with corpus() as path:
        out = program.good(path, *ASK, "-o", "r.npy").out.decode()
        for part in ("20 rows of 64 tokens", "r.npy", "corpus.txt", f"{len(TEXT)} bytes",
                     hashlib.sha256(TEXT).hexdigest()):
            tap.holds(part in out, f"{part!r} is not in {out!r}")
        tap.holds(2 <= out.count("\n") <= 4, out)


@tap.test("--json of sample: one object, exact numbers")
def _():
    with corpus() as path:
        out = program.good(path, *ASK, "-o", "r.npy", "--json").out.decode()
        tap.equal(out.count("\n"), 1, "lines")
        told = json.loads(out)
        seconds = told.pop("seconds")
        tap.equal(sorted(seconds), ["fetch", "read", "sample", "tokenize", "total", "write"])
        tap.holds(seconds["total"] >= seconds["read"] + seconds["tokenize"] >= 0, str(seconds))
        told.pop("tokenizer_fingerprint")
        version = program.good(path, "--version").out.decode().split()[1]
        tap.equal(told, {
            "requested": 20, "returned": 20, "sampled": 20, "available_rows": len(TEXT) // 64,
            "seq_len": 64, "seed": 2**64 - 1, "first_row": 0, "skip": 0, "rank": 0, "world": 1,
            "sampler": "mlx", "tokens": len(TEXT), "tail_dropped": len(TEXT) % 64,
            "source": "corpus.txt", "corpus_sha256": hashlib.sha256(TEXT).hexdigest(),
            "corpus_bytes": len(TEXT), "text_bytes": len(TEXT), "download_cache": "off",
            "token_cache": told["token_cache"], "token_cache_why": told["token_cache_why"],
            "tokenizer": "bytes", "vocab_size": 256,
            "output": "r.npy", "format": "npy", "calib_version": version})
        tap.holds(told["token_cache"] in ("off", "hit", "miss"), told["token_cache"])
        program.good(path, *ASK, "-o", "s.npy")
        tap.holds((path / "r.npy").read_bytes() == (path / "s.npy").read_bytes(), "the rows")


@tap.test("--json of all rows, and of one rank's")
def _():
    with corpus() as path:
        told = json.loads(program.good(path, *program.instead(ASK, "--samples", "all"), "-o",
                                       "r.npy", "--json", "--rank", "1", "--world", "2").out)
        tap.equal(told["requested"], -1)
        tap.equal(told["sampled"], len(TEXT) // 64)
        tap.equal(told["returned"], len(TEXT) // 64 // 2)


@tap.test("token_cache: tokens are stored once, then found, and neither with --no-token-cache")
def _():
    with corpus() as path:
        rows = set()
        why = {"miss": "nothing stored yet", "hit": None, "off": "turned off"}
        for state, seed, *more in (("miss", 1), ("hit", 1), ("hit", 7), ("off", 1, "--no-token-cache"),
                                   ("miss", 1, "--raw"), ("hit", 1, "--raw")):
            told = json.loads(program.good(path, *program.instead(ASK, "--seed", seed), "-o",
                                           "r.npy", "--json", *more).out)
            tap.equal(told["token_cache"], state, f"with {more}")
            tap.equal(told["token_cache_why"], why[state], f"with {more}, the reason")
            rows.add(hashlib.sha256((path / "r.npy").read_bytes()).hexdigest())
        tap.equal(len(rows), 2, "different outputs, for two seeds")
        out = program.good(path, "info", "--source", "corpus.txt").out.decode()
        tap.holds("token cache    in the cache, verified\n" in out, out)
        for words, source, *more in (("not stored: turned off", "corpus.txt", "--no-token-cache"),
                                     ("tokenized now: nothing stored yet", "builtin")):
            out = program.good(path, "info", "--source", source, *more).out.decode()
            tap.holds(f"token cache    {words}\n" in out, out)
        kinds = [entry["kind"] for entry in
                 json.loads(program.good(path, "cache", "list", "--json").out)["entries"]]
        tap.equal(kinds, ["tokens"] * 3)


@tap.test("JSON holds any file name, as text")
def _():
    with corpus() as path:
        name = 'a "quoted"\\ näme\t\n.txt'
        (path / name).write_bytes(TEXT)
        tap.equal(json.loads(program.good(path, "info", "--json", "--source", name).out)["source"],
                  name)
        latin = os.fsencode(path) + b"/b\xff.txt"
        with open(latin, "wb") as file:
            file.write(TEXT)
        done = subprocess.run([program.CALIB, "info", "--json", "--source", b"b\xff.txt"], cwd=path,
                              env=program.environment(path), stdout=subprocess.PIPE, check=True)
        tap.equal(json.loads(done.stdout)["source"], "b\ufffd.txt")


@tap.test("calib info: a table, or the same as JSON")
def _():
    with corpus() as path:
        ask = ["info", "--source", "corpus.txt", "--seq-len", "100"]
        told = json.loads(program.good(path, *ask, "--json").out)
        tap.equal([told[key] for key in ("tokens", "available_rows", "seq_len", "tail_dropped",
                                         "corpus_bytes", "vocab_size", "download_cache")],
                  [len(TEXT), len(TEXT) // 100, 100, len(TEXT) % 100, len(TEXT), 256, "off"])
        lines = program.good(path, *ask).out.decode().splitlines()
        table = {line[:14].strip(): line[15:] for line in lines}
        tap.equal(table["corpus"], "corpus.txt")
        tap.equal(table["bytes"], str(len(TEXT)))
        tap.equal(table["sha256"], hashlib.sha256(TEXT).hexdigest())
        tap.equal(table["tokens"], str(len(TEXT)))
        tap.holds(table["rows"].startswith(f"{len(TEXT) // 100} of 100 tokens"), table["rows"])
        tap.equal(table["tokenizer"], "bytes")


@tap.test("a name's control characters neither break a line nor reach the terminal")
def _():
    with corpus() as path:
        name = "näme\n\x1b[31m\x7f\x9b31mÂ.txt"
        (path / name).write_bytes(TEXT)
        plain = program.good(path, "info", "--source", "corpus.txt").out.decode().splitlines()
        told = program.good(path, "info", "--source", name).out.decode().splitlines()
        tap.equal(len(told), len(plain), "lines")
        tap.equal(told[0], "corpus         näme??[31m??31mÂ.txt")
        out = program.good(path, "sample", "--source", name, "--seq-len", 64, "--samples", 20,
                           "-o", "rows\n\x1b.npy").out.decode().splitlines()
        tap.holds(out[0].startswith("20 rows of 64 tokens in rows??.npy, of "), f"{out}")
        tap.holds(out[1].startswith("corpus näme??[31m??31mÂ.txt: "), f"{out}")
        tap.holds((path / "rows\n\x1b.npy").exists(), "the file has another name")


@tap.test("--preview: one line a row, nothing that steers a terminal, cut to its width")
def _():
    text = "Grüße,\n\ttab \x1b[31mred\x1b[0m 数学 \u202e end ".encode() * 40
    shown = r"Grüße,\n\ttab \x1b[31mred\x1b[0m 数学 \u202e end Gr"
    with program.directory() as path:
        (path / "corpus.txt").write_bytes(text)
        out = program.good(path, "info", "--source", "corpus.txt", "--preview", 2, "--seq-len", 512,
                           environ={"COLUMNS": "60"}).out.decode()
        tap.holds("\x1b" not in out, "an escape")
        line = out.splitlines()[-2]
        tap.holds(line.startswith("   0  Grüße,\\n\\ttab \\x1b[31mred"), line)
        tap.holds(shown.startswith(line[6:].split(" end")[0]), line)
        tap.holds(50 < len(line) <= 60, f"{len(line)} columns: {line}")
        told = json.loads(program.good(path, "info", "--source", "corpus.txt", "--preview", 2,
                                       "--seq-len", 512, "--json").out)
        tap.equal([row.encode() for row in told["preview"]][0][:500], text[:500])
        out = program.good(path, "sample", "--source", "corpus.txt", "--samples", 3, "--preview",
                           9, "-o", "r.npy").out.decode()
        tap.equal(sum(line[:6] in ("   0  ", "   1  ", "   2  ") for line in out.splitlines()), 3)


tap.run()
