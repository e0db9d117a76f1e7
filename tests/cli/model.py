# SPDX-License-Identifier: MIT
"""SentencePiece models on the command line: the ids are those that spm_encode gives."""
import json
import os
import pathlib
import re
import struct
import subprocess

import program
import readers
import tap

SPM_TRAIN, SPM_ENCODE = os.environ["SPM_TRAIN"], os.environ["SPM_ENCODE"]

# No newline: spm_encode takes a line as a text.
TEXT = re.sub(rb"\s+", b" ", (program.SOURCE / "lib/text/builtin/prose.txt").read_bytes()).strip()


class model:
    """A directory with corpus.txt and a small model, whose name does not show that it is one."""

    def __init__(self, *options):
        self.options = options

    def __enter__(self):
        self.directory = program.directory()
        path = self.directory.__enter__()
        (path / "corpus.txt").write_bytes(TEXT)
        (path / "lines.txt").write_bytes(TEXT.replace(b". ", b".\n"))
        tap.output(SPM_TRAIN, "--input=lines.txt", "--model_prefix=small", "--vocab_size=600",
                   "--model_type=bpe", "--minloglevel=2", "--num_threads=1", *self.options,
                   cwd=path)
        (path / "lines.txt").unlink()
        (path / "small.model").rename(path / "vocabulary.txt")
        return path

    def __exit__(self, *exception):
        return self.directory.__exit__(*exception)


def ids_of(path, *options):
    out = subprocess.run([SPM_ENCODE, "--model=vocabulary.txt", "--output_format=id", *options],
                         cwd=path, input=TEXT + b"\n", stdout=subprocess.PIPE,
                         stderr=subprocess.DEVNULL, check=True).stdout
    return [int(word) for word in out.split()]


ASK = ["--source", "corpus.txt", "--tokenizer", "vocabulary.txt", "--seq-len", "32"]


def check(path, ids, *arguments):
    program.good(path, "sample", *ASK, *arguments, "--samples", "all", "-o", "r.npy")
    rows = readers.read_npy((path / "r.npy").read_bytes())
    tap.holds(len(rows) > 100, f"{len(rows)} rows")
    tap.holds(rows == readers.sample(ids, 0, 32, 123), f"other ids with {arguments}")


@tap.test("the rows of a model, plain, with BOS, with EOS, by any number of threads")
def _():
    with model() as path:
        ids = ids_of(path)
        check(path, ids)
        check(path, ids, "--threads", 3)
        check(path, ids_of(path, "--extra_options=bos"), "--bos")
        check(path, ids_of(path, "--extra_options=bos:eos"), "--bos", "--eos")
        tap.equal(ids_of(path, "--extra_options=bos:eos"), [1, *ids, 2], "what the options add")


@tap.test("tokenize gives the ids; --specials none adds none")
def _():
    with model() as path:
        ask = ["tokenize", *ASK[:4], "-o", "t.npy"]
        for options in ([], ["--specials", "none"], ["--specials", "default", "--bos", "--eos"]):
            program.good(path, *ask, *options)
            extra = ["--extra_options=bos:eos"] if "--bos" in options else []
            found = readers.read_npy((path / "t.npy").read_bytes())
            tap.holds(found == ids_of(path, *extra), f"other ids with {options}")


@tap.test("a model from a pipe")
def _():
    with model() as path:
        program.good(path, "sample", *ASK, "-o", "a.npy")
        content = (path / "vocabulary.txt").read_bytes()
        program.good(path, "sample", *program.instead(ASK, "--tokenizer", "/dev/stdin"),
                     "-o", "b.npy", input=content)
        tap.holds((path / "a.npy").read_bytes() == (path / "b.npy").read_bytes(), "other rows")


@tap.test("BOS and EOS of a model that has none")
def _():
    with model("--bos_id=-1", "--eos_id=-1") as path:
        for option in ("--bos", "--eos"):
            program.bad(path, 1, ["vocabulary.txt", option[2:].upper()], "info", *ASK, option)


@tap.test("a model cut off or with a byte changed at the front")
def _():
    with model() as path:
        content = (path / "vocabulary.txt").read_bytes()
        for broken in (content[:1000], b"\xff" + content[1:]):
            (path / "vocabulary.txt").write_bytes(broken)
            program.bad(path, 1, ["vocabulary.txt", "SentencePiece"], "info", *ASK)


@tap.test("a text that must be tokenized whole and is larger than --max-whole-bytes")
def _():
    with model("--model_type=unigram") as path:
        ask = ["info", *ASK, "--no-token-cache", "--max-whole-bytes"]
        program.good(path, *ask, len(TEXT))
        program.bad(path, 1, [str(len(TEXT) - 1), "(--max-whole-bytes BYTES)"], *ask, len(TEXT) - 1)
        program.good(path, *program.instead(ask, "--tokenizer", "bytes"), len(TEXT) - 1)


@tap.test("info tells size, fingerprint and why a text is not cut; --preview the text")
def _():
    with model("--model_type=unigram") as path:
        told = json.loads(program.good(path, "info", *ASK, "--json", "--preview", 1).out)
        tap.equal(told["vocab_size"], 600)
        tap.equal(told["tokens"], len(ids_of(path)))
        tap.equal(len(told["tokenizer_fingerprint"]), 64)
        tap.holds(told["why_whole"], "unigram models are encoded whole")
        tap.holds(told["preview"][0].strip().startswith(TEXT[:20].decode()), told["preview"])
        out = program.good(path, "info", *ASK).out.decode()
        tap.holds(f"in one call: {told['why_whole']}" in out, out)
        other = json.loads(program.good(path, "info", *ASK, "--json", "--bos").out)
        tap.holds(other["tokenizer_fingerprint"] != told["tokenizer_fingerprint"],
                  "one fingerprint with and without BOS")


def fingerprint(path, libraries=None):
    """Returns the model's fingerprint, with the shared libraries of a directory before the system's."""
    out = program.good(path, "info", *ASK, "--no-token-cache", "--json",
                       environ={"LD_LIBRARY_PATH": libraries}).out
    return json.loads(out)["tokenizer_fingerprint"]


def altered(library, change, note=3):
    """Returns a library's bytes with another build-id, which is a note of type 3. A note of another type
    is no build-id."""
    at = library.find(struct.pack("=III", 4, 20, 3) + b"GNU\0")
    if at < 0:
        raise tap.Skip("libsentencepiece has no build-id of 20 bytes")
    return (library[:at + 8] + struct.pack("=I", note) + library[at + 12:at + 16] +
            bytes([library[at + 16] ^ change]) + library[at + 17:])


@tap.test("the fingerprint is that of the libsentencepiece that is loaded")
def _():
    linked = re.search(r"(libsentencepiece\.so\S*) => (\S+)", tap.output("ldd", program.CALIB))
    if not linked:
        raise tap.Skip("libsentencepiece is linked into the program")
    name, found = linked.groups()
    content = pathlib.Path(found).read_bytes()
    with model() as path:
        def of(*how):
            (path / name).write_bytes(altered(content, *how))
            return fingerprint(path, path)
        own = fingerprint(path)
        tap.equal(of(0), own, "the fingerprint with a copy of the library")
        tap.holds(of(1) != own, "another build has the same fingerprint")
        tap.equal(of(1, 99), of(0, 99), "the fingerprint without a build-id")
        tap.holds(of(0, 99) not in (own, of(1)), "a build-id is seen where there is none")


tap.run()
