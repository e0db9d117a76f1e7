# SPDX-License-Identifier: MIT
"""Readers of the output formats and a model of the sampler, written from their descriptions, not from
calib's code."""
import ast
import json
import struct

MASK = 0xffffffff


def rows_of(data, shape):
    """Returns a list of rows, or of ids if there is one dimension."""
    if len(shape) == 1:
        return rows_of(data, (1, *shape))[0]
    n_rows, seq_len = shape
    if len(data) != 4 * n_rows * seq_len:
        raise AssertionError(f"{len(data)} bytes for the shape {shape}")
    ids = struct.unpack(f"<{n_rows * seq_len}i", data)
    return [list(ids[i * seq_len:(i + 1) * seq_len]) for i in range(n_rows)]


def read_npy(data):
    """Returns the contents of a version 1.0 .npy file of one or two dimensions."""
    if data[:8] != b"\x93NUMPY\x01\x00":
        raise AssertionError(f"the file begins with {data[:8]!r}")
    end = 10 + struct.unpack("<H", data[8:10])[0]
    if end % 64 or data[end - 1:end] != b"\n":
        raise AssertionError(f"the header ends at {end}, with {data[end - 1:end]!r}")
    header = ast.literal_eval(data[10:end].decode("ascii"))
    if header["descr"] != "<i4" or header["fortran_order"] is not False:
        raise AssertionError(str(header))
    return rows_of(data[end:], header["shape"])


def read_tensors(data):
    """Returns the tensors of a .safetensors file by name, which fill it without a gap, and its metadata."""
    end = 8 + struct.unpack("<Q", data[:8])[0]
    if end % 8:
        raise AssertionError(f"the header ends at {end}")
    header = json.loads(data[8:end].decode("utf-8"))
    metadata = header.pop("__metadata__")
    if not all(isinstance(value, str) for value in metadata.values()):
        raise AssertionError(f"not only strings: {metadata}")
    tensors, at = {}, 0
    for name, tensor in header.items():
        first, last = tensor["data_offsets"]
        part = data[end + first:end + last]
        if tensor["dtype"] == "I64":
            tensors[name] = list(struct.unpack("<%dq" % tensor["shape"][0], part))
        else:
            tensors[name] = rows_of(part, tensor["shape"])
        if first != at or tensor["dtype"] not in ("I32", "I64"):
            raise AssertionError(f"{name}: {tensor} behind {at} bytes")
        at = last
    if end + at != len(data):
        raise AssertionError(f"{at} of {len(data) - end} bytes are in tensors")
    return tensors, metadata


def read_safetensors(data):
    """Returns rows and metadata of a .safetensors file with the one tensor input_ids."""
    tensors, metadata = read_tensors(data)
    rows = tensors.pop("input_ids")
    if tensors:
        raise AssertionError(str(list(tensors)))
    return rows, metadata


def threefry(key, counter):
    """Threefry-2x32-20 of Salmon et al., SC'11."""
    rotations = (13, 15, 26, 6), (17, 29, 16, 24)
    keys = (key[0], key[1], key[0] ^ key[1] ^ 0x1BD11BDA)
    a, b = (counter[0] + keys[0]) & MASK, (counter[1] + keys[1]) & MASK
    for group in range(5):
        for distance in rotations[group % 2]:
            a = (a + b) & MASK
            b = ((b << distance | b >> (32 - distance)) & MASK) ^ a
        a = (a + keys[(group + 1) % 3]) & MASK
        b = (b + keys[(group + 2) % 3] + group + 1) & MASK
    return a, b


def bits(key, n):
    half, odd = divmod(n, 2)
    out = [0] * n
    for i in range(half):
        out[i], out[i + half + odd] = threefry(key, (i, i + half + odd))
    if odd:
        out[half] = threefry(key, (half, 0))[0]
    return out


def permutation(n, seed, skip_keys=0):
    """Returns mx.random.permutation(n) after mx.random.seed(seed) and `skip_keys` uses."""
    state = (seed >> 32, seed & MASK)
    for _ in range(skip_keys + 1):
        words = bits(state, 4)
        state, used = tuple(words[:2]), tuple(words[2:])
    values = bits(used, n)
    return sorted(range(n), key=lambda i: values[i])


def sample(ids, n_samples, seq_len, seed, skip_keys=0):
    """Returns the rows that mlx-lm's load_data gives."""
    order = permutation(len(ids) // seq_len, seed, skip_keys)
    if n_samples > 0:
        order = order[:n_samples]
    return [list(ids[i * seq_len:(i + 1) * seq_len]) for i in order]
