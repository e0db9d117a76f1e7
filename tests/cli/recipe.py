# SPDX-License-Identifier: MIT
"""calib lock, verify, sample --recipe, and info on a file of rows."""
import hashlib
import json
import struct

import tap
from program import bad, directory, good, run

RECIPE = """{
  "calib": 1,
  "sources": [
    {"path": "texts/lines.txt", "documents": "lines", "max_chars": 9},
    {"path": "texts/records.jsonl", "documents": "jsonl", "field": "t\\u00e9xt"}
  ],
  "sampler": "documents", "samples": 4, "seq_len": 5, "pad": 0
}
"""
INFORMATION = ("id", "calib_version")


def fill(path, recipe=RECIPE):
    (path / "texts").mkdir()
    (path / "texts" / "lines.txt").write_text("first\nsecond\na line that is too long\n", encoding="utf-8")
    (path / "texts" / "records.jsonl").write_text('{"téxt": "ab"}\n{"téxt": "cdefgh"}\n', encoding="utf-8")
    (path / "recipe.json").write_text(recipe, encoding="utf-8")


def lock(path):
    """Locks the recipe of the folder and returns the id."""
    return good(path, "lock", "recipe.json", "-o", "lock.json").out.decode().strip()


def sample_locked(path):
    """Fills the folder, locks its recipe, writes its rows to rows.safetensors, and returns the id."""
    fill(path)
    said = lock(path)
    good(path, "sample", "--recipe", "lock.json", "-o", "rows.safetensors")
    return said


def canonical(value):
    """RFC 8785 of what recipes hold: ASCII keys, whole numbers up to 2^53 - 1."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def parts(path):
    """Returns the header of a .safetensors file and its data."""
    raw = path.read_bytes()
    n = struct.unpack("<Q", raw[:8])[0]
    return json.loads(raw[8:8 + n]), raw[8 + n:]


def put(path, header, data):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


@tap.test("a lock is the recipe with what came out, and its id can be computed by others")
def _():
    with directory() as path:
        fill(path)
        said = lock(path)
        text = (path / "lock.json").read_text(encoding="utf-8")
        tap.holds(text.startswith(RECIPE.rstrip()[:-1].rstrip()), f"the recipe's bytes: {text}")
        found = json.loads(text)
        held = found.pop("lock")
        tap.equal(found, json.loads(RECIPE), "the recipe")
        tap.equal(held["id"], said, "the id")
        sources = held["sources"]
        tap.equal([(s["documents"], s["tokens"], s["too_long"], s["size"]) for s in sources],
                  [(2, 11, 1, 37), (2, 8, 0, 36)], "facts about the sources")
        for source, name in zip(sources, ("lines.txt", "records.jsonl")):
            tap.equal(source["sha256"], hashlib.sha256((path / "texts" / name).read_bytes()).hexdigest(), name)
        tap.equal(held["tokenizer"]["name"], "bytes", "the tokenizer's name")
        kept = {key: value for key, value in held.items() if key not in INFORMATION}
        kept["tokenizer"] = {"identity": held["tokenizer"]["identity"]}
        digest = hashlib.sha256(canonical({**found, "lock": kept})).hexdigest()
        tap.equal(said, f"calib1:sha256:{digest}", "the id by Python")
        tap.equal(lock(path), said, "the id of a second lock")
        tap.equal((path / "lock.json").read_text(encoding="utf-8"), text, "a second lock")
        tap.equal(good(path, "lock", "lock.json", "-o", "-").out.decode(), text, "a lock of a lock")


@tap.test("the hashes of rows are those of the file's tensors")
def _():
    with directory() as path:
        sample_locked(path)
        header, data = parts(path / "rows.safetensors")
        held = json.loads(header["__metadata__"]["calib_lock"])["lock"]
        tensors = {name: data[slice(*entry["data_offsets"])] for name, entry in header.items()
                   if name != "__metadata__"}
        tap.equal(header["input_ids"]["shape"], [4, 5], "the shape")
        mask = struct.unpack("<20i", tensors["attention_mask"])
        lengths = struct.pack("<4i", *(sum(mask[5 * row:5 * row + 5]) for row in range(4)))
        tap.equal(lengths, struct.pack("<4i", 5, 5, 2, 5), "the lengths")
        rows = struct.pack("<QQ", 4, 5) + lengths + tensors["input_ids"]
        tap.equal(held["rows_sha256"], hashlib.sha256(rows).hexdigest(), "rows_sha256")
        origin = tensors["documents"] + tensors["sources"]
        tap.equal(origin, struct.pack("<8q", 0, 1, 2, 3, 0, 0, 1, 1), "where the rows begin")
        tap.equal(held["origin_sha256"], hashlib.sha256(origin).hexdigest(), "origin_sha256")
        tap.equal(tensors["offsets"], struct.pack("<4q", 0, 0, 0, 0), "the tokens at which they begin")
        tap.equal(header["__metadata__"]["calib_lock"], (path / "lock.json").read_text(encoding="utf-8"),
                  "the metadata's lock")


@tap.test("the rows of a recipe are those of the options that it stands for")
def _():
    with directory() as path:
        fill(path, '{"calib": 1, "sources": [{"builtin": true}], "samples": 6, "seq_len": 32, "seed": 5,'
                   ' "skip": 2}')
        good(path, "sample", "--recipe", "recipe.json", "-o", "recipe.npy")
        good(path, "sample", "--source", "builtin", "--samples", "6", "--seq-len", "32", "--seed", "5",
             "--skip", "2", "-o", "options.npy")
        tap.equal((path / "recipe.npy").read_bytes(), (path / "options.npy").read_bytes(), "the rows")
        said = json.loads(good(path, "sample", "--recipe", "recipe.json", "-o", "x.bin", "--json",
                               "--preview", "1").out)
        tap.equal((said["recipe"], said["lock"], said["returned"]), ("recipe.json", None, 6), "the JSON")
        tap.equal(len(said["preview"][0]), 32, "the preview")
        good(path, "sample", "--recipe", "recipe.json", "-o", "open.safetensors")
        tap.holds("calib_lock" not in parts(path / "open.safetensors")[0]["__metadata__"], "no lock")


@tap.test("a recipe that asks for more than there is gets a warning, and one that does not gets none")
def _():
    source = '{"path": "texts/lines.txt", "documents": "lines", "weight": %d}'
    with directory() as path:
        fill(path, '{"calib": 1, "sources": [{"path": "texts/lines.txt"}], "samples": 9, "seq_len": 5}')
        (path / "awq.json").write_text('{"calib": 1, "sources": [{"path": "texts/lines.txt", "documents": "lines"}],'
                                       ' "sampler": "awq", "samples": 2, "seq_len": 9}')
        (path / "draws.json").write_text('{"calib": 1, "sources": [{"path": "texts/lines.txt"}],'
                                         ' "sampler": "gptq-window", "samples": 40, "seq_len": 5}')
        (path / "weights.json").write_text('{"calib": 1, "sources": [%s, %s], "sampler": "documents", "pad": 0,'
                                           ' "samples": 6, "seq_len": 5}' % (source % 1, source % 2))
        for recipe, words in (
                ("recipe", '"samples" of the recipe is 9, but only 7 are available with rows of 5 tokens'),
                ("weights", "4 were asked of sources[1] by its weight, but only 3 are available with rows of 5 tokens"),
                ("awq", None), ("draws", None)):
            wanted = f"calib: warning: {words}\n" if words else ""
            told = run(path, "sample", "--recipe", f"{recipe}.json", "-o", "x.npy", "--json")
            tap.equal(told.err, wanted, f"the warning on {recipe}.json")
            available = {"recipe": 7, "weights": 6, "awq": 2, "draws": None}[recipe]
            tap.equal(run(path, "lock", f"{recipe}.json", "-o", "x.json").err, wanted, f"locking {recipe}.json")
            told = json.loads(told.out)
            tap.equal(told["available_rows"], available, f"what {recipe}.json has")
            tap.holds(recipe != "awq" or told["returned"] < 2, "fewer rows than documents")


@tap.test("hints name the options, and with a recipe its keys")
def _():
    with directory() as path:
        fill(path)
        (path / "texts" / "bad.jsonl").write_text("not JSON at all\nbut two lines\n", encoding="utf-8")
        for options, source, rest, option, key in (
                (["--documents", "lines", "--sampler", "documents"], '"documents": "lines"', ', "sampler": "documents"',
                 "--pad ID", '"pad": ID'),
                (["--documents", "jsonl"], '"documents": "jsonl"', "", "--skip-malformed", '"skip_malformed": true'),
                (["--first-row", "2"], "", ', "first_row": 2', "--first-row K", '"first_row": K'),
                (["--sampler", "rows"], "", ', "sampler": "rows"', "--numbers LIST", '"numbers": LIST'),
                (["--row-bos", "prepend"], "", ', "row_bos": "prepend"', "--row-bos POLICY", '"row_bos": POLICY'),
                (["--sampler", "gptq-window", "--samples", "0"], "", ', "sampler": "gptq-window"', "--samples N",
                 '"samples": N')):
            samples = 0 if "--samples" in options else 1
            (path / "hint.json").write_text('{"calib": 1, "sources": [{"path": "texts/bad.jsonl"%s}], "samples": %d,'
                                            ' "seq_len": 20%s}' % (source and ", " + source, samples, rest))
            given = options if "--samples" in options else [*options, "--samples", "1"]
            bad(path, 1, f"({option})", "sample", "--source", "texts/bad.jsonl", "--seq-len", "20", "-o", "x.npy",
                *given)
            bad(path, 1, f"({key})", "sample", "--recipe", "hint.json", "-o", "x.npy")
            bad(path, 1, f"({key})", "lock", "hint.json", "-o", "x.json")


@tap.test("a lock and its rows are verified elsewhere, in another process")
def _():
    with directory() as path:
        (path / "here").mkdir()
        fill(path / "here")
        said = lock(path / "here")
        (path / "here").rename(path / "there")
        done = good(path, "sample", "--recipe", "there/lock.json", "-o", "rows.safetensors")
        tap.holds(said in done.out.decode(), done)
        (path / "lock.json").write_bytes((path / "there" / "lock.json").read_bytes())
        done = good(path, "verify", "lock.json", "rows.safetensors")
        tap.equal(done.out.decode(), f"rows.safetensors: 4 rows of 5 tokens, as locked by {said}\n", "the verdict")
        told = json.loads(good(path, "verify", "--json", "lock.json", "rows.safetensors").out)
        tap.equal(told, {"lock": said, "rows": 4, "seq_len": 5}, "the verdict as JSON")


@tap.test("rows of one text, without tensors for places, are verified")
def _():
    with directory() as path:
        fill(path, '{"calib": 1, "sources": [{"builtin": true}], "samples": 3, "seq_len": 16, "seed": 9}')
        lock(path)
        good(path, "sample", "--source", "builtin", "--samples", "3", "--seq-len", "16", "--seed", "9", "-o",
             "rows.safetensors")
        tap.equal(len(parts(path / "rows.safetensors")[0]), 2, "metadata and input_ids")
        good(path, "verify", "lock.json", "rows.safetensors")


@tap.test("every changed byte of the tensors is refused")
def _():
    with directory() as path:
        sample_locked(path)
        raw = (path / "rows.safetensors").read_bytes()
        begin = 8 + struct.unpack("<Q", raw[:8])[0]
        locked = begin + 4 * 20 + 4 * 20 + 8 * 4 + 8 * 4
        tap.equal(len(raw) - locked, 8 * 4, "bytes of the offsets, which are not locked")
        for at in range(begin, locked):
            (path / "changed").write_bytes(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1:])
            done = run(path, "verify", "lock.json", "changed")
            tap.holds(done.status == 1 and done.out == b"", f"byte {at - begin} of the tensors: {done}")


@tap.test("a file that is no file of rows is refused")
def _():
    with directory() as path:
        sample_locked(path)
        header, data = parts(path / "rows.safetensors")
        def changed(name, **entries):
            return {**header, name: {**header[name], **entries}}
        ids = header["input_ids"]
        without = {key: value for key, value in header.items() if key != "input_ids"}
        twice = json.dumps(header)[:-1] + ', "input_ids": ' + json.dumps(ids) + "}"
        cases = {"empty": b"", "short": b"\1\0\0", "length": struct.pack("<Q", 1 << 63) + b"{}",
                 "zero": bytes(16)}
        for name, raw in cases.items():
            (path / "bad").write_bytes(raw)
            bad(path, 1, "is not a .safetensors file of rows", "verify", "lock.json", "bad")
        for name, head, rest in (
                ("more data", header, data + b"\0" * 4), ("less data", header, data[:-1]),
                ("no ids", without, data), ("ids twice", twice.encode(), data),
                ("another tensor", {**header, "x": ids}, data), ("no JSON", b"{,}", data),
                ("an array", b"[]", data), ("a number as metadata", {**header, "__metadata__": {"a": 1}}, data),
                ("type", changed("input_ids", dtype="F32"), data),
                ("rows", changed("input_ids", shape=[5, 4]), data),
                ("a huge shape", changed("input_ids", shape=[1 << 62, 1 << 62]), data),
                ("no tokens", changed("input_ids", shape=[4, 0]), data),
                ("dimensions", changed("input_ids", shape=[4, 5, 1]), data),
                ("a negative shape", changed("input_ids", shape=[-4, -5]), data),
                ("overlap", changed("attention_mask", data_offsets=[0, 80]), data),
                ("backwards", changed("attention_mask", data_offsets=[160, 80]), data),
                ("beyond", changed("sources", data_offsets=[192, 1 << 40]), data),
                ("a gap in the mask", header, data[:80] + struct.pack("<5i", 1, 0, 1, 1, 1) + data[100:])):
            put(path / "bad.safetensors", head, rest)
            done = run(path, "verify", "lock.json", "bad.safetensors")
            tap.holds(done.status == 1 and "is not a .safetensors file of rows" in done.err, f"{name}: {done}")
            tap.equal(run(path, "info", "bad.safetensors").status, 1, f"info on {name}")
        put(path / "good", header, data)
        good(path, "verify", "lock.json", "good")


@tap.test("calib info tells where rows came from")
def _():
    with directory() as path:
        said = sample_locked(path)
        table = good(path, "info", "rows.safetensors").out.decode()
        for line in (f"lock           {said}", "source 0       texts/lines.txt: 2 rows",
                     "source 1       texts/records.jsonl: 2 rows", "rows           4 of 5 tokens"):
            tap.holds(line + "\n" in table, f"{line!r} is not in {table}")
        tap.holds("\nrow " not in table, "rows were not asked for")
        table = good(path, "info", "--rows", "rows.safetensors").out.decode()
        tap.holds("row 2          source 1, document 2, offset 0, 2 tokens\n" in table, table)
        told = json.loads(good(path, "info", "--rows", "--json", "rows.safetensors").out)
        tap.equal(told["lock"], said, "the lock")
        tap.equal(told["sources"], [{"source": "texts/lines.txt", "rows": 2},
                                    {"source": "texts/records.jsonl", "rows": 2}], "the sources")
        tap.equal(told["origins"][3], {"source": 1, "document": 3, "offset": 0, "tokens": 5}, "row 3")
        good(path, "sample", "--source", "texts/lines.txt", "--source", "builtin", "--documents", "lines",
             "--sampler", "documents", "--pad", "0", "--samples", "3", "-o", "plain.safetensors")
        told = json.loads(good(path, "info", "--json", "plain.safetensors").out)
        tap.equal((told["lock"], told["sources"][0]["source"], told["metadata"]["sampler"]),
                  (None, "lines.txt", "documents"), "rows without a recipe")


@tap.test("rows of a plain text tell where they begin; a file may have no offsets")
def _():
    with directory() as path:
        fill(path, '{"calib": 1, "sources": [{"path": "texts/lines.txt"}], "samples": 0, "seq_len": 5, "seed": 3}')
        good(path, "sample", "--recipe", "recipe.json", "-o", "rows.safetensors")
        header, data = parts(path / "rows.safetensors")
        text = (path / "texts" / "lines.txt").read_bytes()
        origins = json.loads(good(path, "info", "--rows", "--json", "rows.safetensors").out)["origins"]
        for row, origin in enumerate(origins):
            ids = struct.unpack("<5i", data[20 * row:20 * row + 20])
            tap.equal(bytes(ids), text[origin["offset"]:origin["offset"] + 5], f"row {row}")
        tap.equal(len({origin["offset"] for origin in origins}), 7, "rows")
        begin, _ = header.pop("offsets")["data_offsets"]
        put(path / "less.safetensors", header, data[:begin])
        told = json.loads(good(path, "info", "--rows", "--json", "less.safetensors").out)
        tap.equal(told["origins"][0]["offset"], None, "the offset of a file without offsets")
        table = good(path, "info", "--rows", "less.safetensors").out.decode()
        tap.holds("row 0          source 0, document 0, 5 tokens\n" in table, table)


@tap.test("a lock refuses another tokenizer, text or recipe")
def _():
    with directory() as path:
        fill(path)
        lock(path)
        text = path / "texts" / "lines.txt"
        text.write_text("first\nsecund\na line that is too long\n", encoding="utf-8")
        bad(path, 1, ["lines.txt", "SHA-256"], "sample", "--recipe", "lock.json", "-o", "x.npy")
        text.write_text("first\nsecond\na line that is too long\n", encoding="utf-8")
        good(path, "sample", "--recipe", "lock.json", "-o", "x.npy")
        changed = (path / "lock.json").read_text(encoding="utf-8").replace('"samples": 4', '"samples": 3')
        (path / "lock.json").write_text(changed, encoding="utf-8")
        bad(path, 1, "changed after it was locked", "sample", "--recipe", "lock.json", "-o", "x.npy")
        good(path, "sample", "--recipe", "recipe.json", "-o", "rows.safetensors")
        bad(path, 1, ["recipe.json has no lock", "(calib lock)"], "verify", "recipe.json", "rows.safetensors")


@tap.test("an output replaces neither the recipe nor its sources")
def _():
    with directory() as path:
        fill(path)
        lock(path)
        kept = (path / "texts" / "lines.txt").read_bytes()
        (path / "link").symlink_to("texts/lines.txt")
        for out in ("texts/lines.txt", "texts/../texts/records.jsonl", "link"):
            bad(path, 1, "is a source of the recipe", "sample", "--recipe", "lock.json", "--format", "npy", "-o", out)
            bad(path, 1, "is a source of the recipe", "lock", str(path / "recipe.json"), "-o", out)
        tap.equal((path / "texts" / "lines.txt").read_bytes(), kept, "the source")
        bad(path, 1, "lock.json is the recipe", "sample", "--recipe", "lock.json", "--format", "npy", "-o", "lock.json")
        good(path, "lock", "lock.json", "-o", "lock.json")


@tap.test("a text of the cache is locked by its URL, without the network")
def _():
    with directory() as path:
        fill(path, '{"calib": 1, "sources": [{"url": "https://example.org/a.txt"}], "samples": 1, "seq_len": 4}')
        url = "https://example.org/a.txt"
        good(path, "cache", "add", url, "texts/lines.txt")
        said = good(path, "lock", "--offline", "recipe.json", "-o", "lock.json").out
        tap.holds(said.startswith(b"calib1:sha256:"), said)
        good(path, "sample", "--offline", "--recipe", "lock.json", "-o", "x.npy")
        (path / "texts" / "lines.txt").write_text("another text\n", encoding="utf-8")
        good(path, "cache", "remove", url)
        good(path, "cache", "add", url, "texts/lines.txt")
        done = run(path, "sample", "--offline", "--recipe", "lock.json", "-o", "x.npy")
        tap.equal(done.status, 1, f"the status of {done}")


@tap.test("what a recipe says is no option beside it")
def _():
    with directory() as path:
        fill(path)
        sample = ("sample", "--recipe", "recipe.json", "-o", "x.npy")
        for options in (("--source", "builtin"), ("--seed", "1"), ("--documents", "lines"), ("--samples", "1"),
                        ("--world", "2"), ("--raw",), ("--strict",), ("--accept-change",),
                        ("--token-file", "recipe.json"), ("--mirror", "https://localhost/"), ("--lazy",)):
            bad(path, 2, f"{options[0]} cannot be used with --recipe", *sample, *options)
        bad(path, 2, "--rows needs a file", "info", "--rows")
        bad(path, 2, "--threads says nothing about a file", "info", "--threads", "1", "x.safetensors")
        bad(path, 2, "unexpected argument", "info", "a.safetensors", "b.safetensors")
        bad(path, 2, "calib lock needs a recipe", "lock", "-o", "x")
        bad(path, 2, "calib lock needs -o OUT", "lock", "recipe.json")
        bad(path, 2, "calib verify needs a lock and a file of rows", "verify", "lock.json")
        bad(path, 1, "no.json", "lock", "no.json", "-o", "x")


@tap.test("a lock from a pipe is an error that names the remedy")
def _():
    with directory() as path:
        (path / "recipe.json").write_text('{"calib": 1, "sources": [{"builtin": true}], "samples": 2, "seq_len": 8}')
        lock(path)
        good(path, "sample", "--recipe", "lock.json", "-o", "rows.safetensors")
        lock_bytes = (path / "lock.json").read_bytes()
        for command in (("sample", "-o", "x.npy", "--recipe", "/dev/stdin"),
                        ("verify", "/dev/stdin", "rows.safetensors")):
            bad(path, 1, "if it is a pipe, write it to a file first", *command, input=lock_bytes)
        tap.holds(not (path / "x.npy").exists(), "an output is left")


tap.run()
