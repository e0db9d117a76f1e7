# SPDX-License-Identifier: MIT
"""The corpora of the comparison with mlx-lm. Each has one trait that a careless reader gets wrong."""
import os
import re

ROOT = os.environ["SOURCE_ROOT"]


def builtin():
    """Returns the corpus inside the library, from its files, in the build's order."""
    with open(os.path.join(ROOT, "lib", "meson.build"), encoding="utf-8") as build:
        names = re.findall(r"'(text/builtin/[^']+\.txt)'", build.read())
    parts = []
    for name in names:
        with open(os.path.join(ROOT, "lib", name), "rb") as part:
            parts.append(part.read())
    return b"".join(parts)


LINES = 160


def paragraphs(n):
    """Returns plain text in which no two lines are equal."""
    words = "the rows of a corpus are cut from one stream in which every token has its place".split()
    return [" ".join(words[i * k % len(words)] for k in range(3, 16)) + f", line {i}."
            for i in range(1, n + 1)]


EMOJI = ["\U0001F468\u200D\U0001F469\u200D\U0001F467", "\U0001F1E9\U0001F1EA", "\u2764\uFE0F",
         "\U0001F44D\U0001F3FD", "\U0001F389"]
CJK = ["\u4E2D\u6587\u6CA1\u6709\u7A7A\u683C\uFF0C", "\u65E5\u672C\u8A9E\u306E\u6587\u3002",
       "\uD55C\uAD6D\uC5B4", "\u300C\u5F15\u7528\u300D", "\U00020000\u9F98"]


def mixed(marks):
    return "".join(f"{line}{marks[i % len(marks)] * (i % 7 + 1)}\n"
                   for i, line in enumerate(paragraphs(LINES))).encode()


def all_corpora():
    lines = paragraphs(LINES)
    text = "\n".join(lines) + "\n"
    return {
        "CRLF": text.replace("\n", "\r\n").encode(),
        "lone CR": (text.replace("\n", "\r") + "\r\r\n\r").encode(),
        "BOM": b"\xEF\xBB\xBF" + text.encode(),
        "emoji": mixed(EMOJI),
        "CJK": mixed(CJK),
        "NUL": text.replace(" line", "\0line").encode() + b"\0\0",
        "empty lines": ("\n\n\n" + text.replace("\n", "\n\n \n\n\n")).encode(),
        "no final newline": "\n".join(lines[:20]).encode(),
        "builtin": builtin(),
    }
