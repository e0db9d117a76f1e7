# SPDX-License-Identifier: MIT
"""Tokenizers of sentencepiece and tiktoken, and functions: the ids are theirs, natively where they are proven
equal."""
import base64
import io
import json
import os
import pickle
import tempfile
from unittest import mock

import numpy as np
import sentencepiece

import tap
from corpora import builtin
from tokenizers_under_test import MODEL, calib, check_ids

TEXT = ("One row, two rows.\n\n  \u00e9\u0301 \u6570 it's 12345\t</s> a<s>b \u2581x\n" * 20 +
        builtin().decode()[:50000])
DATA = os.path.dirname(MODEL)


def processor(name="tokenizer.model.v1", **options):
    return sentencepiece.SentencePieceProcessor(model_file=os.path.join(DATA, name), **options)


def check(tokenizer, wanted, why=None, text=TEXT):
    check_ids(text, tokenizer, wanted, why)


@tap.test("SentencePieceProcessors are native, with their options")
def _():
    models = sorted(name for name in os.listdir(DATA) if ".model." in name)
    tap.holds(len(models) >= 4, models)
    for name in models:
        inner = processor(name)
        check(inner, inner.encode(TEXT))
    for options in ({"add_bos": True}, {"add_eos": True}, {"add_bos": True, "add_eos": True}, {"out_type": str},
                    {"num_threads": 2}):
        inner = processor(**options)
        check(inner, inner.encode(TEXT, out_type=int))
    pickled = pickle.loads(pickle.dumps(processor()))
    check(pickled, pickled.encode(TEXT))


@tap.test("processors with other options, of other classes and versions are called")
def _():
    inner = processor(reverse=True)
    check(inner, inner.encode(TEXT), "reverse")
    inner = processor()
    check(calib.Processor(inner, native=False), inner.encode(TEXT), "native is False")
    with mock.patch.object(sentencepiece, "__version__", "0.1.99"):
        check(inner, inner.encode(TEXT), "0.1.99")

    class Own(sentencepiece.SentencePieceProcessor):
        def encode(self, text, **options):
            return [5, 6, 7]
    check(Own(model_file=MODEL), [5, 6, 7], "Own")
    inner.encode = lambda text, **options: [8, 9]
    check(inner, [8, 9], "its own encode()")


@tap.test("an option that is changed later is obeyed; the model is opened once")
def _():
    inner = processor()
    wrapped = calib.Processor(inner)
    first, _ = wrapped.open_native()
    tap.holds(wrapped.open_native()[0] is first, "it is opened once")
    inner._add_bos = True
    check(wrapped, inner.encode(TEXT))
    tap.equal(inner.encode("a")[0], 1, "BOS")


def trained(**options):
    model = io.BytesIO()
    texts = ["the other thing and the end of the thing"] * 9
    sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(texts), model_writer=model, vocab_size=24,
                                             hard_vocab_limit=False, minloglevel=2, **options)
    return sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())


@tap.test("models that versions read in different ways are called, as are those that are encoded whole")
def _():
    text = "the end of the other thing " * 99
    for options, why in (({"model_type": "unigram"}, "unigram"),
                         ({"model_type": "bpe", "control_symbols": ["x"]}, "control symbol"),
                         ({"model_type": "bpe", "bos_id": -1}, None)):
        inner = trained(**options)
        check(inner, inner.encode(text), why, text)
    inner = trained(model_type="bpe", bos_id=-1)
    inner._add_bos = True
    wrapped = calib.Processor(inner)
    tap.equal(wrapped.open_native(), (None, "its model has no BOS"))
    with mock.patch.object(type(inner), "is_unused", lambda self, ids: [True] * len(ids)):
        tap.equal(wrapped.open_native()[0], None)
        tap.holds("unused" in calib.Processor(trained(model_type="bpe")).open_native()[1], "the reason")


@tap.test("a sampling processor is called, and its tokens are not stored")
def _():
    inner = trained(model_type="unigram")
    sampling = sentencepiece.SentencePieceProcessor(model_proto=inner.serialized_model_proto(), enable_sampling=True,
                                                    nbest_size=-1, alpha=0.1)
    tap.equal((calib.Processor(sampling).fingerprint(), calib.Processor(sampling).open_native()[1]),
              (None, "it encodes with sampling"))
    prints = {calib.Processor(one).fingerprint()
              for one in (inner, processor(), processor(add_bos=True), processor(reverse=True))}
    tap.equal((len(prints), {len(one) for one in prints}), (4, {32}), "the fingerprints")


@tap.test("special ids are those of the processor")
def _():
    inner = processor()
    tap.equal([calib.Processor(inner).special_id(which) for which in range(5)], [1, 2, -1, 0, -1])
    rows = calib.load(inner, 4, 16, 1, text=TEXT, bos=calib.BOS_OVERWRITE)
    tap.equal({row[0] for row in rows}, {inner.bos_id()})


def encoding():
    """A tiktoken.Encoding with the ranks of tekken.json."""
    try:
        import tiktoken
    except ImportError as error:
        raise tap.Skip(f"{error}: run sh tests/run.sh all") from None
    with open(os.path.join(DATA, "tekken_240911.json"), encoding="utf-8") as file:
        tekken = json.load(file)
    ranks = {base64.b64decode(token["token_bytes"]): token["rank"] for token in tekken["vocab"][:50000]}
    return tiktoken.Encoding("test", pat_str=tekken["config"]["pattern"], mergeable_ranks=ranks,
                             special_tokens={"<|endoftext|>": 50000})


@tap.test("a tiktoken.Encoding is called, and reads special tokens as text; its tokens are stored")
def _():
    inner, text = encoding(), TEXT + "<|endoftext|>"
    wanted = inner.encode(text, disallowed_special=())
    check(inner, wanted, "tiktoken", text)
    wrapped = calib.Tiktoken(inner)
    tap.equal((wrapped.vocab_size, wrapped.special_id(1), wrapped.special_id(0)), (50001, 50000, -1))
    with tempfile.TemporaryDirectory() as cache:
        for state in 2, 1:  # miss, hit
            with calib.Corpus(inner, text=text, cache_dir=cache) as corpus:
                tap.equal(corpus.info().token_store, state, "the store")
                tap.equal(list(corpus.tokens(0, len(wanted))), wanted, "the ids")


@tap.test("an encoding of a class of its own has no fingerprint")
def _():
    inner = encoding()

    class Own(type(inner)):
        def encode_ordinary(self, text):
            return [3, 4]
    inner.__class__ = Own
    check(inner, [3, 4], "tiktoken")
    tap.equal(calib.Tiktoken(inner).fingerprint(), None)


@tap.test("functions from str to ids: lists, generators, arrays; nothing is stored")
def _():
    inner = processor()
    wanted = inner.encode(TEXT)
    for function in (inner.encode, lambda text: tuple(wanted), lambda text: iter(wanted),
                     lambda text: np.array(wanted, np.int64)):
        check(function, wanted, "it is a function")
    with tempfile.TemporaryDirectory() as cache, calib.Corpus(inner.encode, text=TEXT, cache_dir=cache) as corpus:
        tap.equal((corpus.info().has_fingerprint, corpus.info().token_store), (0, 0))


@tap.test("a function that gives no ids is refused; what it raises is raised")
def _():
    for function, error in ((lambda text: text, TypeError), (lambda text: None, TypeError),
                            (lambda text: [[1]], TypeError), (lambda text: [-1], calib.TokenizerError),
                            (lambda text: 1 / 0, ZeroDivisionError)):
        with tap.raises(error):
            calib.load(function, 1, 1, 1, text="a b")


tap.run()
