# SPDX-License-Identifier: MIT
"""load_data() of mlx-lm's quantizers, by calib: the same rows, from any source.

    import calib.mlx_lm

    calib.mlx_lm.patch(source="my.txt")
    from mlx_lm.quant.awq import main
    main()

The keywords are those of calib.load(). Without any, the text is the one that mlx-lm downloads. Needs mlx,
and patch() mlx-lm.
"""
import functools
import importlib
from typing import TYPE_CHECKING, Any

import mlx.core as mx

from .corpus import load
from .kinds import AnyTokenizer

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from .keywords import LoadKeywords

_USERS = ("utils", "awq", "gptq", "dynamic_quant")  # each has its own name for the function


def load_data(tokenizer: AnyTokenizer, num_samples: int, sequence_length: int,
              **keywords: "Unpack[LoadKeywords]") -> mx.array:
    """Returns the rows that mlx-lm's function would return at this state of mlx's generator, and leaves the
    generator as it would. Raises calib.Error if there are fewer tokens than a row."""
    state: Any = mx.random.state
    high, low = state[0].tolist()
    samples = load(tokenizer, num_samples, sequence_length, high << 32 | low, **keywords)
    mx.random.permutation(1)  # uses one key, as the permutation of the rows does
    return mx.array(samples)


def patch(**keywords: "Unpack[LoadKeywords]") -> None:
    """Makes mlx-lm's awq, gptq and dynamic_quant call load_data() with these keywords."""
    function = functools.partial(load_data, **keywords)
    for user in _USERS:
        setattr(importlib.import_module(f"mlx_lm.quant.{user}"), "load_data", function)
