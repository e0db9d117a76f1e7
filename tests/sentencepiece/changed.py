# SPDX-License-Identifier: MIT
"""Changes models: reads and writes the few protobuf fields that matter."""
import struct

NORMAL, USER_DEFINED, UNUSED = 1, 4, 5
KINDS = ("unused", "ties", "shuffle", "drop", "symbols", "names", "flags", "noise")


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def put_varint(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes(out + bytes([value]))


def fields(data):
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        if tag & 7 == 0:
            value, at = varint(data, at)
        elif tag & 7 == 2:
            size, at = varint(data, at)
            value, at = data[at:at + size], at + size
        else:
            size = {1: 8, 5: 4}[tag & 7]
            value, at = data[at:at + size], at + size
        yield tag >> 3, value


def read_model(path):
    pieces, rest = [], b""
    with open(path, "rb") as file:
        for number, value in fields(file.read()):
            if number == 1:
                piece = dict(fields(value))
                pieces.append([piece[1], struct.unpack("<f", piece.get(2, bytes(4)))[0], piece.get(3, 1)])
            else:
                rest += put_varint(number << 3 | 2) + put_varint(len(value)) + value
    return pieces, rest


def write_model(path, pieces, rest):
    out = b""
    for text, score, kind in pieces:
        piece = b"\x0a" + put_varint(len(text)) + text + b"\x15" + struct.pack("<f", score)
        piece += b"\x18" + put_varint(kind)
        out += b"\x0a" + put_varint(len(piece)) + piece
    with open(path, "wb") as file:
        file.write(out + rest)
    return path


def new_symbol(rng, normal, symbols):
    """Returns a text for a symbol: pieces with or without a space between, a single character, a run, or
    the beginning or continuation of another symbol."""
    one, other = rng.choice(normal)[0].decode(), rng.choice(normal)[0].decode()
    known = rng.choice(symbols).decode() if symbols else one
    return rng.choice([
        one + other, one + other, one + rng.choice(" \u2581\n") + other, other + one[:1],
        rng.choice("\n \u2581\t-=") * rng.randint(1, 24), known + one, known[:rng.randint(1, len(known))],
        chr(rng.choice([rng.randint(1, 127), rng.randint(0x80, 0x24f), rng.randint(0x4e00, 0x9fff)])),
        "<%s%d>" % (rng.choice(["unused", "h", "/h"]), rng.randint(0, 999))]).encode()


def add_symbols(rng, pieces, n):
    """Adds n user-defined symbols."""
    taken = {piece[0] for piece in pieces}
    normal, symbols = [piece for piece in pieces if piece[2] == NORMAL], []
    while len(symbols) < n:
        text = new_symbol(rng, normal, symbols)
        if text not in taken:
            taken.add(text)
            symbols.append(text)
    pieces += [[text, 0.0, USER_DEFINED] for text in symbols]


def add_tags(pieces, n):
    """Adds, or makes of pieces, n symbols like those of Gemma's models: runs of line ends, spaces and tabs,
    tags, and names that no text has."""
    tags = "table tr td th thead tbody h1 h2 h3 b i u strong em sub sup code a p".split()
    texts = ["\n" * k for k in range(1, 32)] + ["\u2581" * k for k in range(2, 32)]
    texts += ["\t" * k for k in range(1, 32)] + [mark % tag for tag in tags for mark in ("<%s>", "</%s>")]
    texts += ["<unused%d>" % k for k in range(n)]
    known = {piece[0]: piece for piece in pieces}
    for text in texts[:n]:
        if text.encode() in known:
            known[text.encode()][2] = USER_DEFINED
        else:
            pieces.append([text.encode(), 0.0, USER_DEFINED])


def mutate(rng, source, path, kind):
    """Writes a model changed in the way `kind` and up to two others. Returns their names."""
    pieces, rest = read_model(source)
    normal = [piece for piece in pieces if piece[2] == NORMAL]
    others = [other for other in KINDS if other != kind]
    kinds = [kind] + rng.sample(others, rng.randint(0, 2))
    rng.shuffle(kinds)
    for kind in kinds:
        if kind == "unused":
            for piece in rng.sample(normal, len(normal) // rng.choice([3, 10, 50])):
                piece[2] = UNUSED
        elif kind == "ties":
            step = rng.choice([2, 50, 10000])
            for piece in normal:
                piece[1] = float(piece[1] // step)
        elif kind == "shuffle":
            scores = [piece[1] for piece in normal]
            rng.shuffle(scores)
            for piece, score in zip(normal, scores):
                piece[1] = score
        elif kind == "names":
            add_symbols(rng, pieces, rng.choice([1, 20, 300, 5000]))
        elif kind == "noise":
            zero = rng.choice([0.0, -0.0])
            for piece in normal:
                piece[1] = rng.choice([zero, -1.0, 3.4028234e38, -3.4028234e38, rng.uniform(-10, 10)])
            if rng.random() < 0.25:  # the library merges these models
                for piece in rng.sample(normal, 9):
                    piece[1] = rng.choice([-zero, 1e-45, -1e-45])
        elif kind == "drop":
            gone = {id(piece) for piece in rng.sample(normal, len(normal) // rng.choice([3, 10]))}
            pieces = [piece for piece in pieces if id(piece) not in gone]
            normal = [piece for piece in normal if id(piece) not in gone]
        elif kind == "symbols":
            for piece in rng.sample(normal, rng.choice([1, 5, 40])):
                piece[2] = USER_DEFINED
        else:  # add_dummy_prefix, remove_extra_whitespaces, treat_whitespace_as_suffix
            flags = bytes([0x18, rng.randint(0, 1), 0x20, rng.randint(0, 1)])
            rest += b"\x1a" + bytes([len(flags)]) + flags
            rest += b"\x12\x03" + bytes([0xc0, 0x01, rng.randint(0, 1)])
    write_model(path, pieces, rest)
    return "+".join(kinds)


def unescape(source, path):
    """Writes the model with escape_whitespaces off, which spm_train does not offer: protobuf merges a
    NormalizerSpec that is repeated."""
    with open(source, "rb") as file, open(path, "wb") as out:
        out.write(file.read() + b"\x1a\x02\x28\x00")
    return path
