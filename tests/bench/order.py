#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""numpy's shuffles by calib and by numpy itself, in ratios of one run.

usage: order.py --build DIR [--documents N] [--repeat N]

Makes the first 128 places, and all, of the order of 10^7 documents: of numpy.random.default_rng(seed) as
hf-shuffle, awq and autoround take it, and of numpy.random.seed(seed) as mlx-dwq and mlx-perplexity do. numpy
can only shuffle all of them. Both take turns; each figure is the best of `--repeat` in seconds of a
processor. The orders must be equal."""
import argparse
import subprocess
import time

import numpy

SEED = 42


def by_numpy(shuffle, documents):
    start = time.process_time()
    if shuffle == "legacy":
        numpy.random.seed(SEED)
        order = numpy.random.permutation(documents)
    else:
        order = numpy.random.default_rng(SEED).permutation(documents)
    return time.process_time() - start, order


def by_calib(program, shuffle, documents, n):
    command = [program, shuffle, str(documents), str(n), str(SEED)]
    seconds, total = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    return float(seconds), int(total)


def total_of(order, n):
    places = numpy.arange(n, dtype=numpy.uint64)
    return int((places * order[:n].astype(numpy.uint64)).sum(dtype=numpy.uint64))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--build", required=True, help="the build directory")
    parser.add_argument("--documents", type=int, default=10**7)
    parser.add_argument("--repeat", type=int, default=5)
    args = parser.parse_args()
    program = f"{args.build}/tests/bench/bench-order"
    for shuffle in ("generator", "legacy"):
        for n in (128, args.documents):
            best = [float("inf")] * 2
            for _ in range(args.repeat):
                seconds, order = by_numpy(shuffle, args.documents)
                mine, total = by_calib(program, shuffle, args.documents, n)
                if total != total_of(order, n):
                    raise SystemExit(f"{shuffle}: the orders differ")
                best = [min(best[0], mine), min(best[1], seconds)]
            print(f"{shuffle}, {n} of {args.documents}: calib {best[0]:.3f} s, numpy {best[1]:.3f} s: "
                  f"{best[1] / best[0]:.2f}x")


main()
