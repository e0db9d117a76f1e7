# SPDX-License-Identifier: MIT
"""Documents and their ids against `datasets`, transformers, pyarrow, polars and DuckDB, live."""
import contextlib
import gzip
import hashlib
import importlib
import json
import pathlib
import pickle
import struct
import subprocess
import tempfile

import sentencepiece
import tokenizers

import tap
from tokenizers_under_test import MODEL, adapter, calib, claude_json

TEXTS = ["one", "", "two  words\n", "tabs\tand \"quotes\" \\ /", "\u00e9\u0301 \u4f60\u597d \U0001f469\u200d\U0001f4bb",
         "a\r\nb\rc\n\n\nd", "NUL \0 inside", " begins with a space", "x" * 70000, "</s> spelled <s>"]
RECORDS = [json.dumps({"id": i, "text": text}, ensure_ascii=i % 2 == 0) for i, text in enumerate(TEXTS)]


def need(package):
    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise tap.Skip(f"{error}: run sh tests/run.sh all") from None


def pairs():
    """(name, calib's tokenizer, its reference: text to ids)."""
    claude = tokenizers.Tokenizer.from_file(claude_json())
    model = sentencepiece.SentencePieceProcessor(model_file=MODEL)
    return [("tokenizer.json", claude_json(), lambda text: claude.encode(text).ids),
            ("SentencePiece", adapter(bos=False), model.encode)]


def ids_of(corpus):
    """The ids of each document."""
    n = corpus.info().n_documents
    bounds = [corpus.document(i) for i in range(n)]
    return [list(corpus.tokens(b.first_token, b.n_tokens)) for b in bounds]


def check(wanted, tokenizer, **source):
    with calib.Corpus(tokenizer, **source) as corpus:
        found = ids_of(corpus)
        tap.equal(len(found), len(wanted), "the number of documents")
        for i, (is_, expected) in enumerate(zip(found, wanted)):
            tap.holds(is_ == expected, f"document {i}: {is_[:20]}, expected {expected[:20]}")
        return corpus.source(0)


@contextlib.contextmanager
def folder():
    with tempfile.TemporaryDirectory() as path:
        yield pathlib.Path(path)


def zstd_of(data):
    return subprocess.run(["zstd", "-q", "-c"], input=data, stdout=subprocess.PIPE, check=True).stdout


FILES = {
    "a.jsonl": lambda lines: "\n".join(lines).encode() + b"\n",
    "no-end.jsonl": lambda lines: "\n".join(lines).encode(),
    "crlf.jsonl": lambda lines: "\r\n".join(lines).encode() + b"\r\n",
    "a.jsonl.gz": lambda lines: gzip.compress("\n".join(lines[:4]).encode() + b"\n")
    + gzip.compress("\n".join(lines[4:]).encode()),
    "a.jsonl.zst": lambda lines: zstd_of("\n".join(lines).encode()),
}


def against_datasets(name, make):
    datasets = need("datasets")
    with folder() as path:
        file = path / name
        file.write_bytes(make(RECORDS))
        cache = path / "cache"
        table = datasets.load_dataset("json", data_files=str(file), cache_dir=str(cache))["train"]
        for kind, tokenizer, reference in pairs():
            wanted = [reference(text) for text in table["text"]]
            tap.equal(len(wanted), len(TEXTS), "the rows of the dataset")
            info = check(wanted, tokenizer, source=str(file), documents="jsonl")
            tap.equal(info.n_records, len(TEXTS), f"{kind}: records")
            parts = [struct.pack("<Q", len(text.encode())) + text.encode() for text in table["text"]]
            tap.equal(bytes(info.text_sha256), hashlib.sha256(b"".join(parts)).digest(), "the texts")


for name, make in FILES.items():
    tap.test(f"{name}: the ids and documents of load_dataset('json')")(
        lambda name=name, make=make: against_datasets(name, make))


@tap.test("a byte order mark and an array: the ids of each text")
def _():
    with folder() as path:
        for kind, tokenizer, reference in pairs():
            wanted = [reference(text) for text in TEXTS]
            (path / "bom.jsonl").write_bytes(b"\xef\xbb\xbf" + "\n".join(RECORDS).encode())
            (path / "a.json").write_text("[" + ",\n ".join(RECORDS) + "]", encoding="utf-8")
            check(wanted, tokenizer, source=path / "bom.jsonl", documents="jsonl")
            check(wanted, tokenizer, source=path / "a.json", documents="json")


@tap.test("a lone surrogate is malformed")
def _():
    with folder() as path:
        lines = [RECORDS[0], r'{"text": "\ud800"}', RECORDS[3]]
        (path / "a.jsonl").write_text("\n".join(lines))
        try:
            calib.Corpus(claude_json(), source=path / "a.jsonl", documents="jsonl")
        except calib.Error as error:
            tap.equal(error.name, "CALIB_E_RECORD")
            tap.holds("line 2" in str(error), str(error))
        else:
            raise AssertionError("it was taken")
        with calib.Corpus(claude_json(), source=path / "a.jsonl", documents="jsonl",
                          skip_malformed=True) as corpus:
            tap.equal((corpus.source(0).n_malformed, corpus.info().n_documents), (1, 2))


@tap.test("lazy documents are those of an eager corpus")
def _():
    rows = dict(sampler="documents", pad=0)
    for kind, tokenizer, reference in pairs():
        for source in (TEXTS, [{"text": text} for text in TEXTS]):
            with calib.Corpus(tokenizer, source=source) as eager, \
                    calib.Corpus(tokenizer, source=source, lazy=True) as lazy:
                tap.equal((lazy.info().n_tokens, lazy.document(0).n_tokens), (2**64 - 1,) * 2)
                tap.equal(lazy.sample(0, 16, 1, **rows).tolist(), eager.sample(0, 16, 1, **rows).tolist())
        with calib.Corpus(tokenizer, source=TEXTS, lazy=True) as lazy:
            tap.equal(list(lazy.tokens(0, 3)), [id for text in TEXTS for id in reference(text)][:3])
            tap.equal(lazy.info().n_tokens, sum(len(reference(text)) for text in TEXTS))


@tap.test("what render raises is raised when its lazy document is sampled")
def _():
    def render(record):
        raise ZeroDivisionError(record["text"])
    with folder() as path:
        (path / "a.jsonl").write_text('{"text": "one"}\n')
        with calib.Corpus(claude_json(), source=path / "a.jsonl", documents="jsonl", render=render,
                          lazy=True) as corpus:
            try:
                corpus.sample(1, 4, 1)
            except ZeroDivisionError as error:
                tap.equal(str(error), "one")
            else:
                raise AssertionError("nothing was raised")


@tap.test("lists and generators of str and dict")
def _():
    for kind, tokenizer, reference in pairs():
        wanted = [reference(text) for text in TEXTS]
        check(wanted, tokenizer, source=TEXTS)
        check(wanted, tokenizer, source=({"text": text} for text in TEXTS))
        check(wanted, tokenizer, source=[{"prompt": text} for text in TEXTS], field="prompt")


@tap.test("a tokenizer written in Python gets an empty text as one")
def _():
    class Ends(calib.Tokenizer):
        def encode(self, text, special):
            return [*text.encode(), 300]

    for how, ids in (({}, [300, 300]), ({"join": ""}, [300]), ({"join": " "}, [32, 300])):
        with calib.Corpus(Ends(), source=["", ""], **how) as corpus:
            tap.equal(list(corpus.tokens(0, len(ids))), ids, str(how))


@tap.test("what an iterable raises is raised, at each of its items")
def _():
    def items(at):
        for i, text in enumerate(TEXTS):
            if i == at:
                raise ZeroDivisionError(f"item {i}")
            yield text
    for at in range(1, len(TEXTS)):
        try:
            calib.Corpus(claude_json(), source=items(at))
        except ZeroDivisionError as error:
            tap.equal(str(error), f"item {at}")
        else:
            raise AssertionError(f"item {at} did not raise")
    for wrong in [1], [{"other": "x"}], [{"text": 3}]:
        try:
            calib.Corpus(claude_json(), source=wrong)
        except TypeError:
            continue
        raise AssertionError(f"{wrong} was taken")


def tables():
    """Names and objects with __arrow_c_stream__: a column of texts, plain and as a dictionary."""
    texts = [text for text in TEXTS if "\0" not in text]
    return texts, {
        "pyarrow table": lambda: need("pyarrow").table({"n": list(range(len(texts))), "text": texts}),
        "pyarrow chunks": lambda: need("pyarrow").Table.from_batches(
            need("pyarrow").table({"text": texts}).to_batches(max_chunksize=3)),
        "pyarrow large_string": lambda: need("pyarrow").table(
            {"text": need("pyarrow").array(texts, need("pyarrow").large_string())}),
        "pyarrow string_view": lambda: need("pyarrow").table(
            {"text": need("pyarrow").array(texts, need("pyarrow").string_view())}),
        "pyarrow dictionary": lambda: need("pyarrow").table(
            {"text": need("pyarrow").array(texts).dictionary_encode()}),
        "polars": lambda: need("polars").DataFrame({"text": texts, "n": range(len(texts))}),
        "duckdb": lambda: need("duckdb").from_arrow(need("pyarrow").table({"text": texts})),
    }


for name, make in tables()[1].items():
    def _(make=make):
        texts, table = tables()[0], make()
        for kind, tokenizer, reference in pairs():
            check([reference(text) for text in texts], tokenizer, source=table, field="text")
    tap.test(f"{name}: the rows of its JSONL")(_)


CHATML = ("{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n"
          "{% endfor %}")
CHATS = [[{"role": "user", "content": "hi"}, {"role": "assistant", "content": "Hello! <b>"}],
         [{"role": "system", "content": ""}], [{"role": "user", "content": "\u00e9\n\n x"}]]


def chat_tokenizer():
    transformers = need("transformers")
    inner = tokenizers.Tokenizer.from_file(claude_json())
    inner.add_special_tokens(["<|im_start|>", "<|im_end|>"])
    made = transformers.PreTrainedTokenizerFast(tokenizer_object=inner)
    made.chat_template = CHATML
    return made


def template_ids(tokenizer):
    made = [tokenizer.apply_chat_template(chat, tokenize=True) for chat in CHATS]
    return [list(getattr(ids, "input_ids", None) or (ids["input_ids"] if isinstance(ids, dict) else ids))
            for ids in made]


@tap.test("messages go through the tokenizer's chat template")
def _():
    tokenizer = chat_tokenizer()
    wanted = template_ids(tokenizer)
    check(wanted, tokenizer, source=[{"messages": chat} for chat in CHATS])
    with folder() as path:
        lines = [json.dumps({"messages": chat}) for chat in CHATS]
        (path / "chats.jsonl").write_text("\n".join(lines))
        check(wanted, tokenizer, source=path / "chats.jsonl", documents="jsonl", chat="template")
        check(wanted, tokenizer, source=path / "chats.jsonl", documents="jsonl", chat="chatml",
              specials="none")
    table = need("pyarrow").table({"messages": CHATS})
    check(wanted, tokenizer, source=table, chat="template")
    import datetime
    dated = [[dict(message, when=datetime.datetime(2026, 1, 1)) for message in chat] for chat in CHATS]
    table = need("pyarrow").table({"messages": dated, "blob": [b"\xff"] * len(CHATS)})
    check(wanted, tokenizer, source=table, chat="chatml", specials="none")


def refused(kind, parts, **source):
    try:
        calib.Corpus(source.pop("tokenizer", calib.bytes_tokenizer()), **source)
    except kind as error:
        for part in parts:
            tap.holds(part in str(error), f"{part!r} is not in {error}")
    else:
        raise AssertionError(f"{source} was taken")


@tap.test("wrong keywords are refused with what is expected")
def _():
    refused(TypeError, ["sources", "list of dict", "str"], sources=["a.txt"])
    refused(TypeError, ["sources", "list of dict", "dict"], sources={"source": "a.txt"})
    refused(ValueError, ["reader", "bz2", "gzip", "zstd"], source="builtin", reader="bz2")
    refused(ValueError, ["documents", "callback", "jsonl"], source="builtin", documents="callback")
    refused(TypeError, ["append_missing", "append_id"], source=["x"], append_missing=True)


@tap.test("chat of iterables and tables")
def _():
    chats = [{"messages": chat} for chat in CHATS]
    refused(ValueError, ["chatml", "template", "jsonl"], source=chats, chat="chatml")
    refused(ValueError, ["chat", "other", "template"], source=chats, chat="other")
    refused(TypeError, ["apply_chat_template"], source=chats, chat="template")
    table = need("pyarrow").table({"messages": CHATS, "n": list(range(len(CHATS)))})
    refused(calib.Error, ["messages", "chat='chatml'"], source=table)
    tokenizer = chat_tokenizer()
    check(template_ids(tokenizer), tokenizer, source=chats, chat="template")


@tap.test("short_rows and pad_id are those of calib_sampling")
def _():
    ask = dict(source=["ab", "abcdef"], sampler="documents")
    rows = calib.load(calib.bytes_tokenizer(), 2, 4, 1, short_rows=1, pad_id=7, **ask)
    tap.equal(rows.tolist(), calib.load(calib.bytes_tokenizer(), 2, 4, 1, pad=7, **ask).tolist())
    tap.equal(rows[0], [97, 98, 7, 7])
    tap.equal((rows.n_sources, rows.source_rows, rows.source_asked, rows.source_available),
              (1, [2], None, None))


@tap.test("a mapping and an open file are no documents")
def _():
    with folder() as path:
        (path / "a.txt").write_text("a\nb\n")
        with open(path / "a.txt", encoding="utf-8") as file:
            for wrong in {"train": ["a"]}, file:
                try:
                    calib.Corpus(claude_json(), source=wrong)
                except TypeError as error:
                    tap.holds("source is a" in str(error), str(error))
                else:
                    raise AssertionError(f"{wrong} was taken")


@tap.test("what a chat template gives is not stored: it depends on more than its text")
def _():
    tokenizer = chat_tokenizer()
    with folder() as path:
        (path / "chats.jsonl").write_text(json.dumps({"messages": CHATS[0]}))
        given = {"source": path / "chats.jsonl", "documents": "jsonl", "chat": "template",
                 "cache_dir": path / "cache"}
        for _ in range(2):
            with calib.Corpus(tokenizer, **given) as corpus:
                tap.equal(corpus.info().token_store, 0, "the state of the store")


@tap.test("several sources by weight, rows of documents, padding")
def _():
    sources = [{"source": TEXTS[:3], "weight": 1}, {"source": ["abc def ghi"] * 8, "weight": 2}]
    rows = calib.load(calib.bytes_tokenizer(), 6, 4, 1, sources=sources, sampler="documents-split", pad=0)
    tap.equal((len(rows), sorted(set(rows.sources))), (6, [0, 1]))
    tap.equal((rows.n_sources, rows.source_asked, rows.source_rows), (2, [2, 4], [2, 4]))
    tap.equal(len(rows.source_available), 2)
    tap.equal(pickle.loads(pickle.dumps(rows)).source_asked, [2, 4])
    tap.equal(rows.sources, sorted(rows.sources))
    tap.holds(all(0 < n <= 4 for n in rows.lengths), rows.lengths)
    short = [i for i, n in enumerate(rows.lengths) if n < 4]
    tap.holds(short and all(rows[i][rows.lengths[i]:] == [0] * (4 - rows.lengths[i]) for i in short),
              "short rows are padded")


tap.run()
