#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests the cuts on many models: trains and changes models, and runs `exact` on each. TAP.

usage: property.py EXACT NEWER SPM_TRAIN DIRECTORY_OF_TEXTS

By default a bounded part: models of every kind, few texts for each. CALIB_TEST_LONG=1 tries all
models on more texts; CALIB_TEST_LONG=2 searches for hours, from a new seed each time, and
CALIB_TEST_SEED=N repeats that. CALIB_TEST_VENV names a Python environment with mistral-common, whose
models are tried too, and with a SentencePiece of another version, whose ids are compared.
"""
import concurrent.futures
import glob
import os
import random
import subprocess
import sys
import tempfile
import zlib

import changed
import trained

EXACT, NEWER, SPM_TRAIN, TEXTS = sys.argv[1:5]
VENV = os.environ.get("CALIB_TEST_VENV")
LEVEL = min(int(os.environ.get("CALIB_TEST_LONG") or 0), 2)
BOUNDED = LEVEL < 1
SEED = int(os.environ.get("CALIB_TEST_SEED") or (random.randrange(1 << 30) if LEVEL > 1 else 1))
N_TEXTS = (20, 60, 20000)[LEVEL]
# Bytes of the text that is encoded in batches: for every model, for a few.
LARGE, LARGEST = ((30000, 300000), (150000, 1000000), (800000, 5000000))[LEVEL]
LARGEST_FOR = ("bpe-llama.model", "tokenizer.model.v1")
N_MUTANTS = (8, 20, 220)[LEVEL]
N_UNUSED = (4, 10, 100)[LEVEL]
WORKERS = os.cpu_count() or 1
SLOWEST = 1800  # seconds for one model
MOST_PER_SEGMENT = 12  # characters of English
UNESCAPED = ("bpe-default", "bpe-llama", "bpe-suffix", "bpe-symbols", "char-default")[::4 if BOUNDED else 1]
HARD = ("\n  a  b \t\r\n\x01\x7f\u0085\u2028\u3000\u2581\u2581 e\u0301t \u1112\u1161\u11ab"
        "\u30ab\u3099\uff76\uff9e\uff11\u00a8\ufdfa\ufb03\u200b\u00ad\ufeff\U000f0000\U000f0001 ")


def all_texts():
    """Returns the paths of all texts, English first."""
    return sorted(glob.glob(os.path.join(TEXTS, "*.txt")), key=lambda path: "prose" not in path)


def exact(model, how="search"):
    """Returns exit code and lines. Every model gets texts of its own."""
    name = os.path.basename(model)
    seed = SEED * 1000003 + zlib.crc32(name.encode())
    large = 0 if how == "naive" else LARGEST if name in LARGEST_FOR else LARGE
    run = subprocess.run([EXACT, how, model, str(seed), str(N_TEXTS), str(large), *all_texts()],
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SLOWEST)
    lines = run.stdout.decode("utf-8", "replace").strip().split("\n")
    return run.returncode, lines


def values(line):
    found = dict(word.split("=", 1) for word in line.split(" why=")[0].split() if "=" in word)
    found["why"] = line.partition(" why=")[2]
    return found


class Tap:
    def __init__(self):
        self.count = self.failed = 0
        self.tried = dict.fromkeys(["texts", "streams", "bytes"], 0)
        self.per_segment = []

    def case(self, good, name, lines=()):
        self.count += 1
        self.failed += not good
        print("%sok %d - %s" % ("" if good else "not ", self.count, name))
        for line in lines:
            print("# " + line)
        sys.stdout.flush()

    def model(self, name, why, code, lines):
        """`why` is part of the reason to encode whole; "": short segments are required; None: any
        segments."""
        found = values(lines[-1])
        good = code == 0 and (why is None or (why in found["why"] and bool(why) == bool(found["why"])))
        if code == 0:
            for what in self.tried:
                self.tried[what] += int(found[what])
        if good and why == "":
            self.per_segment.append(float(found["english_per_segment"]))
            good = self.per_segment[-1] <= MOST_PER_SEGMENT
        self.case(good, name, lines)


def try_trained(directory, job):
    name, options, why = job
    try:
        path = trained.train(SPM_TRAIN, TEXTS, directory, name, options, BOUNDED)
    except RuntimeError as error:
        return name, why, None, 1, str(error).split("\n")
    return (name, why, path) + exact(path)


def try_unescaped(directory, name):
    path = os.path.join(directory, name + "-unescaped.model")
    changed.unescape(os.path.join(directory, name + ".model"), path)
    return exact(path)


def try_mutant(directory, source, number):
    rng = random.Random(SEED * 1000003 + number)
    path = os.path.join(directory, "mutant-%d.model" % number)
    kinds = changed.mutate(rng, source, path, changed.KINDS[number % len(changed.KINDS)])
    code, lines = exact(path)
    if lines and lines[0].startswith("error=open"):
        code, lines = 1, ["the changed model does not load"] + lines
    if not code:
        os.unlink(path)
    return "mutant %d of %s: %s" % (number, os.path.basename(source), kinds), code, lines


def mistral_models(tap):
    found = glob.glob(os.path.join(VENV or "", "lib/python3*/site-packages/mistral_common/data/*.model*"))
    if not VENV:
        tap.case(True, "mistral-common's models # SKIP CALIB_TEST_VENV is not set")
    elif not found:
        tap.case(False, "mistral-common's models: none in " + VENV)
    found = [path for path in sorted(found) if not BOUNDED or os.path.basename(path) in LARGEST_FOR]
    return found if VENV else []


def unused_models(rng, directory, sources):
    """Writes models of which the wheel's version of the library gives other ids than 0.1.97: with UNUSED
    characters among other UNUSED pieces, and with symbols."""
    paths = []
    for number, source in enumerate(sources):
        paths.append(os.path.join(directory, "unused-%d.model" % number))
        pieces, rest = changed.read_model(source)
        normal = [piece for piece in pieces if piece[2] == changed.NORMAL]
        for piece in rng.sample(normal, len(normal) // rng.choice([2, 5, 20])):
            piece[2] = changed.UNUSED
        changed.add_symbols(rng, pieces, rng.choice([1, 30, 1000]))
        changed.write_model(paths[-1], pieces, rest)
    return paths


def other_version(tap, directory, program, models):
    """Compares with SentencePiece's wheel. `models` has no unigram models, whose ids differ between
    versions of the library, and none that makes 0.1.97 refuse the text."""
    if not VENV:
        tap.case(True, "the ids of SentencePiece's wheel # SKIP CALIB_TEST_VENV is not set")
        return
    text = os.path.join(directory, "text")
    with open(text, "wb") as out:
        for path in all_texts():
            with open(path, "rb") as file:
                out.write(file.read() + HARD.encode())
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "wheel.py")
    run = subprocess.run([os.path.join(VENV, "bin", "python3"), script, program, text] + models,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=SLOWEST)
    lines = run.stdout.decode("utf-8", "replace").strip().split("\n")
    equal = [line for line in lines if line.endswith(" equal")]
    tap.case(run.returncode == 0 and len(equal) == len(models) > 0,
             "the whole-text ids of the wheel's %s on %d models, by %s" % (
                 lines[0], len(models), os.path.basename(program)),
             [line for line in lines[1:] if line not in equal])


def main():
    tap = Tap()
    rng = random.Random(SEED)
    with tempfile.TemporaryDirectory() as directory, \
            concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        print("# seed %d, %d texts a model" % (SEED, N_TEXTS))
        results = list(pool.map(lambda job: try_trained(directory, job),
                                trained.bounded() if BOUNDED else trained.trainings()))
        for name, why, _, code, lines in results:
            tap.model(name, why, code, lines)
        paths = [path for _, _, path, _, _ in results if path]
        for name, (code, lines) in zip(UNESCAPED, pool.map(
                lambda name: try_unescaped(directory, name), UNESCAPED)):
            tap.model(name + " with escape_whitespaces off", "escape_whitespaces", code, lines)
        cuttable = [path for path in paths if os.path.basename(path).startswith(("bpe-", "char-"))]
        sources = [rng.choice(cuttable) for _ in range(N_MUTANTS)]
        for name, code, lines in pool.map(
                lambda job: try_mutant(directory, job[1], job[0]), enumerate(sources)):
            tap.model(name, None, code, lines)
        mistral = mistral_models(tap)
        for path, (code, lines) in zip(mistral, pool.map(exact, mistral)):
            tap.model("mistral-common's " + os.path.basename(path), "", code, lines)
        naive = list(pool.map(lambda path: exact(path, "naive")[0], cuttable))
        tap.case(naive.count(1) * 2 > len(naive), "the naive rule fails on %d of %d models"
                 % (naive.count(1), len(naive)))
        other_version(tap, directory, EXACT, mistral + [
            path for path in paths if "unigram-" not in path and "control-letter" not in path])
        other_version(tap, directory, NEWER, unused_models(rng, directory, [
            rng.choice(cuttable) for _ in range(N_UNUSED)]))
    print("# %(texts)d texts, %(streams)d times through the core, %(bytes)d bytes" % tap.tried)
    print("# English: %.1f to %.1f characters per segment" % (
        min(tap.per_segment), max(tap.per_segment)))
    print("1..%d" % tap.count)
    return tap.failed > 0


sys.exit(main())
