# SPDX-License-Identifier: MIT
"""examples/llama.cpp against llama.cpp's own programs: ids against llama-tokenize and against the expectations
that come with its vocabularies, rows by the importance matrix of llama-imatrix, bit for bit. The last part
checks against_llama.txt; `--write` writes it.

usage: against_llama.py [--write]"""
import ast
import hashlib
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

import llama_build
import llama_model
import tap
from llama_build import BUILD, HERE, ROOT, said

work = pathlib.Path(tempfile.mkdtemp(prefix="calib-llama-"))
VECTORS = HERE / "against_llama.txt"
# By kind of tokenizer: SentencePiece's merges, byte-level merges, WordPiece.
VOCABULARIES = ("llama-spm", "phi-3", "baichuan", "llama-bpe", "qwen2", "gpt-2", "command-r", "falcon", "deepseek-llm",
                "starcoder", "bert-bge")
# Those whose model is a decoder that adds no EOS, as llama-imatrix wants.
IMATRIX = {"llama-spm": "adds BOS", "qwen2": "adds none"}
TEXTS = ("prose", "code", "languages-world", "data")
SEQ_LEN = 32
N_THREADS = 1  # more of them wait for each other by spinning


def text_of(name):
    return ROOT / "lib" / "text" / "builtin" / f"{name}.txt"


def built():
    """Returns llama.cpp's sources, the driver, and examples/llama.cpp. Builds them the first time."""
    if not hasattr(built, "result"):
        example = ROOT / "examples" / "llama.cpp"
        driver = llama_build.compile_program("llama-driver", HERE / "against_llama.c", example / "tokenizer.c",
                                             example / "identity.c")
        imatrix = llama_build.compile_program("calib-imatrix", *sorted(example.glob("*.c")))
        built.result = llama_build.build(), driver, imatrix
    return built.result


def vocabulary(name):
    return built()[0] / "models" / f"ggml-vocab-{name}.gguf"


def calib_ids(name, text):
    return [int(line) for line in said(built()[1], "ids", vocabulary(name), text).split()]


def llama_ids(name, text, *options):
    """The ids of llama.cpp's own program."""
    printed = said(BUILD / "bin" / "llama-tokenize", "-m", vocabulary(name), "-f", text, "--ids", "--no-escape",
                   "--no-parse-special", "--log-disable", *options)
    return ast.literal_eval(printed.decode())


def add_ids(name):
    @tap.test(f"{name}: the ids of llama-tokenize")
    def _():
        empty, letter = work / "empty.txt", work / "letter.txt"
        empty.write_text("\n")
        letter.write_text("a")
        for text in (*map(text_of, TEXTS), empty, letter):
            found, wanted = calib_ids(name, text), llama_ids(name, text)
            tap.holds(found == wanted, f"{text.name}: {len(found)} ids, expected {len(wanted)}")

    @tap.test(f"{name}: the ids that llama.cpp's own tests expect")
    def _():
        given = vocabulary(name).with_suffix(".gguf.inp")
        if not given.exists():
            raise tap.Skip("llama.cpp has no expectations for it")
        texts = given.read_text(encoding="utf-8").split("\n__ggml_vocab_test__\n")
        wanted = [[int(part) for part in line.split()]
                  for line in given.with_suffix(".out").read_text(encoding="utf-8").split("\n")]
        records = work / "records.jsonl"
        records.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts[:len(wanted)]))
        printed = said(built()[1], "documents", vocabulary(name), records).decode().splitlines()
        found = [[int(part) for part in line.split()] for line in printed]
        tap.holds(len(texts) > 20, f"{len(texts)} texts")
        for text, ids, expected in zip(texts, found, wanted):
            tap.equal(ids, expected, f"{text!r}: the ids")


def recipe(folder, **fields):
    path = folder / "recipe.json"
    path.write_text(json.dumps({"calib": 1, "samples": 0, "seq_len": SEQ_LEN, **fields}))
    return path


def matrix_by_calib(model, path, out):
    said(built()[2], model, path, out, N_THREADS)
    return llama_model.read_matrix(built()[0], out)


def matrix_by_llama(model, text, out, *options):
    said(BUILD / "bin" / "llama-imatrix", "-m", model, "-f", text, "-o", out, "-c", SEQ_LEN, "-t", N_THREADS,
         "--no-ppl", *options)
    return llama_model.read_matrix(built()[0], out)


def model_of(name, with_experts):
    path = work / f"{name}-{'experts' if with_experts else 'dense'}.gguf"
    if not path.exists():
        llama_model.write(built()[0], vocabulary(name), path, with_experts)
    return path


def add_matrix(name, with_experts):
    kind = "a mixture of experts" if with_experts else "a dense model"

    @tap.test(f"{name}, {kind}: the matrix of llama-imatrix, bit for bit")
    def _():
        model, text = model_of(name, with_experts), work / "short.txt"
        text.write_text(text_of("prose").read_text(encoding="utf-8")[:6000] + "\n\n", encoding="utf-8")
        # llama.cpp drops one LF at the end of a file; so do lines that are joined again.
        source = {"path": str(text), "documents": "lines", "join": "\n"}
        for options, fields in (((), {}), (("--chunks", "5"), {"samples": 5}),
                                (("--chunk", "3", "--chunks", "4"), {"first_row": 3, "samples": 4})):
            found, facts = matrix_by_calib(model, recipe(work, sources=[source], sampler="imatrix", **fields),
                                           work / "calib.gguf")
            wanted, expected = matrix_by_llama(model, text, work / "llama.gguf", "-b", SEQ_LEN, *options)
            tap.holds(len(wanted) > 10, f"{len(wanted)} tensors")
            tap.equal(sorted(found), sorted(wanted), "the names of tensors")
            for tensor in wanted:
                tap.holds(found[tensor] == wanted[tensor], f"{options}: {tensor} differs")
            for key in ("general.type", "imatrix.chunk_count", "imatrix.chunk_size"):
                tap.equal(facts[key], expected[key], key)


@tap.test("control: another row gives another matrix")
def _():
    model, source = model_of("llama-spm", False), {"path": str(text_of("prose"))}
    one, other = (matrix_by_calib(model, recipe(work, sources=[source], sampler="rows", numbers=[0, row]),
                                  work / "calib.gguf")[0] for row in (1, 2))
    changed = [name for name in one if one[name] != other[name]]
    tap.equal(sorted(changed), sorted(name for name in one if name.endswith("in_sum2")), "what changed")


@tap.test("a model without a vocabulary is refused, and does not abort")
def _():
    model, path = work / "none.gguf", recipe(work, sources=[{"path": str(text_of("prose"))}])
    llama_model.write(built()[0], None, model, False)
    done = subprocess.run([built()[2], model, path, work / "calib.gguf"], capture_output=True, text=True, check=False)
    tap.equal(done.returncode, 1, f"{done.stderr}: the exit status")
    tap.holds("the model has no vocabulary" in done.stderr, done.stderr)


@tap.test("short rows: their own tokens are counted, and no padding")
def _():
    source = {"path": str(text_of("dialogue")), "documents": "blank"}
    path = recipe(work, sources=[source], sampler="documents", samples=20, pad=0)
    found, facts = matrix_by_calib(model_of("llama-spm", False), path, work / "calib.gguf")
    rows = said(built()[1], "rows", vocabulary("llama-spm"), path).decode().splitlines()
    lengths = [int(row.split()[0]) for row in rows]
    tap.holds(len(lengths) == 20 and min(lengths) < SEQ_LEN == max(lengths), str(lengths))
    counts = {data for name, (_, data) in found.items() if name.endswith(".counts")}
    tap.equal(counts, {struct.pack("<f", sum(lengths))}, "the counts")
    tap.equal(facts["imatrix.chunk_count"], 20, "the rows")


@tap.test("a lock: the same identity in another file with this vocabulary, and the id in the matrix")
def _():
    sources = [{"path": str(text_of("prose"))}]
    path = recipe(work, sources=sources, sampler="imatrix", samples=3)
    locked = work / "lock.json"
    locked.write_bytes(said(built()[1], "lock", vocabulary("llama-spm"), path))
    _, facts = matrix_by_calib(model_of("llama-spm", False), locked, work / "calib.gguf")
    tap.equal(facts["calib.lock"], json.loads(locked.read_text())["lock"]["id"], "the id")
    identities = {said(built()[1], "identity", vocabulary(name)) for name in VOCABULARIES}
    tap.equal(len(identities), len(VOCABULARIES), "identities")


def imatrix_rows(ids, bos):
    """compute_imatrix: rows in order; BOS stands over the first token of each if the vocabulary adds it."""
    rows = [ids[at:at + 512] for at in range(0, len(ids) - 511, 512)]
    return [id_ for row in rows for id_ in ((bos, *row[1:]) if bos is not None else row)]


def digest(ids):
    return hashlib.sha256(struct.pack(f"<{len(ids)}i", *ids)).hexdigest()


def vectors():
    lines = ["# Vocabulary, text, what: number of ids, their SHA-256. Written by against_llama.py --write.\n"]
    for name in VOCABULARIES:
        for text in TEXTS:
            ids = llama_ids(name, text_of(text))
            lines.append(f"{name} {text} ids {len(ids)} {digest(ids)}\n")
            if name != "bert-bge":  # no decoder
                adds_bos = len(llama_ids(name, text_of(text), "--no-bos")) < len(ids)
                rows = imatrix_rows(ids, ids[0] if adds_bos else None)
                lines.append(f"{name} {text} rows {len(rows)} {digest(rows)}\n")
    return "".join(lines)


for vocabulary_name in VOCABULARIES:
    add_ids(vocabulary_name)
for vocabulary_name in IMATRIX:
    for experts in (False, True):
        add_matrix(vocabulary_name, experts)


@tap.test("against_llama.txt has the ids of llama-tokenize")
def _():
    tap.equal(VECTORS.read_text(encoding="utf-8"), vectors(), "against_llama.txt")


if "--write" in sys.argv:
    VECTORS.write_text(vectors(), encoding="utf-8")
else:
    tap.run()
