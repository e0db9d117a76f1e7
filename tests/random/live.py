#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Draws of lib/random/ against those of the libraries: live.py GOLDEN DRIVER GENERATOR..."""
import importlib
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "support"))
import draws
import tap

GOLDEN, DRIVER, *GENERATORS = sys.argv[1:]
PACKAGES = {"numpy_legacy": "numpy", "numpy_generator": "numpy", "torch": "torch"}
N_REQUESTS = (40, 100, 4000)[tap.LEVEL]
EDGES = sorted({2**k + d for k in range(64) for d in (-1, 0, 1)} - {0})


def seed(rng, generator):
    if generator == "numpy_legacy":
        return rng.choice([0, 1, 2**31, 2**32 - 1, rng.getrandbits(32)])
    return rng.choice([0, 1, 2**32 - 1, 2**32, 2**32 + 1, 2**63, 2**64 - 1, rng.getrandbits(32),
                       rng.getrandbits(64)])


def below(rng, most):
    """A bound: a power of two, beside one, or any."""
    bound = rng.choice([edge for edge in EDGES if edge <= most])
    return rng.choice([bound, rng.randint(1, bound)])


def order(rng):
    """A size and how much of it is wanted: all, or the first few."""
    n = below(rng, 40000)
    return n, rng.choice([n, rng.randint(0, n), min(n, 128)])


MAKE = {
    "python below": lambda rng: (below(rng, 2**64 - 1), 2000),
    "python shuffle": order,
    "python sample": order,
    "numpy_legacy permutation": order,
    "numpy_generator permutation": order,
    "numpy_generator integers": lambda rng: (below(rng, 2**63), 2000),
    "torch random": lambda rng: (2000,),
    "torch randint": lambda rng: (below(rng, 2**28 - 1), 2000),
    "torch randperm": order,
}


def compare(request):
    tap.holds(draws.native([DRIVER], request) == draws.upstream(request), f"{request} differs")


def check_golden(generator):
    for request, expected in draws.golden(GOLDEN):
        if request.split()[0] == generator:
            tap.equal(draws.digest(draws.upstream(request)), expected, request)


def check_random(generator, kind):
    rng = random.Random(kind)
    for _ in range(N_REQUESTS):
        compare(" ".join(map(str, (kind, seed(rng, generator), *MAKE[kind](rng)))))


def offer(generator):
    """Registers the tests of a generator."""
    @tap.test(f"golden.txt is what {generator} draws")
    def _():
        need(generator)
        check_golden(generator)

    for kind in (kind for kind in MAKE if kind.split()[0] == generator):
        @tap.test(f"{kind} draws as the library, for bounds and sizes of all kinds")
        def _(kind=kind):
            need(generator)
            check_random(generator, kind)


def check_loader():
    """A pass over a DataLoader draws an int64 for itself, then one that seeds its RandomSampler."""
    import torch
    from torch.utils.data import DataLoader, RandomSampler
    numbers = list(range(1000))
    for start in (0, 42, 2**32 + 1):
        torch.manual_seed(start)
        loader = DataLoader(numbers, sampler=RandomSampler(numbers, num_samples=50))
        seeds = draws.native([DRIVER], f"torch random {start} 6")
        for i in range(3):
            sampler_seed = int.from_bytes(seeds[16 * i + 8:16 * i + 16], "little")
            expected = draws.native([DRIVER], f"torch randperm {sampler_seed} 1000 50")
            is_ = b"".join(int(batch[0]).to_bytes(8, "little") for batch in loader)
            tap.holds(is_ == expected, f"pass {i} after manual_seed({start}) differs")


def need(generator):
    package = PACKAGES.get(generator, "random")
    try:
        tap.note(f"{package} {getattr(importlib.import_module(package), '__version__', sys.version)}")
    except ImportError as missing:
        raise tap.Skip(f"{missing}: this test needs the package {package}") from None


for name in GENERATORS:
    offer(name)
if "torch" in GENERATORS:
    @tap.test("every pass over a DataLoader takes the next two int64")
    def _():
        need("torch")
        check_loader()

tap.run()
