# SPDX-License-Identifier: MIT
"""The tokenizers of the comparison with mlx-lm, each twice: as mlx-lm and as calib want it."""
import importlib.util
import os
import sys
import tempfile

ROOT = os.environ["SOURCE_ROOT"]
_cache = tempfile.TemporaryDirectory()
os.environ["CALIB_CACHE_DIR"] = _cache.name
sys.path.insert(0, os.path.join(ROOT, "examples", "python"))

import calib  # noqa: E402
import sentencepiece  # noqa: E402
import tokenizers  # noqa: E402

import tap  # noqa: E402

# Only its data is used: it cannot be imported without the packages that it needs.
MODEL = os.path.join(os.path.dirname(importlib.util.find_spec("mistral_common").origin), "data",
                     "tokenizer.model.v1")


def ids_of(text, tokenizer, **options):
    """Returns the ids that calib has for a text, and its info."""
    with calib.Corpus(tokenizer, text=text, flags=calib.NO_TOKEN_STORE, **options) as corpus:
        info = corpus.info()
        return list(corpus.tokens(0, info.n_tokens)), info


def check_ids(text, tokenizer, wanted, why=None):
    """Compares the ids. `why`: a word of the reason why they come from Python; None: they do not."""
    ids, info = ids_of(text, tokenizer)
    tap.holds(ids == list(wanted), f"other ids: {len(ids)}, {len(wanted)}")
    tap.equal(info.native, why is None, f"native; {info.why_not_native}")
    if why:
        tap.holds(why in info.why_not_native, info.why_not_native)


class ForMlx:
    """A tokenizer as load_data() uses it. Encodes each text once, though it is called in each case."""

    def __init__(self, encode):
        self._encode = encode
        self._seen = {}

    def encode(self, text, return_tensors):
        assert return_tensors == "mlx"
        if text not in self._seen:
            self._seen[text] = self._encode(text)
        return self._seen[text]


def ids_for_mlx(encode):
    import mlx.core as mx
    return ForMlx(lambda text: mx.array([encode(text)], dtype=mx.int32))


def huggingface_for_mlx(tokenizer):
    return ForMlx(lambda text: tokenizer.encode(text, return_tensors="mlx"))


def adapter(bos):
    """Returns calib-sentencepiece on the model."""
    return calib.SentencePiece(MODEL, bos=bos)


def claude_json():
    """Returns the path of a real tokenizer.json: byte-level BPE, 65,000 ids."""
    return os.path.join(os.environ["CALIB_TOKENIZERS"], "claude", "tokenizer.json")


def llama(**options):
    """A LlamaTokenizer made from the SentencePiece model. Skips the test if there is no transformers.

    Its merges are ordered by score, as in the published tokenizer.json of such models; from_pretrained()
    on a bare model file orders them by id, which is not what SentencePiece does.
    """
    try:
        import transformers
        from transformers.tokenization_utils_base import generate_merges
    except ImportError:
        raise tap.Skip("transformers is not installed: run sh tests/run.sh all") from None
    model = sentencepiece.SentencePieceProcessor(model_file=MODEL)
    vocab = {model.id_to_piece(i): i for i in range(len(model))}
    scores = {piece: model.get_score(i) for piece, i in vocab.items()}
    return transformers.LlamaTokenizer(vocab=vocab, merges=generate_merges(vocab, scores),
                                       add_bos_token=True, **options)


def for_calib():
    """Returns a dict of names to functions that make the tokenizer for calib."""
    return {
        "bytes": calib.bytes_tokenizer,
        "SentencePiece": lambda: adapter(bos=False),
        "SentencePiece --bos": lambda: adapter(bos=True),
        "tokenizer.json": lambda: calib.HuggingFace(tokenizers.Tokenizer.from_file(claude_json())),
        "LlamaTokenizer": lambda: calib.HuggingFace(llama()),
    }


def for_mlx():
    """Returns a dict of the same names to the tokenizers for mlx-lm."""
    plain = sentencepiece.SentencePieceProcessor(model_file=MODEL)
    claude = tokenizers.Tokenizer.from_file(claude_json())
    return {
        "bytes": ids_for_mlx(lambda text: list(text.encode())),
        "SentencePiece": ids_for_mlx(plain.encode),
        # SentencePiece reads "</s>" in a text as four characters, so Hugging Face is told to.
        "SentencePiece --bos": huggingface_for_mlx(llama(split_special_tokens=True)),
        "tokenizer.json": ids_for_mlx(lambda text: claude.encode(text).ids),
        "LlamaTokenizer": huggingface_for_mlx(llama()),
    }
