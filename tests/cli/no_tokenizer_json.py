# SPDX-License-Identifier: MIT
"""A tokenizer.json in a build that cannot open it."""
import program
import tap


@tap.test("a tokenizer.json, its folder, and a pipe of it: the option of the build is named")
def _():
    with program.directory() as path:
        (path / "corpus.txt").write_bytes(b"some words\n" * 100)
        text = '\n {"version": "1.0", "model": {"type": "BPE"}}'
        (path / "model").mkdir()
        (path / "model" / "tokenizer.json").write_text(text)
        for name in ("model", "model/tokenizer.json", "/dev/stdin"):
            program.bad(path, 1, [name, "-Dtokenizer_json=enabled"], "info", "--source",
                        "corpus.txt", "--tokenizer", name, input=text.encode())


tap.run()
