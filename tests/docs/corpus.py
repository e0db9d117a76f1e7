# SPDX-License-Identifier: MIT
"""The builtin corpus: large enough, real text, and the same bytes for ever."""
import hashlib
import json
import lzma
import pathlib
import sys

import tap

# Rows of the builtin corpus are a contract, so its bytes are: they change in no release.
SHA256 = "0fe15ab5b6ef4e61a8fe2534814986cff0afb0c1bc1d0748b5dd4eb642a6345e"
program, *texts = sys.argv[1:]
corpus = b"".join(pathlib.Path(text).read_bytes() for text in texts)


def repeated(data, size=64):
    """Where a stretch of `size` bytes comes a second time, or None."""
    seen = set()
    for at in range(len(data) - size + 1):
        stretch = data[at:at + size]
        if stretch in seen:
            return at
        seen.add(stretch)
    return None


def compressed_share(data):
    return len(lzma.compress(data, preset=9)) / len(data)


@tap.test("holds at least 256 KB")
def size():
    assert len(corpus) >= 256 * 1024, len(corpus)


@tap.test("no 64 bytes come twice")
def repetition():
    at = repeated(corpus)
    assert at is None, f"byte {at}: {corpus[at:at + 64]!r}"
    tap.equal(repeated(b"x" * 10 + bytes(range(100)) * 2), 110, "a made-up repetition")


@tap.test("xz -9 leaves at least 30 %")
def density():
    share = compressed_share(corpus)
    tap.note(f"{len(corpus)} bytes, xz -9 leaves {share:.1%}")
    assert share >= 0.30, share
    assert compressed_share(corpus[:5000] * 50) < 0.30


@tap.test("is UTF-8 with LF, and ends with one")
def form():
    corpus.decode("utf-8")
    assert b"\r" not in corpus and b"\0" not in corpus
    assert not corpus.startswith(b"\xef\xbb\xbf") and corpus.endswith(b"\n")


@tap.test("has the bytes it always had")
def contract():
    tap.equal(hashlib.sha256(corpus).hexdigest(), SHA256, "the SHA-256")


@tap.test("is what the library carries")
def in_the_library():
    if program == "none":
        raise tap.Skip("built without the program")
    told = json.loads(tap.output(program, "info", "--source", "builtin", "--json"))
    tap.equal(told["corpus_sha256"], SHA256, "corpus_sha256")
    tap.equal(told["corpus_bytes"], len(corpus), "corpus_bytes")


tap.run()
