# SPDX-License-Identifier: MIT
"""Calibration data for weight quantizers: rows of token ids from a corpus and a tokenizer.

    import calib

    samples = calib.load("tokenizer.json", 128, 512, seed=123, source="builtin")
    rows = samples.numpy()

`rows` is the library's own memory, int32 and read-only, and keeps it alive. samples.as_dict("int64") has
input_ids and attention_mask; mlx.core.array(rows) and torch.tensor(rows) copy. Without numpy: samples[0],
samples[-1, 7], samples.tolist(), memoryview(samples).

A tokenizer is the path of a tokenizer.json or tekken.json, of its folder or of a SentencePiece model; a
tokenizer of `tokenizers`, transformers, mistral-common, sentencepiece or tiktoken; a function from str to ids;
or a calib.Tokenizer of your own. Those that libcalib's adapters give the same ids as are opened by these, much
faster; Corpus.info() has `native`, and `why_not_native`.

The package is Python 3.8 and ctypes, without other packages. pip installs it with its libraries; or copy this
folder: libcalib is loaded from $CALIB_LIBRARY (a path), from the wheel, from this folder or the one that holds
it, or from where libraries are installed.

Ctrl-C ends every call. For that, each call runs on a thread of its own and so do the methods of a
tokenizer; the calling thread waits, and runs `progress`.
"""
from .borrow import borrow as _borrow
from .corpus import Corpus, load
from .errors import (AccessError, ArgumentError, CallbackError, CancelledError, Error, IntegrityError, NetworkError,
                     NoSpaceError, NotFoundError, OutOfMemoryError, RecipeError, SourceError, SystemFailure,
                     TimeLimitError, TokenizerError, TooFewError, UnsupportedError)
from .files import open_tokenizer
from .function import Function, Tiktoken
from .hugging_face import HuggingFace
from .library import open_library, version
from .mistral import Mistral
from .processor import Processor
from .recipe import load_recipe, lock_recipe, recipe_id, verify
from .samples import Samples
from .structs import (ACCEPT_CHANGE, ALLOW_HTTP, BOS_AS_TOKENIZED, BOS_OVERWRITE, BOS_PREPEND, EMIT,
                      ENCODE, FINGERPRINT, NO_TOKEN_STORE, OFFLINE_ENVIRONMENT, OFFLINE_OFF,
                      OFFLINE_ON, PROGRESS, RAW_BYTES, SAMPLING_STRICT, SPECIAL_ID, STORE_STDIN,
                      TEXT_NO_SPECIAL, Detail, Info, Options, Rows, Sampling, Sized, Source,
                      Vtable)
from .tokenizer import NativeTokenizer, SentencePiece, Tokenizer, TokenizerJson, bytes_tokenizer

__all__ = [
    "ACCEPT_CHANGE", "AccessError", "ALLOW_HTTP", "ArgumentError", "BOS_AS_TOKENIZED", "BOS_OVERWRITE",
    "BOS_PREPEND", "bytes_tokenizer", "CallbackError", "CancelledError", "Corpus", "Detail", "EMIT", "ENCODE",
    "Error", "FINGERPRINT", "Function", "HuggingFace", "Info", "IntegrityError", "load", "load_recipe",
    "lock_recipe", "Mistral", "NativeTokenizer", "NetworkError", "NO_TOKEN_STORE", "NoSpaceError",
    "NotFoundError", "OFFLINE_ENVIRONMENT", "OFFLINE_OFF", "OFFLINE_ON", "open_library", "open_tokenizer",
    "Options", "OutOfMemoryError", "Processor", "PROGRESS", "RAW_BYTES", "recipe_id", "RecipeError", "Rows",
    "Samples", "Sampling", "SAMPLING_STRICT", "SentencePiece", "Sized", "Source", "SourceError", "SPECIAL_ID",
    "STORE_STDIN", "SystemFailure", "TEXT_NO_SPECIAL", "Tiktoken", "TimeLimitError", "Tokenizer",
    "TokenizerError", "TokenizerJson", "TooFewError", "UnsupportedError", "verify", "version", "Vtable",
]
