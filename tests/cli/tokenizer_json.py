# SPDX-License-Identifier: MIT
"""A tokenizer.json on the command line."""
import json

import program
import readers
import tap
from byte_level import BOS, tokenizer

TEXT = b"the cat and the other cat, the end\n" * 3000


def ids_of(text):
    """The ids of TEXT's words, without BOS."""
    ids = []
    while text:
        for token, id_ in ((b" the", 258), (b"the", 257), (b"th", 256), (text[:1], text[0])):
            if text.startswith(token):
                ids.append(id_)
                text = text[len(token):]
                break
    return ids


IDS = ids_of(TEXT)


class folder:
    """A directory with corpus.txt and model/tokenizer.json."""

    def __init__(self, **changes):
        self.content = tokenizer(**changes)

    def __enter__(self):
        self.directory = program.directory()
        path = self.directory.__enter__()
        (path / "corpus.txt").write_bytes(TEXT)
        (path / "model").mkdir()
        (path / "model" / "tokenizer.json").write_text(self.content)
        return path

    def __exit__(self, *exception):
        return self.directory.__exit__(*exception)


def tokens(path, name, *arguments, **options):
    program.good(path, "tokenize", "--source", "corpus.txt", "--no-token-cache", "-o", "t.npy",
                 "--tokenizer", name, *arguments, **options)
    return readers.read_npy((path / "t.npy").read_bytes())


@tap.test("a file, its folder, and a pipe give the ids, with BOS and without")
def _():
    with folder() as path:
        for name in ("model/tokenizer.json", "model", "/dev/stdin"):
            with open(path / "model" / "tokenizer.json", "rb") as file:
                content = file.read()
            tap.holds(tokens(path, name, input=content) == [BOS, *IDS], name)
        (path / "model" / "tokenizer.json").rename(path / "words.model")
        tap.holds(tokens(path, "words.model", "--specials", "default") == [BOS, *IDS], "renamed")
        tap.holds(tokens(path, "words.model", "--specials", "none") == IDS, "--specials none")
        for threads in 1, 2, 8:
            found = tokens(path, "words.model", "--threads", threads)
            tap.holds(found == [BOS, *IDS], f"{threads} threads")


@tap.test("its rows are those of sample, and are stored")
def _():
    with folder() as path:
        ask = ["sample", "--source", "corpus.txt", "--tokenizer", "model", "--seq-len", 32,
               "--json", "-o", "r.npy"]
        for state in "miss", "hit":
            told = json.loads(program.good(path, *ask).out)
            tap.equal((told["token_cache"], told["vocab_size"]), (state, 260))
            rows = readers.read_npy((path / "r.npy").read_bytes())
            tap.holds(rows == readers.sample([BOS, *IDS], 128, 32, 123), "other rows")
        none = json.loads(program.good(path, *ask, "--specials", "none").out)
        tap.holds(none["tokenizer_fingerprint"] != told["tokenizer_fingerprint"], "one fingerprint")


@tap.test("--row-bos puts BOS over the first token of each row, or in front of it")
def _():
    with folder() as path:
        ask = ["sample", "--source", "corpus.txt", "--tokenizer", "model", "--specials", "none", "--seq-len", 4,
               "--sampler", "sequential", "--samples", 3]

        def rows(*arguments):
            program.good(path, *ask, *arguments, "-o", "r.npy")
            return [list(row) for row in readers.read_npy((path / "r.npy").read_bytes())]
        plain = [IDS[i:i + 4] for i in range(0, 12, 4)]
        tap.equal(rows("--row-bos", "as-tokenized"), plain)
        tap.equal(rows("--row-bos", "overwrite"), [[BOS, *row[1:]] for row in plain])
        tap.equal(rows("--row-bos=prepend"), [[BOS, *IDS[i:i + 3]] for i in range(0, 9, 3)])
        program.good(path, *ask, "--row-bos", "prepend", "-o", "r.safetensors")
        tap.equal(readers.read_safetensors((path / "r.safetensors").read_bytes())[1]["row_bos"], "prepend")
        program.bad(path, 2, ["--row-bos", "as-tokenized, overwrite or prepend"], *ask, "--row-bos", "first",
                    "-o", "r.npy")
        program.bad(path, 1, ["no BOS"], "sample", "--source", "builtin", "--row-bos", "prepend", "-o", "r.npy")


@tap.test("info tells how texts are cut, what is ignored, and the text of rows")
def _():
    truncation = {"direction": "Right", "max_length": 8, "strategy": "LongestFirst", "stride": 0}
    with folder(truncation=truncation) as path:
        ask = ["info", "--source", "corpus.txt", "--tokenizer", "model", "--seq-len", 32]
        told = json.loads(program.good(path, *ask, "--json", "--preview", 1).out)
        tap.equal((told["tokens"], told["why_whole"]), (len(IDS) + 1, None))
        tap.holds("truncation" in told["tokenizer_details"], told["tokenizer_details"])
        tap.holds(told["preview"][0].endswith(TEXT[:60].decode()[:40]) or
                  TEXT[:40].decode() in told["preview"][0], told["preview"])
        out = program.good(path, *ask).out.decode()
        tap.holds(f"details        {told['tokenizer_details']}\n" in out, out)
        tap.holds("in segments" in out, out)
        plain = json.loads(program.good(path, "info", "--source", "corpus.txt", "--json").out)
        tap.equal(plain["tokenizer_details"], None, "the details of bytes")


@tap.test("special tokens that are spelled in the text are read")
def _():
    with folder() as path:
        (path / "corpus.txt").write_bytes(b"the<s> the")
        tap.equal(tokens(path, "model"), [BOS, 257, BOS, 258])
        tap.equal(tokens(path, "model", "--specials", "none"), [257, BOS, 258])


@tap.test("--bos and --eos are not for it")
def _():
    with folder() as path:
        for option in "--bos", "--eos":
            program.bad(path, 2, [option, "--specials none"], "info", "--source", "corpus.txt",
                        "--tokenizer", "model", option)


@tap.test("a file that is refused: the message names the part and what to do")
def _():
    with folder(normalizer={"type": "StripAccents"}) as path:
        ask = ["info", "--source", "corpus.txt", "--tokenizer"]
        done = program.bad(path, 1, ["StripAccents", "Python"], *ask, "model/tokenizer.json")
        tap.equal(done.err.count("tokenizer.json"), 1, done.err)
        program.bad(path, 1, ["StripAccents"], *ask, "model")
        (path / "model" / "tokenizer.json").write_text('{"version": "1.0", "model": {"a": }}')
        program.bad(path, 1, ["model/tokenizer.json"], *ask, "model/tokenizer.json")
        (path / "model" / "tokenizer.json").write_text('{"a": 1}')
        program.bad(path, 1, ["model/tokenizer.json"], *ask, "model/tokenizer.json")
        (path / "model" / "tokenizer.json").unlink()
        program.bad(path, 1, ["model", "tokenizer.json"], *ask, "model")


@tap.test("a regular expression that is refused: likewise")
def _():
    split = {"type": "Split", "pattern": {"Regex": "(?<=a)b"}, "behavior": "Isolated",
             "invert": False}
    with folder(pre_tokenizer=split) as path:
        program.bad(path, 1, ["look-behind", "Python"], "info", "--source", "corpus.txt",
                    "--tokenizer", "model")


@tap.test("files that are given in its place")
def _():
    with program.directory() as path:
        (path / "corpus.txt").write_bytes(TEXT)
        for content, words in (("", ["is empty"]), ('{"the": 0, "model": "1"}', ["other JSON"]),
                               ('{"the": 0, "model": 1}', ["vocab.json"]),
                               ('{"tokenizer_class": "A"}', ["a tokenizer_config.json"]),
                               ('{"added_tokens": [', ["not JSON", "byte 18"])):
            (path / "file").write_text(content)
            program.bad(path, 1, ["file", *words], "info", "--source", "corpus.txt",
                        "--tokenizer", "file")


tap.run()
