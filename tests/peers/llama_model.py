# SPDX-License-Identifier: MIT
"""Small random models for llama.cpp, with the vocabulary of one of its files."""
import sys

import numpy as np

N_LAYERS, WIDTH, INNER, N_HEADS, N_EXPERTS, N_USED = 2, 64, 96, 2, 4, 2


def _gguf(sources):
    folder = str(sources / "gguf-py")
    if folder not in sys.path:
        sys.path.insert(0, folder)
    import gguf
    return gguf


def _copy_vocabulary(gguf, writer, vocabulary):
    for name, field in gguf.GGUFReader(vocabulary).fields.items():
        if not name.startswith("tokenizer."):
            continue
        kind = field.types[0]
        inner = field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(name, field.contents(), kind, inner)


def _tensors(rng, n_ids, with_experts):
    def normal(*shape):
        return rng.standard_normal(shape, np.float32) * np.float32(0.3)

    yield "token_embd.weight", normal(n_ids, WIDTH)
    yield "output_norm.weight", np.ones(WIDTH, np.float32)
    yield "output.weight", normal(n_ids, WIDTH)
    for layer in range(N_LAYERS):
        block = f"blk.{layer}."
        for norm in ("attn_norm", "ffn_norm"):
            yield f"{block}{norm}.weight", np.ones(WIDTH, np.float32)
        for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
            yield f"{block}{part}.weight", normal(WIDTH, WIDTH)
        experts, ending = ((N_EXPERTS,), "_exps") if with_experts else ((), "")
        if with_experts:
            yield f"{block}ffn_gate_inp.weight", normal(N_EXPERTS, WIDTH)
        for part, shape in (("gate", (INNER, WIDTH)), ("up", (INNER, WIDTH)), ("down", (WIDTH, INNER))):
            yield f"{block}ffn_{part}{ending}.weight", normal(*experts, *shape)


def write(sources, vocabulary, path, with_experts):
    """Writes a model of two layers, the same for each call. `vocabulary` None: it has none."""
    gguf = _gguf(sources)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("random")
    writer.add_block_count(N_LAYERS)
    writer.add_context_length(512)
    writer.add_embedding_length(WIDTH)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(N_HEADS)
    writer.add_head_count_kv(N_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    if with_experts:
        writer.add_expert_count(N_EXPERTS)
        writer.add_expert_used_count(N_USED)
    if vocabulary is None:
        n_ids = 100
        writer.add_tokenizer_model("no_vocab")
        writer.add_vocab_size(n_ids)
    else:
        _copy_vocabulary(gguf, writer, vocabulary)
        n_ids = len(gguf.GGUFReader(vocabulary).fields["tokenizer.ggml.tokens"].data)
    for name, tensor in _tensors(np.random.default_rng(5), n_ids, with_experts):
        writer.add_tensor(name, tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def read_matrix(sources, path):
    """Returns the tensors of an importance matrix, and its other values."""
    reader = _gguf(sources).GGUFReader(path)
    return ({tensor.name: (tensor.shape.tolist(), tensor.data.tobytes()) for tensor in reader.tensors},
            {name: field.contents() for name, field in reader.fields.items() if not name.startswith("GGUF.")})
