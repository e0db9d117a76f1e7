# SPDX-License-Identifier: MIT
"""The ids and rows of llama.cpp, from against_llama.txt, by the tokenizer.json of the same family, without llama.cpp.

Of SentencePiece's merges the tests have no published file with the vocabulary that llama.cpp has; the other
vocabularies have no counterpart either."""
import hashlib
import os
import pathlib

import tap
from tokenizers_under_test import ROOT, calib

HERE = pathlib.Path(__file__).resolve().parent
# Vocabulary of llama.cpp: folder of tests/tokenizer_json/files.py.
FAMILIES = {"llama-bpe": "llama3_1", "qwen2": "qwen3", "bert-bge": "minilm"}
# llama.cpp loses vowels and final consonants of Korean syllables, which Hugging Face's normalizer decomposes.
DIFFERENT = {("bert-bge", "languages-world")}


def lines_of(vocabulary):
    lines = (HERE / "against_llama.txt").read_text(encoding="utf-8").splitlines()
    return [line.split()[1:] for line in lines if line.split()[0] == vocabulary]


def ids_of(corpus, what):
    if what == "ids":
        return corpus.tokens(0, corpus.info().n_tokens)
    return corpus.sample(0, 512, 0, sampler="imatrix").view()


def add(vocabulary, folder):
    @tap.test(f"{vocabulary}: the ids and rows of llama.cpp by {folder}/tokenizer.json")
    def _():
        path = pathlib.Path(os.environ["CALIB_TOKENIZERS"], folder)
        if not path.exists():
            raise tap.Skip(f"no {folder}: run tests/tokenizer_json/files.py all")
        # As llama-imatrix without --parse-special.
        tokenizer = calib.TokenizerJson(path, plain=True)
        lines = lines_of(vocabulary)
        tap.holds(len(lines) >= 4, f"{len(lines)} lines")
        for text, what, n, digest in lines:
            location = pathlib.Path(ROOT, "lib", "text", "builtin", f"{text}.txt")
            with calib.Corpus(tokenizer, source=str(location)) as corpus:
                data = bytes(ids_of(corpus, what))
            found = [len(data) // 4, hashlib.sha256(data).hexdigest()]
            tap.equal(found == [int(n), digest], (vocabulary, text) not in DIFFERENT, f"{text}: {what} equal")


for pair in FAMILIES.items():
    add(*pair)

tap.run()
