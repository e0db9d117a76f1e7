# SPDX-License-Identifier: MIT
"""Hugging Face's tokenizers in Python: opened natively where the ids are proven equal, else called, and
the ids are theirs either way."""
import copy
import functools
import os
import pathlib
import sys
import tempfile
from unittest import mock

import tokenizers

import tap
import tokenizers_under_test
from corpora import builtin
from tokenizers_under_test import MODEL, calib, claude_json, llama

TEXT = ("One row, two rows.\n\n  <EOT>  \u00e9\u0301 \u6570 it's <META> 12345\t</s> a<s>b\n" * 20 +
        builtin().decode()[:50000])
FILES = pathlib.Path(os.environ["CALIB_TOKENIZERS"])


def claude():
    return tokenizers.Tokenizer.from_file(claude_json())


ids_of = functools.partial(tokenizers_under_test.ids_of, TEXT)
check = functools.partial(tokenizers_under_test.check_ids, TEXT)


@tap.test("a tokenizers.Tokenizer is native, wrapped or not")
def _():
    inner = claude()
    wanted = inner.encode(TEXT).ids
    check(inner, wanted)
    check(calib.HuggingFace(inner), wanted)
    check(calib.HuggingFace(inner, native=False), wanted, "native is False")


@tap.test("encode_special_tokens is obeyed, also if it is set later")
def _():
    inner = claude()
    wrapped, read = calib.HuggingFace(inner), inner.encode(TEXT).ids
    check(wrapped, read)
    inner.encode_special_tokens = True
    plain = inner.encode(TEXT).ids
    tap.holds(plain != read, "it changes ids")
    check(wrapped, plain)


@tap.test("a tokenizer that changes after it was wrapped is opened again, else not")
def _():
    inner = claude()
    wrapped = calib.HuggingFace(inner)
    first, _ = wrapped.open_native()
    tap.holds(wrapped.open_native()[0] is first, "it is opened once")
    inner.add_tokens(["two rows"])
    check(wrapped, inner.encode(TEXT).ids)
    tap.holds(wrapped.open_native()[0] is not first, "it is opened again")


@tap.test("truncation and padding are refused whenever they are set; of a file they are ignored")
def _():
    inner = claude()
    wrapped = calib.HuggingFace(inner)
    for enable, disable in ((lambda: inner.enable_truncation(9), inner.no_truncation),
                            (lambda: inner.enable_padding(length=9), inner.no_padding)):
        enable()
        for use in (lambda: ids_of(wrapped), lambda: calib.HuggingFace(inner), lambda: ids_of(inner)):
            with tap.raises(ValueError):
                use()
        disable()
    wanted = inner.encode(TEXT).ids
    check(wrapped, wanted)
    inner.enable_truncation(9)
    with tempfile.TemporaryDirectory() as folder:
        inner.save(os.path.join(folder, "tokenizer.json"))
        check(folder, wanted)


@tap.test("a path, a folder and a TokenizerJson; what it tells")
def _():
    inner = claude()
    wanted = inner.encode(TEXT).ids
    for path in claude_json(), pathlib.Path(claude_json()), os.path.dirname(claude_json()):
        check(path, wanted)
    with open(claude_json(), "rb") as file:
        content = file.read()
    for json_ in content, content.decode():
        check(calib.TokenizerJson(json=json_), wanted)
    inner.encode_special_tokens = True
    check(calib.TokenizerJson(claude_json(), plain=True), inner.encode(TEXT).ids)
    opened = calib.TokenizerJson(claude_json())
    tap.equal(opened.why_whole(), None)
    tap.holds(opened.describe(), "its description")


@tap.test("a tokenizer like BERT's is native")
def _():
    words = tokenizers.pre_tokenizers.BertPreTokenizer().pre_tokenize_str(TEXT.lower())
    vocabulary = {"[UNK]": 0, **{word[0]: 1 for word, _ in words}, **{"##" + word[1:]: 1 for word, _ in words}}
    vocabulary = {text: id for id, text in enumerate(vocabulary)}
    inner = tokenizers.Tokenizer(tokenizers.models.WordPiece(vocabulary, unk_token="[UNK]"))
    inner.normalizer = tokenizers.normalizers.BertNormalizer()
    inner.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    wanted = inner.encode(TEXT).ids
    tap.holds(len(set(wanted)) > 4, "the words are known")
    check(inner, wanted)


@tap.test("a file that is refused is called through tokenizers, and info tells why")
def _():
    inner = tokenizers.Tokenizer(tokenizers.models.WordLevel({"One": 0, "?": 1}, unk_token="?"))
    inner.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    wanted = inner.encode(TEXT).ids
    check(inner, wanted, "WordLevel")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "tokenizer.json")
        inner.enable_truncation(9)
        inner.save(path)
        check(path, wanted, "WordLevel")
        check(folder, wanted, "WordLevel")
        with mock.patch.dict(sys.modules, tokenizers=None), tap.raises(calib.Error) as caught:
            ids_of(path)
        tap.equal(caught.error.name, "CALIB_E_UNSUPPORTED")
        with open(path, "w", encoding="utf-8") as file:
            file.write('{"version": "1.0", "model": {}}')
        with tap.raises(calib.Error) as caught:
            ids_of(path)
        tap.equal(caught.error.name, "CALIB_E_MODEL")


class Lower:
    def normalize(self, normalized):
        normalized.lowercase()


@tap.test("parts that are written in Python are called")
def _():
    inner = claude()
    inner.normalizer = tokenizers.normalizers.Normalizer.custom(Lower())
    check(inner, inner.encode(TEXT).ids, "Python")


@tap.test("another version of tokenizers is called")
def _():
    inner = claude()
    wanted = inner.encode(TEXT).ids
    with mock.patch.object(tokenizers, "__version__", "0.21.1"):
        check(inner, wanted, "0.21.1")
    check(inner, wanted)


@tap.test("without libcalib-tokenizer-json the tokenizer is called")
def _():
    inner = claude()
    wanted = inner.encode(TEXT).ids
    with mock.patch.dict(calib.library._adapters, clear=True), \
            mock.patch.dict(os.environ, CALIB_TOKENIZER_JSON_LIBRARY="/no/library.so"):
        check(inner, wanted, "/no/library.so")
        check(claude_json(), wanted, "/no/library.so")


@tap.test("other tokenizers: info tells where their ids come from")
def _():
    class Bytes(calib.Tokenizer):
        def encode(self, text, special):
            return list(text.encode())
    check(Bytes(), TEXT.encode(), "written in Python")
    check(calib.bytes_tokenizer(), TEXT.encode())
    tap.equal(ids_of(MODEL)[1].native, True)


@tap.test("transformers: BOS, EOS, split_special_tokens and special ids are those of its encode()")
def _():
    for options in ({}, {"add_eos_token": True}, {"split_special_tokens": True}):
        inner = llama(**options)
        check(inner, inner.encode(TEXT))
    inner = llama()
    inner.add_bos_token = False
    check(inner, inner.encode(TEXT))
    rows = [calib.load(calib.HuggingFace(inner, native=native), 0, 64, 1, text=TEXT,
                       bos=calib.BOS_OVERWRITE, flags=calib.NO_TOKEN_STORE).tolist()
            for native in (True, False)]
    tap.holds(rows[0] == rows[1] and all(row[0] == 1 for row in rows[0]), "BOS over the first token")
    wanted = inner.encode(TEXT)
    inner.backend_tokenizer.enable_truncation(9)  # transformers undoes it in each call
    check(inner, wanted)


@tap.test("transformers: a class that encodes in its own way is called")
def _():
    kind = type(llama())

    class Own(kind):
        def _encode_plus(self, text, *arguments, **options):
            return super()._encode_plus(text.upper(), *arguments, **options)
    inner = llama()
    inner.__class__ = Own
    check(inner, llama().encode(TEXT.upper()), "_encode_plus")
    inner = llama()
    inner.encode = lambda text, **_: [1, 2, 3]
    check(inner, [1, 2, 3], "encode()")


@tap.test("mlx-lm's wrapper is native")
def _():
    try:
        from mlx_lm.tokenizer_utils import TokenizerWrapper
    except ImportError as error:
        raise tap.Skip("no mlx-lm: sh tests/run.sh all installs it") from error
    inner = llama()
    check(TokenizerWrapper(inner), inner.encode(TEXT))


@tap.test("published files give the ids of tokenizers, through the path and through the object")
def _():
    names = sorted(path.parent.name for path in FILES.glob("*/tokenizer.json"))
    tap.holds(len(names) >= 3, f"{names} in {FILES}: run tests/tokenizer_json/files.py")
    for name in names:
        path = FILES / name / "tokenizer.json"
        inner = tokenizers.Tokenizer.from_file(str(path))
        inner.no_truncation()
        inner.no_padding()
        wanted = inner.encode(TEXT).ids
        for tokenizer in path, inner:
            check(tokenizer, wanted)
        tap.note(f"{name}: {len(wanted)} ids equal")


@functools.lru_cache(None)  # it takes seconds
def mistral():
    """A MistralTokenizer of mistral-common."""
    try:
        from mistral_common.tokens.tokenizers.mistral import MistralTokenizer
    except ImportError as error:
        raise tap.Skip(f"{error}: sh tests/run.sh all installs what mistral_common needs") from error
    return MistralTokenizer.v3(is_tekken=True)


def tekkenizer():
    """A Tekkenizer, which may be changed."""
    return copy.copy(mistral().instruct_tokenizer.tokenizer)


@tap.test("a tekken.json opens by its path and folder; tokenizer.json goes first")
def _():
    path = os.path.join(os.path.dirname(MODEL), "tekken_240911.json")
    opened = calib.TokenizerJson(path)
    tap.holds("ignored: image" in opened.describe(), opened.describe())
    wanted, info = ids_of(opened)
    tap.holds(info.native and wanted[0] == 1 and min(wanted[1:]) >= 1000, "BOS and no special token")
    check(calib.TokenizerJson(path, special=False), wanted[1:])
    with tempfile.TemporaryDirectory() as folder:
        os.symlink(path, os.path.join(folder, "tekken.json"))
        check(folder, wanted)
        os.symlink(claude_json(), os.path.join(folder, "tokenizer.json"))
        check(folder, claude().encode(TEXT).ids)
        check(os.path.join(folder, "tekken.json"), wanted)


@tap.test("mistral-common's tokenizers are native, wrapped or not, and what they become")
def _():
    inner = tekkenizer()
    wanted = inner.encode(TEXT, bos=True, eos=False)
    for tokenizer in inner, calib.Mistral(inner), mistral():
        check(tokenizer, wanted)
    check(calib.Mistral(inner, native=False), wanted, "native is False")
    wrapped = calib.Mistral(inner)
    first, _ = wrapped.open_native()
    tap.holds(wrapped.open_native()[0] is first, "it is opened once")
    tap.equal([wrapped.special_id(which) for which in range(5)], [1, 2, 11, 0, -1])
    calls = []
    inner.encode = lambda text, bos, eos: calls.append((bos, eos)) or [5, 6, 7]
    check(inner, [5, 6, 7], "its own encode()")
    tap.equal(set(calls), {(True, False)}, "how it is called")


@tap.test("mistral-common's tokenizers of other classes and versions are called")
def _():
    inner = tekkenizer()
    wanted = inner.encode(TEXT, bos=True, eos=False)

    class Own(type(inner)):
        pass
    with mock.patch("importlib.metadata.version", lambda name: "0.13.0"):
        check(inner, wanted, "0.13.0")
    inner.__class__ = Own
    check(inner, wanted, "Own")
    inner = tekkenizer()
    inner._model = copy.copy(inner._model)
    inner._model._pat_str += "|x"
    check(inner, wanted, "config.pattern")
    del inner._model._pat_str
    check(inner, wanted, "not where they are")


def refused(path, name, *words):
    """The error has this name, and each of the words once."""
    with tap.raises(calib.Error) as caught:
        ids_of(path)
    tap.equal(caught.error.name, name)
    message = str(caught.error)
    tap.holds(all(message.count(word) == 1 for word in words), message)


@tap.test("a folder without a tokenizer is named")
def _():
    with tempfile.TemporaryDirectory() as folder:
        refused(folder, "CALIB_E_NOT_FOUND", f"no tokenizer.json in the folder {folder}:")


@tap.test("parts of tokenizers are named, and what is made of them is native")
def _():
    with tempfile.TemporaryDirectory() as folder:
        at = lambda name: os.path.join(folder, name)
        trained = tokenizers.ByteLevelBPETokenizer()
        trained.train_from_iterator(["the other thing and the end"] * 9, vocab_size=300)
        trained.save_model(folder)
        words = tokenizers.BertWordPieceTokenizer()
        words.train_from_iterator(["the other thing and the end"] * 9, vocab_size=60)
        words.save_model(folder)
        for name, remedy in (("vocab.json", "ByteLevelBPETokenizer"), ("merges.txt", "ByteLevelBPETokenizer"),
                             ("vocab.txt", "BertWordPieceTokenizer")):
            refused(at(name), "CALIB_E_MODEL", at(name) + ": ", f"but {name},", f"tokenizers.{remedy}(")
        refused(folder, "CALIB_E_NOT_FOUND", folder, "but merges.txt:", "tokenizers.ByteLevelBPETokenizer(")
        made = tokenizers.ByteLevelBPETokenizer(at("vocab.json"), at("merges.txt"))
        made.save(at("tokenizer.json"))
        check(folder, trained.encode(TEXT).ids)


tap.run()
