# SPDX-License-Identifier: MIT
"""Small tokenizer.json files: two models that are trained here, with every component around them."""
import json
import random

import hard_texts
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
CL100K = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
          r"|\s+(?!\S)|\s+")
QWEN35 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*"
          r"|\s*[\r\n]+|\s+(?!\S)|\s+")
TEKKEN = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
          r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}"
          r"| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
BLING = (r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+")
BLOOM = " ?[^(\\s|[.,!?\u2026\u3002\uff0c\u3001\u0964\u06d4\u060c])]+"
LINES = r"[^\n]+|[\n]+"


def trained(texts, byte_level):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = (pre_tokenizers.ByteLevel(add_prefix_space=False) if byte_level
                               else pre_tokenizers.Metaspace(prepend_scheme="never"))
    alphabet = pre_tokenizers.ByteLevel.alphabet() if byte_level else []
    trainer = trainers.BpeTrainer(vocab_size=900, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator([texts[at:at + 2000] for at in range(0, len(texts), 2000)], trainer)
    parsed = json.loads(tokenizer.to_str())
    parsed["decoder"] = parsed["pre_tokenizer"] = parsed["post_processor"] = None
    return parsed


def random_model(texts, seed):
    """A model of bytes with merges at random: its entries begin and end anywhere in a character, and
    its ids have holes."""
    pick = random.Random(seed)
    letters = {byte: letter for letter, byte in hard_texts.BYTE_OF.items()}
    foreign = "".join(c for c in texts if ord(c) > 0x7f).encode() or texts.encode()
    entries, merges = {bytes([byte]) for byte in range(256)}, []

    def add(entry):
        if entry not in entries:
            at = pick.randrange(1, len(entry))
            add(entry[:at])
            add(entry[at:])
            merges.append((entry[:at], entry[at:]))
            entries.add(entry)

    for _ in range(1500):
        text = foreign if pick.randrange(3) else texts[:100000].encode()
        at = pick.randrange(len(text) - 8)
        add(text[at:at + pick.randrange(2, 8)])
    pick.shuffle(merges)
    spelled = {entry: "".join(letters[byte] for byte in entry) for entry in entries}
    ids = pick.sample(range(3 * len(entries)), len(entries))
    return {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None,
            "end_of_word_suffix": None, "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
            "vocab": {spelled[entry]: id for entry, id in zip(sorted(entries), ids)},
            "merges": [[spelled[left], spelled[right]] for left, right in merges]}


def split(pattern, behavior="Isolated", invert=False, kind="Regex"):
    return {"type": "Split", "pattern": {kind: pattern}, "behavior": behavior, "invert": invert}


def byte_level(use_regex=True, add_prefix_space=False):
    return {"type": "ByteLevel", "add_prefix_space": add_prefix_space, "trim_offsets": True,
            "use_regex": use_regex}


def sequence(*steps):
    return {"type": "Sequence", "pretokenizers": list(steps)}


def normalizers(*steps):
    return {"type": "Sequence", "normalizers": list(steps)}


def metaspace(scheme, divided):
    return {"type": "Metaspace", "replacement": "\u2581", "prepend_scheme": scheme, "split": divided}


def replace(pattern, content, kind="String"):
    return {"type": "Replace", "pattern": {kind: pattern}, "content": content}


def added(content, **properties):
    return dict({"id": 0, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
                 "normalized": False, "special": False}, **properties)


def template(before, behind):
    pieces = [{"SpecialToken": {"id": token, "type_id": 0}} for token in before]
    pieces.append({"Sequence": {"id": "A", "type_id": 0}})
    pieces += [{"SpecialToken": {"id": token, "type_id": 0}} for token in behind]
    tokens = {token: {"id": token, "ids": [5 + i], "tokens": [token]} for i, token in enumerate(before + behind)}
    return {"type": "TemplateProcessing", "single": pieces, "pair": [], "special_tokens": tokens}


TOKENS = {
    "special": [added("<s>", special=True), added("<|im_start|>", special=True), added("the", special=True)],
    "plain": [added("<tool>"), added("ing"), added("'s"), added("\n\n"), added("  "), added(" a")],
    "overlapping": [added("<a>", special=True), added("a>b"), added("<a"), added("a" * 30), added("aa"),
                    added("ab")],
    "lstrip": [added("<s>", lstrip=True, special=True), added("<mask>", lstrip=True), added("x", lstrip=True)],
    "rstrip": [added("<s>", rstrip=True, special=True), added("<end>", rstrip=True), added(".", rstrip=True)],
    "both strips": [added("<s>", lstrip=True, rstrip=True), added("\n", rstrip=True), added("\t", lstrip=True),
                    added(" .")],
    "single word": [added("the", single_word=True), added("<s>", single_word=True, special=True),
                    added("'s", single_word=True)],
    "normalized": [added("The", normalized=True), added("\xe9", normalized=True), added("<S>", normalized=True),
                   added(" and", normalized=True), added("\u2581of", normalized=True),
                   added("e\u0301t\xe9", normalized=True)],
    "normalized strips": [added("The", normalized=True, lstrip=True), added("<S>", normalized=True, rstrip=True),
                          added("IT", normalized=True, single_word=True)],
    "runs of spaces": [added(" " * n, normalized=True) for n in range(2, 25)],
    "repeated": [added("<s>", special=True), added("<s>"), added("a"), added("", special=True),
                 added("a", lstrip=True)],
}
NFC, NFKC, LOWERCASE = {"type": "NFC"}, {"type": "NFKC"}, {"type": "Lowercase"}
STRIP = {"type": "Strip", "strip_left": True, "strip_right": True}
PREPEND = {"type": "Prepend", "prepend": "\u2581"}
SPACES = replace(" ", "\u2581")


def byte_files(base, texts):
    """(name, changes) of files whose model works on bytes."""
    steps = {
        "gpt2": byte_level(),
        "prefix space": byte_level(add_prefix_space=True),
        "cl100k": sequence(split(CL100K), byte_level(False)),
        "cl100k removed": sequence(split(CL100K, "Removed", True), byte_level(False)),
        "qwen 3.5": sequence(split(QWEN35), byte_level(False)),
        "tekken": sequence(split(TEKKEN), byte_level(False)),
        "bailing": sequence(split(BLING), byte_level(False)),
        "bloom": sequence(split(BLOOM), byte_level(False)),
        "lines": sequence(split(LINES), byte_level(False)),
        "lines, cl100k": sequence(split(LINES), split(CL100K), byte_level(False)),
        "digits": sequence({"type": "Digits", "individual_digits": True}, byte_level()),
        "runs of digits": sequence({"type": "Digits", "individual_digits": False}, byte_level()),
        "falcon": sequence({"type": "Punctuation", "behavior": "Contiguous"}, byte_level(),
                           {"type": "Digits", "individual_digits": False}, split("[0-9][0-9][0-9]")),
        "whitespace": sequence({"type": "Whitespace"}, byte_level(False)),
        "whitespace split": sequence({"type": "WhitespaceSplit"}, byte_level()),
        "a prefix in every part": sequence(split(r"\p{N}"), byte_level(add_prefix_space=True)),
        "nothing split": byte_level(False),
    }
    for behavior in ("Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"):
        for invert in (False, True):
            name = behavior + (" inverted" if invert else "")
            steps["string " + name] = sequence(split(" ", behavior, invert, "String"), byte_level(False))
            steps["pattern " + name] = sequence(split(r"\p{L}", behavior, invert), byte_level(False))
            steps["runs " + name] = sequence(split(r"\p{P}+", behavior, invert), byte_level())
    for name, step in steps.items():
        yield name, {"pre_tokenizer": step}
    forms = {"nfc": NFC, "nfkc": NFKC, "lowercase": LOWERCASE, "strip": STRIP, "prepend": PREPEND,
             "replace a string": replace("the", "a b"), "replace a pattern": replace(r"\s+", " ", "Regex"),
             "clip": normalizers(NFC, replace(r"\s+", " ", "Regex"), LOWERCASE), "spaces": SPACES}
    for name, form in forms.items():
        yield name, {"normalizer": form, "pre_tokenizer": steps["gpt2"]}
        yield name + ", tokens", {"normalizer": form, "pre_tokenizer": steps["cl100k"],
                                  "added_tokens": TOKENS["normalized"] + TOKENS["special"]}
    for name, tokens in TOKENS.items():
        yield name, {"pre_tokenizer": steps["cl100k"], "added_tokens": tokens}
        yield name + ", prefix space", {"pre_tokenizer": steps["prefix space"], "added_tokens": tokens}
        yield name + ", nfc", {"normalizer": NFC, "pre_tokenizer": steps["gpt2"], "added_tokens": tokens}
    for seed in range(6):
        yield f"random merges {seed}", {"pre_tokenizer": steps[("gpt2", "cl100k", "qwen 3.5")[seed % 3]],
                                        "normalizer": NFC if seed > 2 else None,
                                        "model": random_model(texts, seed)}
    yield "ignore_merges", {"pre_tokenizer": steps["cl100k"], "model": dict(base["model"], ignore_merges=True)}
    yield "template", {"pre_tokenizer": steps["gpt2"], "post_processor": template(["a", "b"], ["c"])}


def character_files(base, _):
    """(name, changes) of files whose model works on characters."""
    model = base["model"]
    n = len(model["vocab"])
    fallback = dict(model["vocab"], **{f"<0x{byte:02X}>": n + byte for byte in range(256)})
    unknown = dict(fallback, **{"<unk>": n + 256})
    models_ = {
        "llama": dict(model, vocab=unknown, byte_fallback=True, fuse_unk=True, unk_token="<unk>"),
        "a byte is missing": dict(model, vocab={text: id for text, id in unknown.items()
                                                if text not in ("<0x09>", "<0xF3>")},
                                  byte_fallback=True, fuse_unk=True, unk_token="<unk>"),
        "fused": dict(model, vocab=unknown, fuse_unk=True, unk_token="<unk>"),
        "unknown": dict(model, vocab=unknown, unk_token="<unk>"),
        "dropped": dict(model),
        "merges are ignored": dict(model, vocab=unknown, byte_fallback=True, ignore_merges=True),
    }
    llama = normalizers(PREPEND, SPACES)
    for name, changed in models_.items():
        yield name, {"model": changed, "normalizer": llama}
        yield name + ", metaspace", {"model": changed, "pre_tokenizer": metaspace("first", False)}
        yield name + ", words", {"model": changed, "pre_tokenizer": {"type": "Whitespace"}}
    for scheme in ("first", "always", "never"):
        for divided in (False, True):
            changes = {"model": models_["llama"], "pre_tokenizer": metaspace(scheme, divided)}
            yield f"metaspace {scheme} {divided}", changes
            yield f"metaspace {scheme} {divided}, tokens", dict(
                changes, added_tokens=TOKENS["special"] + TOKENS["normalized"])
    yield "gemma 3", {"model": models_["llama"], "normalizer": SPACES,
                      "pre_tokenizer": split(" ", "MergedWithPrevious", False, "String")}
    spaced = dict(models_["llama"], vocab=dict(models_["llama"]["vocab"], **{" ": n + 257}))
    for name, normalizer in {
            "a space behind the replacement": normalizers(SPACES, dict(PREPEND, prepend=" the ")),
            "a space in front of it": normalizers(dict(PREPEND, prepend=" the "), SPACES),
            "spaces become letters": replace(" ", "e"), "letters become letters": replace("e", "t"),
            "the mark becomes a letter": replace("\u2581", "e"),
            "beyond 16 bits": normalizers(replace("e", "\U0001f600")),
            "from beyond 16 bits": replace("\U0001f600", "e"),
            "one becomes two": replace(" ", "\u2581\u2581"), "two become one": replace("  ", "\u2581"),
            "one becomes nothing": replace(" ", ""), "nothing changes": replace(" ", " "),
            "twice": normalizers(replace("t", "e"), replace("e", "a"))}.items():
        yield name, {"model": spaced, "normalizer": normalizer}
    for pattern in " ", "e":
        for invert in False, True:
            yield f"spaces, split {pattern} {invert}", {
                "model": spaced, "normalizer": SPACES, "pre_tokenizer": split(pattern, "Removed", invert, "String")}
    for name, tokens in TOKENS.items():
        yield name + ", llama", {"model": models_["llama"], "normalizer": llama, "added_tokens": tokens}
        yield name + ", gemma", {"model": models_["llama"], "normalizer": SPACES, "added_tokens": tokens}


def words_file():
    """One with the token <x>, which is read only as a word of its own."""
    model = {"type": "BPE", "vocab": {"<": 0, "x": 1, ">": 2, " ": 3}, "merges": []}
    return {"version": "1.0", "truncation": None, "padding": None,
            "added_tokens": [added("<x>", single_word=True)],
            "normalizer": None, "pre_tokenizer": None, "post_processor": None, "decoder": None, "model": model}


def changed(parsed, is_byte_level, texts):
    """(name, parsed file) of all variants of one."""
    make = byte_files if is_byte_level else character_files
    for name, changes in make(parsed, texts):
        yield name, dict(parsed, **changes)


def files(texts):
    """(name, parsed file) of all variants of two models that are trained here."""
    for kind, is_byte_level in (("bytes", True), ("characters", False)):
        for name, parsed in changed(trained(texts[:200000], is_byte_level), is_byte_level, texts):
            yield f"{kind}: {name}", parsed
