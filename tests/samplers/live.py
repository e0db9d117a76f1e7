# SPDX-License-Identifier: MIT
"""The rows of every sampler that stands for another program, against that program's loop with the real
generators of Python, numpy and datasets (peers.py), over n, seq_len, seeds and corpora: the rows are
equal, or both fail. The last part checks golden.txt; `--write` writes it.

usage: live.py ROWS_PROGRAM GOLDEN [--write]"""
import itertools
import pathlib
import subprocess
import sys

import tap
from peers import PEERS, SKIPS, rows_text

PROGRAM, GOLDEN = sys.argv[1], pathlib.Path(sys.argv[2])
N_SAMPLES = (-1, 0, 1, 5, 33, 1000)
SEQ_LENS = (1, 2, 3, 8, 16, 40)
SEEDS = (0, 42, 2**32 - 1, 2**32, 2**64 - 1)
# Documents of 0 to b - 1 tokens: of exactly seq_len, one more, one fewer, none.
# The last has none of these edges: GPTQ's code crashes where it draws a document of exactly seq_len.
CORPORA = ((1, 0, 1), (1, 1, 1), (2, 9, 10), (50, 7, 10), (41, 8, 41), (60, 7, 18), (500, 13, 17),
           (9, 4, 9), (300, 50, 1000))
UNSEEDED = {"sequential", "imatrix", "longest"}
STEP = 1 if tap.LEVEL > 1 else 7  # has no divisor in common with the lengths above: all values meet


def line_of(case):
    return " ".join(str(part) for part in case)


def calib_rows(cases):
    done = subprocess.run([PROGRAM], input="".join(line_of(case) + "\n" for case in cases), text=True,
                          stdout=subprocess.PIPE, check=True, timeout=300)
    rows = done.stdout.splitlines()
    tap.equal(len(rows), len(cases), "lines")
    return rows


def cases_of(sampler):
    skips = (0, 1, 7) if sampler in SKIPS else (0,)
    grid = itertools.product([sampler], N_SAMPLES, SEQ_LENS, SEEDS, skips, CORPORA)
    return [(*case[:-1], *case[-1]) for case in grid][::STEP]


def add(sampler):
    @tap.test(f"{sampler}: {len(cases_of(sampler))} cases")
    def _():
        cases, n_equal = cases_of(sampler), 0
        for case, rows in zip(cases, calib_rows(cases)):
            wanted = rows_text(*case)
            if wanted is None:
                tap.holds(rows in ("CALIB_E_TOO_SHORT", "CALIB_E_ARGUMENT"), f"{case}: {rows}, the peer fails")
            else:
                tap.equal(rows, wanted, f"{case}: the rows")
                n_equal += 1
        print(f"# {sampler}: {n_equal} cases equal, {len(cases) - n_equal} refused on both sides",
              flush=True)
        tap.holds(n_equal > len(cases) // 8, f"only {n_equal} of {len(cases)} cases have rows")


# Few rows, so that the table can be read; (60, 7, 18) has documents of 0 to 17 tokens.
GOLDEN_CASES = [(sampler, n, seq_len, seed, skip, *corpus)
                for sampler in PEERS
                for n, seq_len, seed, corpus in ((6, 8, 42, (60, 7, 18)), (5, 3, 0, (1000, 13, 17)),
                                                 (4, 16, 2**32 - 1, (60, 7, 18)),
                                                 (3, 12, 2**63 + 1, (3000, 31, 1009)))
                for skip in ((0, 1) if sampler in SKIPS else (0,))]
HEAD = "# Case of rows.c, and its rows as the peers of peers.py pick them. Written by live.py --write.\n"


def golden():
    named = [(case, rows_text(*case)) for case in GOLDEN_CASES]
    return HEAD + "".join(f"{line_of(case)}\t{rows}\n" for case, rows in named if rows)


for name in PEERS:
    add(name)


@tap.test("golden.txt has the peers' rows")
def _():
    tap.equal(GOLDEN.read_text(encoding="utf-8"), golden(), "golden.txt")


@tap.test("control: another seed or skip gives other rows, so the table can fail")
def _():
    for case, line in zip(GOLDEN_CASES, calib_rows(GOLDEN_CASES)):
        if case[0] in UNSEEDED or line.startswith("CALIB_"):
            continue
        others = [(*case[:3], case[3] - 1 if case[3] else 1, *case[4:])]
        if case[0] in SKIPS:
            others.append((*case[:4], case[4] + 1, *case[5:]))
        for other in calib_rows(others):
            tap.holds(other != line, f"{case}: the same rows for another seed")


if "--write" in sys.argv:
    GOLDEN.write_text(golden(), encoding="utf-8")
else:
    tap.run()
