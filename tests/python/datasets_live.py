# SPDX-License-Identifier: MIT
"""A datasets.Dataset as a source, in its own order, and chats through the template of a model's folder."""
import importlib
import json
import pathlib
import shutil
import tempfile

import tap
from tokenizers_under_test import calib, claude_json

TEXTS = [f"text {i}: " + "x\u00e9" * (i % 7) for i in range(3000)]
CHATS = [[{"role": "user", "content": f"hi {i}"}, {"role": "assistant", "content": "Hello!\n"}] for i in range(5)]


def need(package):
    try:
        return importlib.import_module(package)
    except ImportError as error:
        raise tap.Skip(f"{error}: run sh tests/run.sh all") from None


def texts_of(**source):
    """The documents, which the byte tokenizer gives back."""
    with calib.Corpus(calib.bytes_tokenizer(), **source) as corpus:
        documents = [corpus.document(i) for i in range(corpus.info().n_documents)]
        stream = bytes(list(corpus.tokens(0, corpus.info().n_tokens)))
        return [stream[d.first_token:d.first_token + d.n_tokens].decode() for d in documents]


@tap.test("the texts are those of the dataset, after shuffle, select, sort, filter and concatenation")
def _():
    datasets = need("datasets")
    whole = datasets.Dataset.from_dict({"n": list(range(len(TEXTS))), "text": TEXTS, "other": TEXTS[::-1]})
    tap.equal(texts_of(source=whole), TEXTS)
    for made in (whole.shuffle(seed=3), whole.select(range(2999, 5, -7)), whole.shuffle(seed=4).select(range(2100)),
                 whole.sort("n", reverse=True), whole.filter(lambda row: row["n"] % 3 == 0),
                 whole.train_test_split(0.3, seed=1)["test"], whole.with_format("numpy"),
                 datasets.concatenate_datasets([whole.select([5, 1]), whole.shuffle(seed=9).select(range(4))])):
        wanted = list(made["text"])
        tap.holds(texts_of(source=made) == wanted, f"{len(wanted)} texts")
    made = whole.shuffle(seed=5)
    tap.holds(texts_of(source=made, field="other") == list(made["other"]), "another column")


@tap.test("a transform and an IterableDataset are read as they give their rows")
def _():
    datasets = need("datasets")
    whole = datasets.Dataset.from_dict({"text": TEXTS[:40]})
    upper = whole.with_transform(lambda batch: {"text": [text.upper() for text in batch["text"]]})
    tap.equal(texts_of(source=upper), [text.upper() for text in TEXTS[:40]])
    stream = whole.to_iterable_dataset().shuffle(seed=1, buffer_size=10)
    tap.equal(texts_of(source=stream), [row["text"] for row in stream])


@tap.test("a column that is missing or holds no texts is named; a DatasetDict asks for one of its tables")
def _():
    datasets = need("datasets")
    numbers = datasets.Dataset.from_dict({"text": [1, 2], "words": ["a", "b"]})
    for source, field, word in ((numbers, "text", "'text'"), (numbers, "nothing", "'nothing'"),
                                (datasets.DatasetDict(train=numbers), "words", "tables")):
        with tap.raises(TypeError) as caught:
            calib.Corpus(calib.bytes_tokenizer(), source=source, field=field)
        tap.holds(word in str(caught.error), str(caught.error))


TEMPLATE = "{{ bos_token }}{% for m in messages %}[{{ m['role'] }}] {{ m['content'] }}\n{% endfor %}"


def model_folder(folder):
    """A model's folder, with a tokenizer and a template of chats."""
    path = pathlib.Path(folder)
    shutil.copy(claude_json(), path / "tokenizer.json")
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "chat_template": TEMPLATE, "bos_token": "<EOT>"}
    (path / "tokenizer_config.json").write_text(json.dumps(settings))
    return path


def template_ids(path):
    tokenizer = need("transformers").AutoTokenizer.from_pretrained(path)
    made = [tokenizer.apply_chat_template(chat, tokenize=False) for chat in CHATS]
    return tokenizer, [tokenizer.encode(text, add_special_tokens=False) for text in made]


def ids_of(tokenizer, **source):
    with calib.Corpus(tokenizer, **source) as corpus:
        bounds = [corpus.document(i) for i in range(corpus.info().n_documents)]
        return [list(corpus.tokens(b.first_token, b.n_tokens)) for b in bounds], corpus.info().native


@tap.test("chats of lists, datasets and tables go through the template of the tokenizer, or of the model's folder")
def _():
    pyarrow, datasets, polars = need("pyarrow"), need("datasets"), need("polars")
    with tempfile.TemporaryDirectory() as folder:
        path = model_folder(folder)
        tokenizer, wanted = template_ids(path)
        rows = {"messages": CHATS, "n": list(range(len(CHATS)))}
        for opened in tokenizer, path, path / "tokenizer.json":
            for source in ([{"messages": chat} for chat in CHATS], datasets.Dataset.from_dict(rows),
                           pyarrow.table(rows), polars.DataFrame(rows)):
                tap.equal(ids_of(opened, source=source), (wanted, True), f"{type(source)} with {type(opened)}")
        shuffled = datasets.Dataset.from_dict(rows).shuffle(seed=2)
        tap.equal(ids_of(path, source=shuffled)[0], [wanted[n] for n in shuffled["n"]], "a shuffled one")


@tap.test("a folder without a template says what to do")
def _():
    with tempfile.TemporaryDirectory() as folder:
        path = model_folder(folder)
        (path / "tokenizer_config.json").unlink()
        with tap.raises(TypeError) as caught:
            calib.Corpus(path, source=[{"messages": CHATS[0]}])
        tap.holds("chat='chatml'" in str(caught.error), str(caught.error))


tap.run()
