# SPDX-License-Identifier: MIT
"""What the upstream libraries themselves draw, and what the driver prints. A request is a line of the
driver's arguments: GENERATOR DRAW SEED [NUMBER [NUMBER]]."""
import array
import hashlib
import random
import subprocess
import sys


def python(draw, seed, a, b):
    generator = random.Random(seed)
    if draw == "below":
        return [generator.randint(0, a - 1) for _ in range(b)]
    if draw == "sample":
        return generator.sample(range(a), b)
    order = list(range(a))
    generator.shuffle(order)
    return order[:b]


def numpy_legacy(draw, seed, a, b):
    import numpy
    numpy.random.seed(seed)
    return numpy.random.permutation(a)[:b].tolist()


def numpy_generator(draw, seed, a, b):
    import numpy
    generator = numpy.random.default_rng(seed)
    if draw == "integers":
        return generator.integers(0, a, b).tolist()
    return generator.permutation(a)[:b].tolist()


def torch(draw, seed, a, b=0):
    import torch
    generator = torch.Generator().manual_seed(seed)
    if draw == "random":
        return [int(torch.empty((), dtype=torch.int64).random_(generator=generator))
                for _ in range(a)]
    if draw == "randint":
        return torch.randint(a, (b,), generator=generator).tolist()
    return torch.randperm(a, generator=generator).tolist()[:b]


LIBRARIES = {library.__name__: library for library in (python, numpy_legacy, numpy_generator, torch)}


def upstream(request):
    """The library's draws, as bytes."""
    generator, draw, *numbers = request.split()
    drawn = array.array("Q", LIBRARIES[generator](draw, *map(int, numbers)))
    if sys.byteorder == "big":
        drawn.byteswap()
    return drawn.tobytes()


def native(driver, request):
    """The driver's draws, as bytes. `driver` is a command."""
    return subprocess.run([*driver, *request.split()], stdout=subprocess.PIPE, timeout=300,
                          check=True).stdout


def digest(drawn):
    return hashlib.sha256(drawn).hexdigest()


def golden(path):
    """Requests of golden.txt and the SHA-256 of their draws."""
    with open(path, encoding="ascii") as file:
        lines = [line.rstrip("\n") for line in file if not line.startswith("#")]
    return [tuple(line.rsplit(" ", 1)) for line in lines]
