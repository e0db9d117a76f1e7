# SPDX-License-Identifier: MIT
"""The functions by which other programs load their calibration data: the programs' own, of which only the
loading of sets and of tokenizers is replaced, so that they read the texts that they are given."""
import dataclasses
import importlib.metadata
import json
import os
import pathlib
import types
from typing import Callable, NamedTuple

import tap
from imports import CLONES, alone, clone, package, replaced


class Ask(NamedTuple):
    texts: list
    tokenizer: object  # of transformers
    n: int
    seq_len: int
    seed: int
    skip: int = 0


class NeverEnds(Exception):
    """The program would draw documents for ever."""


class Set:
    """A datasets.Dataset. Ends loops that draw from it although no document has `least` tokens."""

    def __init__(self, ask, least):
        self.data = package("datasets").Dataset.from_dict({"text": ask.texts, "sentence": ask.texts})
        self.is_hopeless = max(len(ask.tokenizer(text).input_ids) for text in ask.texts) < least
        self.n_draws = 0

    def __len__(self):
        return len(self.data)

    def __getitem__(self, at):
        if not isinstance(at, (str, slice)):
            self.n_draws += 1 if isinstance(at, int) else len(at)
        if self.is_hopeless and self.n_draws > 1000:
            raise NeverEnds
        return self.data[at]


def dataset(ask):
    return package("datasets").Dataset.from_dict({"text": ask.texts})


def auto_round_of(name, ask, *replacements):
    module = package("auto_round.calib_dataset")
    with replaced(*replacements):
        rows = module.get_dataset(ask.tokenizer, ask.seq_len, name, ask.seed, ask.n)
    return [row.tolist() for row in rows["input_ids"]]


def auto_round(ask):
    return auto_round_of("NeelNanda/pile-10k", ask,
                         (package("datasets"), "load_dataset", lambda *_, **__: dataset(ask)))


def auto_round_file(ask):
    path = pathlib.Path(os.environ["HOME"], "auto-round.json")
    path.write_text(json.dumps([{"text": text} for text in ask.texts]), encoding="utf-8")
    return auto_round_of(str(path), ask)


def autoawq(ask):
    module = alone("awq.utils.calib_data")
    with replaced((module, "load_dataset", lambda *_, **__: dataset(ask))):
        blocks = module.get_calib_dataset("pileval", ask.tokenizer, ask.n, ask.seq_len)
    return [block[0].tolist() for block in blocks]


def llm_compressor(ask, **options):
    arguments = package("llmcompressor.args").DatasetArguments
    loader = package("llmcompressor.datasets").get_calibration_dataloader(
        arguments(dataset=dataset(ask), batch_size=1, num_calibration_samples=ask.n if ask.n > 0 else None, **options),
        ask.tokenizer)
    package("torch").manual_seed(ask.seed)
    for _ in range(ask.skip):
        next(iter(loader))  # as its sequential pipeline does, once, before it reads all
    rows = [batch["input_ids"][0].tolist() for batch in loader]
    return [row[:ask.seq_len] for row in rows if row]


def llm_compressor_shuffled(ask):
    return llm_compressor(ask, shuffle_calibration_samples=True, max_seq_length=ask.seq_len)


def llm_compressor_longest(ask):
    """It cuts texts before it orders them, and torch's argsort is unstable: here they are cut afterwards."""
    return llm_compressor(ask, shuffle_calibration_samples=False, max_seq_length=None)


def with_text(texts):
    """ModelOpt counts an empty text among its n and gives no row for it, so both read sets without them."""
    return [text for text in texts if text] or ["?"]


def modelopt(ask):
    module = alone("modelopt.torch.utils.dataset_utils")
    module.print_rank_0 = module.warn_rank_0 = lambda *_: None
    there = dataset(ask._replace(texts=with_text(ask.texts)))
    with replaced((package("datasets"), "load_dataset", lambda *_, **__: there)):
        batches = module.get_dataset_dataloader("a-set", ask.tokenizer, 1, ask.n, ask.seq_len)
    rows = [batch["input_ids"][0][batch["attention_mask"][0] == 1].tolist() for batch in batches]
    return [row for row in rows if row]


def optimum(name, least):
    """`least` tokens more than a row must a document have."""
    def rows_of(ask):
        module = package("optimum.gptq.data")
        texts = Set(ask, least + ask.seq_len)
        with replaced((module, "load_dataset", lambda *_, **__: texts)):
            rows = module.get_dataset(name, ask.tokenizer, ask.n, ask.seq_len, ask.seed)
        return [row["input_ids"][0].tolist() for row in rows]
    return rows_of


def gptq_of(path, name, least, call):
    """The programs that go back to GPTQ's datautils.py. `least` as above."""
    def rows_of(ask):
        module = clone(path)
        texts = Set(ask, least + ask.seq_len)
        others = Set(ask._replace(texts=["a " * (ask.seq_len + 2)]), 0)

        def load_dataset(*_, split, **__):
            return texts if split == "train" else others

        fake = types.SimpleNamespace(from_pretrained=lambda *_, **__: ask.tokenizer)
        places = [(place, "load_dataset", load_dataset) for place in (module, package("datasets"))] + [
            (place, "AutoTokenizer", fake) for place in (module, package("transformers"))]
        with replaced(*(place for place in places if hasattr(*place[:2]))):
            rows = call(module, name, ask)
        return [inp[0].tolist() for inp, _ in rows]
    return rows_of


def by_model(module, name, ask):
    return module.get_loaders(name, ask.n, ask.seed, ask.seq_len, "a-model")[0]


def by_tokenizer(module, name, ask):
    return module.get_loaders(name, ask.n, ask.seed, ask.seq_len, ask.tokenizer)[0]


def by_model_path(module, name, ask):
    return module.get_loaders(name, ask.n, ask.seed, ask.seq_len, model_path="a-model")


def quip_sharp(ask):
    module = clone("quip-sharp/lib/utils/data_utils.py")
    package("torch").manual_seed(ask.seed)
    with replaced((module, "load_dataset", lambda *_, **__: Set(ask, ask.seq_len))):
        return module.sample_rp1t(ask.tokenizer, ask.n, ask.seq_len).tolist()


class Listener:
    """A model that keeps what it is called with."""

    def __init__(self, torch):
        self.rows, self.parameter = [], torch.zeros(1)

    def __call__(self, ids):
        self.rows.append(ids[0].tolist())

    def eval(self):
        pass

    def parameters(self):
        return iter([self.parameter])

    def named_modules(self):
        return []


def smoothquant(ask):
    module, model = clone("smoothquant/smoothquant/calibration.py"), Listener(package("torch"))
    with replaced((module, "load_dataset", lambda *_, **__: dataset(ask))):
        module.get_act_scales(model, ask.tokenizer, "a-file", ask.n, ask.seq_len)
    return [row for row in model.rows if row]


@dataclasses.dataclass(frozen=True, eq=False)
class Program:
    name: str
    origin: str  # its package, or the folder of its clone
    sampler: str
    rows: Callable  # of an Ask
    source: dict = dataclasses.field(default_factory=dict)  # of calib's Corpus, beside `documents`
    sampling: dict = dataclasses.field(default_factory=dict)  # of calib's sample(), beside `sampler`
    n_samples: tuple = (1, 5, 33, 200)
    seeds: tuple = (0, 42, 2**32 - 1, 2**32, 2**64 - 1)
    skips: tuple = (0,)
    corpora: tuple = ()  # if not those of all
    is_strict: bool = False  # fails if there are fewer than n
    texts: Callable = list  # for calib, of the texts of the set

    def version(self):
        if self.origin not in WITHOUT_PACKAGE:
            return importlib.metadata.version(self.origin)
        return tap.output("git", "-C", f"{CLONES}/{self.origin}", "rev-parse", "--short=8", "HEAD").strip()


def first_1000(texts):
    return [text or " \n" for text in texts[:1000]]


WITHOUT_PACKAGE = {"gptq", "sparsegpt", "wanda", "SpQR", "quip-sharp", "smoothquant"}
SEEDS_OF_NUMPY = (0, 1, 42, 123, 2**32 - 1)  # it is seeded, too, and refuses others
DISTINCT = ((41, 8, 41), (9, 4, 9), (80, 37, 300), (2, 9, 10))  # no two documents of one length
SHORT = {"pad": 0}
PROGRAMS = [
    Program("auto-round", "auto-round", "autoround", auto_round),
    Program("auto-round, a file", "auto-round", "autoround-file", auto_round_file,
            {"documents": "json", "strip": "right"}),
    Program("AutoAWQ", "autoawq", "awq", autoawq, {"strip": "python"}, n_samples=(-1, 0, 1, 5, 33, 200), seeds=(42,)),
    Program("llm-compressor", "llmcompressor", "torch-random", llm_compressor_shuffled, {}, SHORT,
            n_samples=(0, 1, 5, 33, 200), skips=(0, 1, 2)),
    Program("llm-compressor, not shuffled", "llmcompressor", "longest", llm_compressor_longest, {}, SHORT,
            n_samples=(0, 1, 5, 33, 200), seeds=(0,), corpora=DISTINCT),
    Program("ModelOpt", "nvidia-modelopt", "documents", modelopt, {}, SHORT, seeds=(0,), texts=with_text),
    Program("optimum, wikitext2", "optimum", "gptq-window", optimum("wikitext2", -1), {"join": ""},
            n_samples=(0, 1, 5, 33, 200), seeds=SEEDS_OF_NUMPY, texts=first_1000),
    Program("optimum, c4", "optimum", "gptq-document", optimum("c4", 0), n_samples=(0, 1, 5, 33, 200),
            seeds=SEEDS_OF_NUMPY),
    Program("GPTQ, wikitext2", "gptq", "gptq-window", gptq_of("gptq/datautils.py", "wikitext2", -1, by_model),
            {"join": "\n\n"}),
    Program("GPTQ, ptb-new", "gptq", "gptq-window", gptq_of("gptq/datautils.py", "ptb-new", -1, by_model),
            {"join": " "}),
    Program("GPTQ, c4", "gptq", "gptq-document", gptq_of("gptq/datautils.py", "c4", 0, by_model)),
    Program("SpQR, wikitext2", "SpQR", "gptq-window", gptq_of("SpQR/datautils.py", "wikitext2", -1, by_model_path),
            {"join": "\n\n"}, seeds=SEEDS_OF_NUMPY),
    Program("SpQR, c4", "SpQR", "gptq-document", gptq_of("SpQR/datautils.py", "c4", 0, by_model_path),
            seeds=SEEDS_OF_NUMPY),
    Program("sparsegpt, wikitext2", "sparsegpt", "gptq-window",
            gptq_of("sparsegpt/datautils.py", "wikitext2", -1, by_model), {"join": " "}),
    Program("sparsegpt, c4", "sparsegpt", "wanda-document", gptq_of("sparsegpt/datautils.py", "c4", 1, by_model)),
    Program("wanda, wikitext2", "wanda", "gptq-window", gptq_of("wanda/lib/data.py", "wikitext2", -1, by_tokenizer),
            {"join": " "}),
    Program("wanda, c4", "wanda", "wanda-document", gptq_of("wanda/lib/data.py", "c4", 1, by_tokenizer)),
    Program("QuIP-sharp", "quip-sharp", "torch-reject", quip_sharp),
    Program("smoothquant", "smoothquant", "hf-shuffle", smoothquant, {}, SHORT, seeds=(42,), is_strict=True),
]
