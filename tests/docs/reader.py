# SPDX-License-Identifier: MIT
"""The folder in which a reader of the documentation runs its snippets, and what it has.

    tokenizer.json  a byte-level BPE of 260 ids with BOS in front   corpus.txt      120 KB of English
    model.model     a SentencePiece model of 400 pieces             chats.jsonl     40 chats: messages
    c4.jsonl        200 records: text, source                       c4.json.gz      the same, gzipped
    c4.parquet      the same as a table, if there is pyarrow        prompts.txt     one prompt a line
    en.txt de.txt zh.txt  texts for a mixture                       recipe.json     a recipe of chats.jsonl
    vocab.json merges.txt  of tokenizer.json                        vocab.txt       of a small BERT
    examples/       the examples of the sources                     include/        the headers
"""
import gzip
import json
import subprocess

import byte_level
import tap


def records(prose):
    paragraphs = [part for part in prose.split("\n\n") if len(part) > 80]
    return [{"text": paragraphs[i % len(paragraphs)] + "\n" + paragraphs[(3 * i + 1) % len(paragraphs)],
             "source": "books" if i % 3 else "news"} for i in range(200)]


def chats(prose):
    lines = [line for line in prose.split("\n") if len(line) > 20]
    return [{"messages": [{"role": "user", "content": lines[2 * i]},
                          {"role": "assistant", "content": lines[2 * i + 1]}]} for i in range(40)]


def lines_of(items):
    return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)


def train(texts, work):
    """Only for the pages that speak of it: it takes a second."""
    tap.output("spm_train", f"--input={texts / 'prose.txt'}", f"--model_prefix={work / 'model'}",
               "--model_type=bpe", "--vocab_size=400", "--byte_fallback", "--minloglevel=2",
               "--character_coverage=0.999", "--normalization_rule_name=identity")


def write_parquet(python, work):
    code = ("import pyarrow.json, pyarrow.parquet\n"
            "pyarrow.parquet.write_table(pyarrow.json.read_json('c4.jsonl'), 'c4.parquet')\n")
    subprocess.run([python, "-c", code], cwd=work, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                   check=False)


def older_files():
    """The files of tokenizers before there was tokenizer.json."""
    model = json.loads(byte_level.tokenizer())["model"]
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    letters = [prefix + chr(letter) for prefix in ("", "##") for letter in range(33, 127)]
    return {"vocab.json": json.dumps(model["vocab"]), "vocab.txt": "\n".join([*special, *letters]) + "\n",
            "merges.txt": "#version: 0.2\n" + "\n".join(model["merges"]) + "\n"}


def fill(work, root, page, python):
    """Makes the files in the folder `work` that the text `page` may use."""
    texts = root / "lib" / "text" / "builtin"
    prose = (texts / "prose.txt").read_text(encoding="utf-8")
    english = "".join((texts / f"{name}.txt").read_text(encoding="utf-8")
                      for name in ("prose", "dialogue", "technical"))
    files = {**older_files(), "tokenizer.json": byte_level.tokenizer(), "corpus.txt": english[:120000],
             "chats.jsonl": lines_of(chats(prose)), "c4.jsonl": lines_of(records(prose)),
             "prompts.txt": "".join(line + "\n" for line in prose.split("\n") if line)[:8000],
             "recipe.json": json.dumps({"calib": 1, "sources": [
                 {"path": "chats.jsonl", "documents": "jsonl", "chat": "chatml"}],
                 "samples": 16, "seq_len": 64}),
             "en.txt": prose[:20000], "zh.txt": "天地玄黄，宇宙洪荒。\n" * 300,
             "de.txt": (texts / "languages-west.txt").read_text(encoding="utf-8")}
    for name, text in files.items():
        (work / name).write_text(text, encoding="utf-8")
    (work / "c4.json.gz").write_bytes(gzip.compress(files["c4.jsonl"].encode()))
    for name in ("examples", "include"):
        (work / name).symlink_to(root / name)
    if "model.model" in page:
        train(texts, work)
    if "c4.parquet" in page:
        write_parquet(python, work)
