# SPDX-License-Identifier: MIT
"""The package's types, by mypy --strict: of the package itself, and as its user sees them."""
import os
import re
import subprocess
import sys
import tempfile

import tap

ROOT = os.environ["SOURCE_ROOT"]
PROJECT = os.path.join(ROOT, "examples", "python")

# A line without a comment must pass. "reveals" is the type of the expression, "refused" a word of the error.
USER = """
import calib
import polars
import sentencepiece
import tiktoken
import tokenizers

rows = calib.load("tokenizer.json", source="builtin")
reveal_type(rows)  # reveals calib.samples.Samples
reveal_type(rows.numpy().dtype)  # reveals numpy.dtype[numpy.signedinteger[numpy._typing._nbit_base._32Bit]]
reveal_type(rows.as_dict("int64")["input_ids"].dtype)  # reveals numpy.dtype[numpy.integer[Any]]
reveal_type((rows[0], rows[1:], rows[0, 1]))  # reveals tuple[list[int], list[list[int]], int]
reveal_type((rows.documents, rows.n_rows, rows.lock))  # reveals tuple[list[int], int, str | None]
rows.nothing  # refused no attribute
calib.load(tokenizers.Tokenizer.from_file("x"), 4, 8, 1, source=["a", "b"], sampler="documents", pad=0)
calib.load(calib.bytes_tokenizer(), text=b"abc", progress=True)
calib.load(lambda text: [len(text)], text="abc", progress=lambda stage, done, total: None)
calib.load("model", sources=[{"source": "a.txt", "weight": 1}, {"source": [{"text": "x"}], "weight": 2}])
calib.load(5)  # refused Argument 1
calib.load("x", samples="y")  # refused Unexpected keyword
calib.load("x", pad="y")  # refused Argument "pad"
calib.load("x", source=[1])  # refused List item 0
calib.load("x", progress=3)  # refused Argument "progress"


def by_objects(processor: sentencepiece.SentencePieceProcessor, encoding: tiktoken.Encoding,
               frame: polars.DataFrame) -> None:
    calib.load(processor, source=frame)
    calib.load(encoding, source=frame)


with calib.Corpus("tokenizer.json", source="builtin", threads=1) as corpus:
    reveal_type(corpus)  # reveals calib.corpus.Corpus
    reveal_type(corpus.sample(4, 8, 1, sampler="mlx"))  # reveals calib.samples.Samples
    corpus.sample(4, 8, 1, source="builtin")  # refused Unexpected keyword
try:
    calib.load_recipe("tokenizer.json", "recipe.json", threads=2)
except calib.NotFoundError as error:
    reveal_type((error.errno, error.status, error.message))  # reveals tuple[int | None, int, str]
"""


sys.path.insert(0, PROJECT)


@tap.test("type checkers know the keywords that are taken, and no other")
def _():
    from calib import corpus, documents, keywords, structs

    def fields(struct, *others):
        return {name for name, *_ in struct._fields_} - {"struct_size", *others}
    source = {"source", "text", "source_flags", *documents._KEYS,
              *fields(structs.Source, "location", "bytes", "n_bytes", "n_mirrors", "documents", "flags")}
    options = fields(structs.Options, "progress_ctx")
    sampling = {"pad", *fields(structs.Sampling, "n_numbers")}
    for kind, wanted in ((keywords.SourceKeywords, source), (keywords.OptionKeywords, options),
                         (keywords.SampleKeywords, sampling),
                         (keywords.LoadKeywords, source | options | sampling | {"sources", "sampling_flags"})):
        tap.equal(set(kind.__annotations__), wanted, kind.__name__)
    tap.holds(set(corpus._SAMPLING) == sampling - {"flags"} | {"sampling_flags"}, corpus._SAMPLING)


def mypy(*arguments, **options):
    done = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--hide-error-context",
                           "--no-incremental", *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False, **options)
    if "No module named mypy" in done.stdout:
        raise tap.Skip("no mypy: run sh tests/run.sh all")
    return done


@tap.test("the package passes")
def _():
    done = mypy(os.path.join(PROJECT, "calib"))
    tap.equal(done.returncode, 0, done.stdout)


@tap.test("a user's program has the types that it expects, and its mistakes are found")
def _():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "user.py")
        with open(path, "w", encoding="utf-8") as file:
            file.write(USER)
        done = mypy(path, env=dict(os.environ, MYPYPATH=PROJECT))
    said = {}
    for number, words in re.findall(r"user\.py:(\d+): (?:error|note): (.*)", done.stdout):
        said[int(number)] = said.get(int(number), "") + words
    tap.holds(said, done.stdout)
    for number, line in enumerate(USER.splitlines(), 1):
        code, _, wanted = line.partition("  # ")
        word, _, rest = wanted.partition(" ")
        found = said.get(number, "")
        if word == "reveals":
            tap.equal(found, f'Revealed type is "{rest}"', code)
        elif word == "refused":
            tap.holds(rest in found, f"{code}: {found}")
        else:
            tap.equal(found, "", code)


tap.run()
