# SPDX-License-Identifier: MIT
"""Variants of published tokenizer.json files: other components around a real vocabulary that is cut
down, so that a file is small."""
import json
import random

import small_files as small
from small_files import (LOWERCASE, NFC, NFKC, PREPEND, SPACES, STRIP, added, byte_level, metaspace, normalizers,
                         replace, sequence, split, template)

O200K = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
         r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
         r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")
KIMI = (r"[\p{Han}]+|" + O200K.replace(r"\p{Lo}\p{M}]", r"\p{Lo}\p{M}&&[^\p{Han}]]").replace(r"[\r\n/]*",
                                                                                             r"[\r\n]*"))
QWEN = small.CL100K.replace(r"\p{N}{1,3}", r"\p{N}")
DEEPSEEK = (r"\p{N}{1,3}", "[\u4e00-\u9fa5\u3040-\u309f\u30a0-\u30ff]+",
            "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+|[^\r\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+"
            "| ?[\\p{P}\\p{S}]+[\r\n]*|\\s*[\r\n]+|\\s+(?!\\S)|\\s+")
DEEPSEEK_V1 = ("[\r\n]", "\\s?[A-Za-z\u00b5\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u01ba\u0370-\u037f\u0400-\u0481]+",
               "\\s?[!-/:-~\uff01-\uff0f\uff1a-\uff5e\u2018-\u201f\u3000-\u3002]+", "\\s+$",
               "[\u4e00-\u9fa5\u0800-\u4e00\uac00-\ud7ff]+")
CLIP = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
FALCON = sequence({"type": "Punctuation", "behavior": "Contiguous"}, byte_level(),
                  {"type": "Digits", "individual_digits": False}, split("[0-9][0-9][0-9]"))
DIGITS = {"type": "Digits", "individual_digits": True}
ROBERTA = {"type": "RobertaProcessing", "sep": ["</s>", 2], "cls": ["<s>", 0], "trim_offsets": True,
           "add_prefix_space": True}
RUNS = [added(" " * n, normalized=True) for n in range(2, 25)]


def cut_down(parsed, n_merges):
    """The file with the first merges only, and the entries that these need."""
    model = dict(parsed["model"])
    vocabulary = model["vocab"]
    kept = {text for text in vocabulary if len(text) == 1 or (text.startswith("<0x") and len(text) == 6)}
    kept.add(model.get("unk_token"))
    merges = []
    for merge in model["merges"]:
        left, right = merge.split(" ") if isinstance(merge, str) else merge
        if left in kept and right in kept:
            merges.append([left, right])
            kept.add(left + right)
        if len(merges) == n_merges:
            break
    order = sorted((id, text) for text, id in vocabulary.items() if text in kept)
    model.update(vocab={text: at for at, (_, text) in enumerate(order)}, merges=merges)
    return dict(parsed, model=model)


def is_byte_level(parsed):
    return "\u0120" in parsed["model"]["vocab"]


def in_bytes(*patterns):
    return sequence(*map(split, patterns), byte_level(False))


# Pre-tokenizers of families whose vocabulary is in bytes.
SPLITS = {
    "gpt2": byte_level(), "cl100k": in_bytes(small.CL100K), "qwen": in_bytes(QWEN),
    "qwen 3.5": in_bytes(small.QWEN35),
    "o200k": in_bytes(O200K), "o200k removed": sequence(split(O200K, "Removed", True), byte_level(False)),
    "tekken": in_bytes(small.TEKKEN), "kimi": in_bytes(KIMI), "deepseek": in_bytes(*DEEPSEEK),
    "deepseek v1": sequence(*map(split, DEEPSEEK_V1[:3]), split(DEEPSEEK_V1[4]), DIGITS, byte_level(False)),
    "bailing": in_bytes(small.BLING), "bloom": in_bytes(small.BLOOM), "laguna": in_bytes(small.LINES, QWEN),
    "starcoder": sequence(DIGITS, byte_level()), "falcon": FALCON,
    "clip": sequence(split(CLIP, "Removed", True), byte_level(False)),
    "opt": byte_level(add_prefix_space=True),
}


def families(parsed):
    """(name, changes): families that no package carries."""
    model = parsed["model"]
    if not is_byte_level(parsed):
        llama = normalizers(PREPEND, SPACES)
        yield "mistral", {"normalizer": None, "pre_tokenizer": metaspace("first", False)}
        yield "phi 3", {"normalizer": llama, "pre_tokenizer": None, "added_tokens": [
            added("<s>", special=True), added("<|user|>", special=True, rstrip=True),
            added("<|end|>", rstrip=True)]}
        yield "gemma 1", {"normalizer": SPACES, "pre_tokenizer": None, "added_tokens": [
            *parsed["added_tokens"][:2], *(added("\n" * n) for n in range(1, 9)),
            *(added("\u2581" * n) for n in range(2, 9))]}
        return
    for name, step in SPLITS.items():
        for form in None, NFC, NFKC:
            yield f"{name} {form and form['type']}", {"normalizer": form, "pre_tokenizer": step}
    yield "gpt-neox", {"normalizer": NFC, "pre_tokenizer": SPLITS["gpt2"], "added_tokens": RUNS}
    yield "modernbert", {"normalizer": NFC, "pre_tokenizer": SPLITS["gpt2"], "added_tokens": RUNS + [
        added("[MASK]", special=True, lstrip=True), added("|||IP_ADDRESS|||", normalized=True)]}
    yield "roberta", {"pre_tokenizer": SPLITS["opt"], "post_processor": ROBERTA, "added_tokens": [
        added("<s>", special=True, normalized=True), added("<mask>", special=True, lstrip=True)]}
    suffixed = {text + "</w>": len(model["vocab"]) + at for at, text in enumerate(list(model["vocab"])[:2000])}
    yield "clip, words", {
        "normalizer": normalizers(NFC, replace(r"\s+", " ", "Regex"), LOWERCASE), "pre_tokenizer": SPLITS["clip"],
        "model": dict(model, end_of_word_suffix="</w>", unk_token="!", vocab=dict(model["vocab"], **suffixed),
                      merges=model["merges"] + [[left, right + "</w>"] for left, right in model["merges"]
                                                if right + "</w>" in suffixed and left + right + "</w>" in suffixed])}


def models(parsed, seed):
    """(name, changes): other models."""
    pick = random.Random(seed)
    model = parsed["model"]
    merges = list(model["merges"])
    for name in "ignore_merges", "byte_fallback", "fuse_unk":
        yield name, {"model": dict(model, **{name: not model.get(name)})}
    pick.shuffle(merges)
    yield "shuffled merges", {"model": dict(model, merges=merges)}
    yield "duplicate merges", {"model": dict(model,
                                             merges=model["merges"] + pick.sample(merges, len(merges) // 2))}
    yield "merges reversed", {"model": dict(model, merges=model["merges"][::-1])}
    ids = pick.sample(range(4 * len(model["vocab"])), len(model["vocab"]))
    yield "holes", {"model": dict(model, vocab=dict(zip(model["vocab"], ids))), "added_tokens": []}
    missing = set(pick.sample([text for text in model["vocab"] if len(text) == 1 or text.startswith("<0x")], 40))
    kept = [text for text in model["vocab"] if not any(c in missing for c in text) and text not in missing]
    yield "entries missing", {"model": dict(
        model, vocab={text: at for at, text in enumerate(kept)},
        merges=[[left, right] for left, right in model["merges"] if {left, right, left + right} <= set(kept)])}
    prefixed = {"##" + text: len(model["vocab"]) + at for at, text in enumerate(model["vocab"])}
    yield "prefix", {"model": dict(
        model, continuing_subword_prefix="##", vocab=dict(model["vocab"], **prefixed),
        merges=[[left, "##" + right] for left, right in model["merges"]])}


NORMALIZERS = [NFC, NFKC, LOWERCASE, STRIP, PREPEND, SPACES, replace("the", "a b"), replace("e", "\xe9"),
               replace("\n", " "), replace("a", ""), replace(r"\s+", " ", "Regex"),
               replace(r"[0-9]", "0", "Regex"),
               replace("\u2581", " "), replace(" {2,}", "\u2581", "Regex"), replace("``", '"')]
CONTENTS = ["<s>", "<", "a>b", "the", "The", " the", "the ", "ing", "\n", "\n\n", " ", "  ", "   ", " \n", "\t",
            "1",
            "12", "e", "\xe9", "e\u0301", "\u0301", "A\u030a", "\u212b", "\u6771", "\u4eac", "'s", "'", ".", "...",
            " .",
            "\u2581", "\u2581the", "\u2581\u2581", "<|im_start|>", "<|im_end|>", "\u2028", "\x85", "\u200d",
            "\u1161",
            "\uac00", "\u1112", "\0", "\r\n", "\r", "\uff21", "\ufb03", "K", "\u212a", "\u017f", "aa", "a", "ab",
            "_",
            "\U0001f469\u200d\U0001f680", "\u0915\u093c", "\u0958", "<mask>", "[MASK]", "\u3000", "x y", "a\nb",
            "$1"]
BEHAVIORS = "Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"
PATTERNS = [small.GPT2, small.CL100K, QWEN, small.QWEN35, small.TEKKEN, O200K, KIMI, small.BLING, small.BLOOM,
            small.LINES, CLIP, *DEEPSEEK, r"\p{N}", r"\p{L}", r"\s+", r"\p{P}+", "[a-z]", "\n+", r"\s?\p{L}+",
            r"[A-Z]?[a-z]+", r"\s+(?!\S)|\s+", r"\S+", r" ?\S+", r"ab|a|b", r"a+b?", r"[^\n]+\n?"]


def random_tokens(pick, texts):
    def content():
        kind = pick.randrange(5)
        if kind == 0:
            at = pick.randrange(len(texts))
            return texts[at:at + pick.randrange(1, 5)]
        return "".join(pick.choice(CONTENTS) for _ in range(1 if kind < 4 else 2))

    def maybe(n):
        return pick.randrange(n) == 0

    return [added(content(), normalized=maybe(2), lstrip=maybe(4), rstrip=maybe(4), single_word=maybe(5),
                  special=maybe(3)) for _ in range(pick.choice((0, 1, 2, 5, 12)))]


def random_step(pick):
    kind = pick.randrange(9)
    if kind < 4:
        return split(pick.choice(PATTERNS), pick.choice(BEHAVIORS), maybe_true(pick))
    if kind == 4:
        return split(pick.choice((" ", "\n", "a", "\u2581", "ab", "  ")), pick.choice(BEHAVIORS), maybe_true(pick),
                     "String")
    return pick.choice(({"type": "Digits", "individual_digits": maybe_true(pick)},
                        {"type": "Punctuation", "behavior": pick.choice(BEHAVIORS)}, {"type": "Whitespace"},
                        {"type": "WhitespaceSplit"},
                        metaspace(pick.choice(("first", "always", "never")), maybe_true(pick))))


def maybe_true(pick):
    return pick.randrange(2) == 0


def random_file(parsed, texts, seed):
    """The file with components at random."""
    pick = random.Random(seed)
    steps = [random_step(pick) for _ in range(pick.choice((0, 0, 1, 1, 2)))]
    if is_byte_level(parsed):
        ends = [byte_level(maybe_true(pick), pick.randrange(3) == 0)]
        steps = [pick.choice(list(SPLITS.values()))] if maybe_true(pick) else steps + ends
    forms = pick.sample(NORMALIZERS, pick.choice((0, 0, 1, 1, 2, 3)))
    changes = {"normalizer": normalizers(*forms) if forms else None, "added_tokens": random_tokens(pick, texts),
               "pre_tokenizer": sequence(*steps) if steps else None,
               "post_processor": pick.choice((None, template(["<s>"], []), template(["a"], ["b", "c"]),
                                              byte_level()))}
    if maybe_true(pick):
        changes.update(pick.choice(list(models(parsed, seed)))[1], added_tokens=changes["added_tokens"])
    return dict(parsed, **changes)
