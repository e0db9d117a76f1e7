# SPDX-License-Identifier: MIT
"""The rows that quantizers in Python calibrate with, given calib's: a small random model is quantized on the CPU."""
import contextlib
import importlib.util
import os
import pathlib
import sys
import tarfile
import tempfile

os.environ.update(HF_HUB_OFFLINE="1", CUDA_VISIBLE_DEVICES="", GPTQMODEL_CPU_WORKERS="2", TQDM_DISABLE="1")

import tap  # noqa: E402
from tokenizers_under_test import ROOT, calib  # noqa: E402

import byte_level  # noqa: E402

work = pathlib.Path(tempfile.mkdtemp(prefix="calib-quantizers-"))
MODEL = work / "model"
os.chdir(work)  # some of them write logs
SEQ_LEN = 64
TEXT = os.path.join(ROOT, "lib", "text", "builtin", "dialogue.txt")


def test(name):
    """As tap.test(); what the quantizers print goes to standard error."""
    def register(function):
        def quiet():
            with contextlib.redirect_stdout(sys.stderr):
                function()
        return tap.test(name)(quiet)
    return register


def need(module):
    try:
        found = __import__(module)
    except ImportError as error:
        raise tap.Skip(f"{module}: {error}: run sh tests/run.sh peers") from error
    tap.note(f"{module} {getattr(found, '__version__', '')}")
    return found


def ragged():
    """Rows of dialogues, most of them shorter than SEQ_LEN."""
    samples = calib.load(calib.open_tokenizer(MODEL), 8, SEQ_LEN, 0, source=TEXT, documents="blank",
                         sampler="documents", pad=0)
    tap.holds(10 < min(samples.lengths) < max(samples.lengths) == SEQ_LEN, str(samples.lengths))
    return samples


def whole():
    return calib.load(calib.open_tokenizer(MODEL), 6, SEQ_LEN, 123, source=TEXT)


def saved_model():
    """Writes a random model of one layer and its tokenizer, once. Returns the tokenizer."""
    torch, transformers = need("torch"), need("transformers")
    from tokenizers import Tokenizer
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=Tokenizer.from_str(byte_level.tokenizer()),
                                                     bos_token="<s>", eos_token="<s>", pad_token="<s>")
    if not MODEL.exists():
        torch.manual_seed(0)
        transformers.LlamaForCausalLM(transformers.LlamaConfig(
            vocab_size=320, hidden_size=128, intermediate_size=128, num_hidden_layers=1, num_attention_heads=2,
            num_key_value_heads=2, max_position_embeddings=256)).save_pretrained(MODEL)
        tokenizer.save_pretrained(MODEL)
    return tokenizer


def watched_model():
    """Returns the model, and a list that gets the rows it sees."""
    import transformers
    model, seen = transformers.LlamaForCausalLM.from_pretrained(MODEL), []
    model.model.embed_tokens.register_forward_pre_hook(lambda _, inputs: seen.extend(inputs[0].tolist()))
    return model, seen


@test("GPTQModel: as_list() gives the batches that it quantizes with")
def _():
    need("torch")
    saved_model()
    need("gptqmodel")
    from gptqmodel import GPTQModel, QuantizeConfig
    rows, prepared = ragged().as_list(), []
    model = GPTQModel.load(str(MODEL), QuantizeConfig(bits=4, group_size=32), device="cpu")
    own = model.prepare_dataset

    def prepare(*arguments, **keywords):
        prepared.append(own(*arguments, **keywords))
        return prepared[-1]
    model.prepare_dataset = prepare
    model.quantize(rows, batch_size=1, calibration_sort=None)
    tap.holds(prepared, "the dataset was prepared")
    for batches in prepared:
        tap.equal([batch["input_ids"].tolist() for batch in batches], [[row["input_ids"]] for row in rows], "rows")
        tap.holds(all(batch["attention_mask"].all() for batch in batches), "no padding")
    model.save(str(work / "gptq"))
    tap.holds((work / "gptq" / "model.safetensors").exists(), "the model was written")


@test("llm-compressor: Dataset.from_list(as_list()) gives the rows that oneshot() runs")
def _():
    need("torch")
    tokenizer, datasets = saved_model(), need("datasets")
    need("llmcompressor")
    from llmcompressor import oneshot
    from llmcompressor.modifiers.gptq import GPTQModifier
    rows, (model, seen) = ragged().as_list(), watched_model()
    oneshot(model=model, tokenizer=tokenizer, dataset=datasets.Dataset.from_list(rows),
            num_calibration_samples=len(rows), shuffle_calibration_samples=False,
            recipe=GPTQModifier(targets="Linear", scheme="W4A16", ignore=["lm_head"]))
    # It runs the longest first, and all of them more than once.
    tap.equal({tuple(row) for row in seen}, {tuple(row["input_ids"]) for row in rows}, "the rows")


@test("llm-compressor: a DataLoader keeps the order")
def _():
    torch = need("torch")
    tokenizer, datasets = saved_model(), need("datasets")
    need("llmcompressor")
    from llmcompressor import oneshot
    from llmcompressor.modifiers.gptq import GPTQModifier
    rows, (model, seen) = ragged().as_list(), watched_model()
    loader = torch.utils.data.DataLoader(datasets.Dataset.from_list(rows).with_format("torch"), batch_size=1)
    oneshot(model=model, tokenizer=tokenizer, dataset=loader,
            recipe=GPTQModifier(targets="Linear", scheme="W4A16", ignore=["lm_head"]))
    tap.equal(seen[:len(rows)], [row["input_ids"] for row in rows], "the rows of the first pass")


@test("auto-round: a list of tensors gives the rows that it runs")
def _():
    torch = need("torch")
    tokenizer = saved_model()
    need("auto_round")
    from auto_round import AutoRound
    samples, (model, seen) = whole(), watched_model()
    rounding = AutoRound(model, tokenizer, scheme="W4A16", iters=1, seqlen=SEQ_LEN, nsamples=len(samples),
                         batch_size=1, device_map="cpu",
                         dataset=list(torch.tensor(samples.as_dict("int64")["input_ids"]).split(1)))
    rounding.quantize()
    tap.equal(seen[:len(samples)], samples.tolist(), "the rows")


@test("AutoAWQ: tolist() gives the blocks that it cuts")
def _():
    torch = need("torch")
    saved_model()
    need("datasets")
    samples = whole()
    blocks = autoawq_function()(samples.tolist(), n_samples=len(samples), max_seq_len=SEQ_LEN)
    tap.holds(torch.equal(torch.cat(blocks), torch.tensor(samples.tolist())), "the blocks")


def autoawq_function():
    """AutoAWQ's get_calib_dataset(), of its source: the package itself wants an older torch."""
    tap.output(sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", "--no-binary",
               "autoawq", "-d", work, "autoawq==0.2.9")
    with tarfile.open(work / "autoawq-0.2.9.tar.gz") as packed:
        packed.extractall(work)
    spec = importlib.util.spec_from_file_location("calib_data", work / "autoawq-0.2.9/awq/utils/calib_data.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.get_calib_dataset


tap.run()
