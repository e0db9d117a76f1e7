# SPDX-License-Identifier: MIT
"""calib.mlx_lm in mlx-lm's own quantizers: the files of a small random model are the same as without it."""
import contextlib
import hashlib
import os
import pathlib
import sys
import tempfile
from unittest import mock

import tap

home = tempfile.TemporaryDirectory()
os.environ["HOME"] = os.environ["HF_HOME"] = home.name
os.environ["HF_HUB_OFFLINE"] = os.environ["TQDM_DISABLE"] = "1"

import byte_level  # noqa: E402
from tokenizers_under_test import ROOT, calib  # noqa: E402

HOME = pathlib.Path(home.name)
MODEL = HOME / "model"
# Where mlx-lm looks for its text; the beginning of calib's stands for it.
CACHED = HOME / ".cache" / "mlx-lm" / "calibration_v5.txt"
COMMANDS = {
    "dynamic_quant": ["--low-bits", "2", "--high-bits", "8", "--target-bpw", "4.5"],
    "awq": ["--num-samples", "6", "--sequence-length", "96", "--n-grid", "3", "--bits", "3"],
    "gptq": ["--num-samples", "6", "--sequence-length", "96", "--bits", "2"],
}
CONFIG = {"model_type": "llama", "hidden_size": 64, "num_hidden_layers": 2, "intermediate_size": 128,
          "num_attention_heads": 2, "num_key_value_heads": 2, "rms_norm_eps": 1e-5, "vocab_size": 320,
          "tie_word_embeddings": False}


def make_text():
    CACHED.parent.mkdir(parents=True)
    prose = pathlib.Path(ROOT, "lib", "text", "builtin", "prose.txt").read_text(encoding="utf-8")
    CACHED.write_text(prose[:9000], encoding="utf-8")


def make_model():
    """Writes a random model of two layers, with a tokenizer, as mlx_lm.load() reads it."""
    import mlx.core as mx
    from mlx.utils import tree_flatten
    from mlx_lm.models import llama
    from mlx_lm.utils import save_config
    from tokenizers import Tokenizer
    from transformers import PreTrainedTokenizerFast
    MODEL.mkdir()
    mx.random.seed(7)
    model = llama.Model(llama.ModelArgs.from_dict(CONFIG))
    mx.save_safetensors(str(MODEL / "model.safetensors"), dict(tree_flatten(model.parameters())))
    save_config(dict(CONFIG), config_path=MODEL / "config.json")
    PreTrainedTokenizerFast(tokenizer_object=Tokenizer.from_str(byte_level.tokenizer()), bos_token="<s>",
                            eos_token="<s>").save_pretrained(MODEL)


def modules():
    """Imports the quantizers. Skips the test if there is no mlx-lm."""
    try:
        from mlx_lm.quant import awq, dynamic_quant, gptq
    except ImportError:
        raise tap.Skip("mlx-lm is not installed: run sh tests/run.sh all") from None
    if not MODEL.exists():
        make_text()
        make_model()
    return {"awq": awq, "dynamic_quant": dynamic_quant, "gptq": gptq}


def quantized(name, out, seed=123):
    """Runs main() of a quantizer. Returns hashes of what it wrote, and the generator's state after it."""
    import mlx.core as mx
    module, out = modules()[name], HOME / out
    command = [name, "--model", str(MODEL), "--mlx-path", str(out), "--seed", str(seed), *COMMANDS[name]]
    out.mkdir()
    os.chdir(out)
    with mock.patch.object(sys, "argv", command), mock.patch.object(sys, "stdout", sys.stderr):
        module.main()
    written = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(out.iterdir())}
    return written, mx.random.state[0].tolist()


@contextlib.contextmanager
def patched(**fields):
    """Within it the quantizers use calib."""
    from mlx_lm.quant import utils
    users = (utils, *modules().values())
    own = utils.load_data
    import calib.mlx_lm
    calib.mlx_lm.patch(**fields)
    try:
        yield
    finally:
        for user in users:
            user.load_data = own


def add(name):
    @tap.test(f"{name}: the same model with calib")
    def _():
        modules()
        wanted = quantized(name, f"{name}-own")
        with patched(source=str(CACHED)):
            found = quantized(name, f"{name}-calib")
        tap.equal(found, wanted, "files and state")
        tap.holds("model.safetensors" in found[0], str(found))


for name in COMMANDS:
    add(name)


@tap.test("control: calib was called, and other rows give another model")
def _():
    modules()
    with patched(source=str(CACHED)):
        one = quantized("gptq", "one")
    with patched(source="builtin"):
        other = quantized("gptq", "other")
    tap.holds(one[0]["model.safetensors"] != other[0]["model.safetensors"], "another text, the same model")
    tap.equal(one[1], other[1], "the state does not depend on the text")
    with patched(source=str(HOME / "none.txt")), tap.raises(calib.Error):
        quantized("gptq", "missing")


@tap.test("the rows at any state of the generator, for a tokenizer of mlx-lm and one of calib")
def _():
    modules()
    import calib.mlx_lm
    import mlx.core as mx
    from mlx_lm.quant.utils import load_data
    from mlx_lm.tokenizer_utils import load
    tokenizer = load(MODEL)
    for seed, used, n, length in ((0, 0, -1, 7), (2**63 + 5, 3, 4, 512), (123, 1, 1000, 64)):
        results = []
        for function in (lambda: load_data(tokenizer, n, length),
                         lambda: calib.mlx_lm.load_data(tokenizer, n, length, source=str(CACHED)),
                         lambda: calib.mlx_lm.load_data(calib.open_tokenizer(MODEL), n, length,
                                                        source=str(CACHED))):
            mx.random.seed(seed)
            for _ in range(used):
                mx.random.uniform()
            rows = function()
            results.append((rows.dtype, rows.shape, rows.tolist(), mx.random.state[0].tolist()))
        tap.equal(results[1], results[0], f"{(seed, used, n, length)}: calib with mlx-lm's tokenizer")
        tap.equal(results[2], results[0], f"{(seed, used, n, length)}: calib with its own")


tap.run()
