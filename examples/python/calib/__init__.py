# SPDX-License-Identifier: MIT
"""Calls calib through ctypes. Copy this folder; it needs no build, no packages, and Python 3.8.

    import calib, numpy

    samples = calib.load("tokenizer.json", 128, 512, seed=123, source="builtin")
    rows = numpy.asarray(samples)

`rows` is the library's own memory, int32 and read-only, and keeps it alive. mlx.core.array(rows)
and torch.tensor(rows) copy it. Without numpy: samples[0], samples[-1, 7], samples.tolist(),
memoryview(samples).

A tokenizer is the path of a tokenizer.json or tekken.json, of its folder or of a SentencePiece model; a
tokenizer of `tokenizers`, transformers or mistral-common; or a calib.Tokenizer of your own. Those of
these packages are opened by libcalib-tokenizer-json where that gives the same ids, much faster;
Corpus.info() has `native`, and `why_not_native`.

The library is loaded from $CALIB_LIBRARY (a path), from this folder or the one that holds it, or
from where libraries are installed.

Ctrl-C ends every call. For that, each call runs on a thread of its own and so do the methods of a
tokenizer; the calling thread waits, and runs `progress`.
"""
from .borrow import borrow as _borrow
from .corpus import Corpus, load
from .files import open_tokenizer
from .hugging_face import HuggingFace
from .library import Error, open_library
from .mistral import Mistral
from .recipe import load_recipe, lock_recipe, recipe_id, verify
from .samples import Samples
from .structs import (ACCEPT_CHANGE, ALLOW_HTTP, BOS_AS_TOKENIZED, BOS_OVERWRITE, BOS_PREPEND, EMIT,
                      ENCODE, FINGERPRINT, NO_TOKEN_STORE, OFFLINE_ENVIRONMENT, OFFLINE_OFF,
                      OFFLINE_ON, PROGRESS, RAW_BYTES, SAMPLING_STRICT, SPECIAL_ID, STORE_STDIN,
                      TEXT_NO_SPECIAL, Detail, Info, Options, Rows, Sampling, Sized, Source,
                      Vtable)
from .tokenizer import NativeTokenizer, SentencePiece, Tokenizer, TokenizerJson, bytes_tokenizer
