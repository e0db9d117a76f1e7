# SPDX-License-Identifier: MIT
"""calib info of published tokenizer.json files against the package `tokenizers`: which ids are special or
added, how often each occurs, and how many ids there are."""
import collections
import json
import os
import sys
import tempfile

import tap
from against_wheel import published_paths, real_text, reference

program, texts = sys.argv[1:3]
TEXT = real_text(texts)


def told(path):
    with tempfile.TemporaryDirectory(prefix="calib-") as folder:
        name = os.path.join(folder, "text")
        with open(name, "w", encoding="utf-8", newline="") as file:
            file.write(TEXT)
        return json.loads(tap.output(program, "info", "--source", name, "--tokenizer", path, "--no-token-cache",
                                     "--json"))


def kinds_of(tokenizer):
    """The kind of each added token. The model's unknown token is told as such, added or not."""
    kinds = {id_: "special" if token.special else "added"
             for id_, token in tokenizer.get_added_tokens_decoder().items()}
    unknown = tokenizer.token_to_id(json.loads(tokenizer.to_str())["model"].get("unk_token") or "")
    return kinds if unknown is None else {**kinds, unknown: "unknown"}


def compare(path):
    info, tokenizer = told(path), reference(path)
    counts = collections.Counter(tokenizer.encode(TEXT).ids)
    kinds = kinds_of(tokenizer)
    tap.equal({token["id"]: token["kind"] for token in info["special_tokens"]}, kinds)
    tap.equal({token["id"]: token["n"] for token in info["special_tokens"]}, {id_: counts[id_] for id_ in kinds})
    tap.equal((info["ids"], info["ids_seen"]), (len(tokenizer.get_vocab()), len(counts)))


@tap.test("there are published files")
def _():
    if not published_paths():
        raise tap.Skip("no tokenizer.json files: run tests/tokenizer_json/files.py")


for _path in published_paths():
    tap.test(f"special and added tokens of {os.path.basename(os.path.dirname(_path))}")(
        lambda path=_path: compare(path))
tap.run()
