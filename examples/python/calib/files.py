# SPDX-License-Identifier: MIT
"""Tokenizers in files."""
import os
from typing import Optional, Union

from .hugging_face import HuggingFace, reason
from .errors import Error
from .structs import string
from .tokenizer import NativeTokenizer, SentencePiece, TokenizerJson


def open_tokenizer(path: "Union[str, os.PathLike[str]]") -> Union[NativeTokenizer, HuggingFace]:
    """Opens a file by its content: a tokenizer.json or tekken.json, the folder that holds one (the former
    if it holds both), or a SentencePiece model. Names other kinds of files and raises ValueError. A tokenizer.json that
    libcalib-tokenizer-json refuses is opened by the package `tokenizers` if that is installed.
    load() and Corpus() call this function if their tokenizer is a str or path."""
    name = os.fsdecode(string("tokenizer", path))
    try:
        is_folder = os.path.isdir(name)
        tokenizer = _open_json(name, os.path.join(name, "tokenizer.json")) if is_folder else _open_file(name)
    except Error as error:
        if name in error.message:
            raise
        raise type(error)(f"{name}: {error.message}", *error.args[1:]) from None
    tokenizer.folder = name if is_folder else os.path.dirname(os.path.abspath(name))
    return tokenizer


def _open_file(name: str) -> Union[NativeTokenizer, HuggingFace]:
    with open(name, "rb") as file:
        head = file.read(4096)
    kind = _kind_of(head)
    if kind:
        raise ValueError(f"{name}: {kind}")
    return _open_json(name, name) if _is_json(head) else SentencePiece(name)


def _open_json(path: str, file: str) -> Union[NativeTokenizer, HuggingFace]:
    """`file`: what the package `tokenizers` opens if the library refuses `path`."""
    try:
        return TokenizerJson(path)
    except (Error, OSError) as error:
        if getattr(error, "name", "CALIB_E_UNSUPPORTED") != "CALIB_E_UNSUPPORTED":
            raise
        refused: Exception = error
    try:
        import tokenizers
        tokenizer = tokenizers.Tokenizer.from_file(file)
    except Exception:
        raise refused from None
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return HuggingFace(tokenizer, _why_not=reason(refused))


def _is_json(head: bytes) -> bool:
    """As calib --tokenizer does: a model may begin with a newline and a brace, but not with this."""
    head = head[3:] if head.startswith(b"\xef\xbb\xbf") else head
    head = head.lstrip(b" \t\r\n")
    after = head[1:].lstrip(b" \t\r\n")
    return head.startswith(b"{") and after[:1] in (b'"', b"}", b"")


def _kind_of(head: bytes) -> Optional[str]:
    """Returns the kind of a file that begins with `head`, and the remedy; None for a tokenizer.json, a
    SentencePiece model, or anything unknown."""
    for magic, kind in ((b"\x1f\x8b", "a gzip file: unpack it"),
                        (b"PK\3\4", "a zip file: unpack it"),
                        (b"\x28\xb5\x2f\xfd", "a zstd file: unpack it"),
                        (b"\xfd7zXZ", "an xz file: unpack it"), (b"BZh", "a bzip2 file: unpack it"),
                        (b"GGUF", "a GGUF model: take the tokenizer.json of the model that it was made from"),
                        (b"version https://git-lfs", "a Git LFS pointer: run git lfs pull")):
        if head.startswith(magic):
            return kind
    if not head.strip():
        return "an empty file"
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html")):
        return "an HTML page: download the file itself"
    lines = head.split(b"\n")
    if len(lines) > 2 and all(_is_rank(line) for line in lines[:2]):
        return "tiktoken ranks, without pattern and special tokens: take the tokenizer.json of the model"
    if len(lines) > 2 and all(line.count(b"\t") == 1 for line in lines[:2]):
        return "a list of pieces (.vocab): give the .model file beside it"
    return None


def _is_rank(line: bytes) -> bool:
    parts = line.split()
    return len(parts) == 2 and parts[1].isdigit() and len(parts[0]) % 4 == 0
