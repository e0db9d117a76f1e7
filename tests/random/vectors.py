#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Prints golden.txt: vectors.py [GENERATOR...], with all generators unless some are named.

The draws are those of the libraries that this Python imports. Lines of golden.txt never change."""
import sys

import draws

SEEDS = (0, 123, 2**32 - 1)
LARGE_SEEDS = (*SEEDS, 2**32, 2**64 - 1)
N = 1000003

REQUESTS = {
    "python": [*(f"python below {seed} {m} 1000" for seed in LARGE_SEEDS
                 for m in (1, 2**16, 2**16 + 1, 2**32, 2**32 + 1, 2**64 - 1)),
               *(f"python shuffle {seed} {n} {n}" for seed in LARGE_SEEDS for n in (2, 4096, 4097)),
               *(f"python sample {seed} {n} {k}" for seed in LARGE_SEEDS
                 for n, k in ((21, 5), (22, 5), (1000, 128), (100000, 128))),
               f"python below 1 350000 {N}", f"python shuffle 1 {N} {N}", "python shuffle 1 300001 128",
               f"python sample 1 {20 * N} {N}"],
    "numpy_legacy": [*(f"numpy_legacy permutation {seed} {n} {n}" for seed in SEEDS
                       for n in (1, 2, 4096, 4097)),
                     f"numpy_legacy permutation 1 {N} {N}", "numpy_legacy permutation 1 300001 128"],
    "numpy_generator": [*(f"numpy_generator permutation {seed} {n} {n}" for seed in LARGE_SEEDS
                          for n in (1, 2, 4096, 4097)),
                        *(f"numpy_generator integers {seed} {m} 1000" for seed in LARGE_SEEDS
                          for m in (1, 2**16, 2**16 + 1, 3 * 2**30, 2**32, 2**32 + 1, 3 * 2**61, 2**63)),
                        f"numpy_generator permutation 1 {N} {N}",
                        "numpy_generator permutation 1 300001 128",
                        f"numpy_generator integers 1 350000 {N}"],
    "torch": [*(f"torch random {seed} 1000" for seed in LARGE_SEEDS),
              *(f"torch randint {seed} {m} 1000" for seed in LARGE_SEEDS
                for m in (1, 2**16, 2**16 + 1, 2**28 - 1)),
              *(f"torch randperm {seed} {n} {n}" for seed in LARGE_SEEDS for n in (1, 2, 4096, 4097)),
              f"torch random 1 {N}", f"torch randint 1 128256 {N}", f"torch randperm 1 {N} {N}",
              f"torch randperm 1 {N} 128"],
}

if __name__ == "__main__":
    print("# Requests of driver.c and the SHA-256 of their draws. Made by vectors.py.")
    for generator in sys.argv[1:] or REQUESTS:
        for request in REQUESTS[generator]:
            print(request, draws.digest(draws.upstream(request)))
