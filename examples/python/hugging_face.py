# SPDX-License-Identifier: MIT
"""Samples calibration rows with any Hugging Face tokenizer: hugging_face.py TOKENIZER [SOURCE]

TOKENIZER is a tokenizer.json, or a folder or name for transformers.AutoTokenizer. SOURCE is a
file, a URL, or "builtin" (the default). Needs numpy and tokenizers (or transformers).
"""
import sys

import calib


def open_tokenizer(name):
    if name.endswith(".json"):
        import tokenizers
        return tokenizers.Tokenizer.from_file(name)
    import transformers
    return transformers.AutoTokenizer.from_pretrained(name)


def main():
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(__doc__)
    tokenizer = open_tokenizer(sys.argv[1])
    source = sys.argv[2] if len(sys.argv) == 3 else "builtin"

    samples = calib.load(tokenizer, 128, 256, seed=123, source=source)
    rows = samples.numpy()  # no copy; mlx.core.array(rows) and torch.tensor(rows) copy

    print(f"{rows.shape[0]} rows of {rows.shape[1]} of {samples.n_available}, {rows.dtype}, "
          f"from {samples.n_tokens} tokens")
    for row in rows[:3]:
        print("  " + repr(tokenizer.decode(row.tolist())[:90]))


if __name__ == "__main__":
    try:
        main()
    except calib.Error as error:
        sys.exit(f"{error.name}: {error}")
