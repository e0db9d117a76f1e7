#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compressed sources, in ratios of one run.

usage: compressed.py --calib PROGRAM --text FILE [--tokenizer MODEL] [--repeat N]

Compresses the text by gzip and zstd at their default levels. Then runs, in turn, N times: `calib info`
on the text and on both files, with nothing stored, and `zcat` and `zstd -dc` into /dev/null. Prints the
smallest processor time (user and system) and wall time of each. "unpacking" is the processor time that
calib needs for a file more than for its text, and the ratio says how often it fits into that of the
program alone; the other ratio is of wall times, the program's to calib's whole load."""
import argparse
import os
import pathlib
import subprocess
import tempfile
import time


def timed(command):
    """Returns processor and wall seconds."""
    start = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{command}: {child.returncode}")
    return usage.ru_utime + usage.ru_stime, wall


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--calib", required=True)
    parser.add_argument("--text", required=True)
    parser.add_argument("--tokenizer", default="bytes")
    parser.add_argument("--repeat", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text, gz, zst = (pathlib.Path(folder, "text" + ending) for ending in ("", ".gz", ".zst"))
        text.write_bytes(pathlib.Path(arguments.text).read_bytes())
        subprocess.run(["gzip", "-k", text], check=True)
        subprocess.run(["zstd", "-q", text], check=True)
        load = [arguments.calib, "info", "--no-token-cache", "--tokenizer", arguments.tokenizer, "--source"]
        commands = {"calib text": [*load, text], "calib gz": [*load, gz], "calib zst": [*load, zst],
                    "zcat": ["zcat", gz], "zstd -dc": ["zstd", "-dcq", zst]}
        best = {}
        for _ in range(arguments.repeat):
            for name, command in commands.items():
                now = timed(command)
                best[name] = tuple(map(min, best.get(name, now), now))
    for name, (processor, wall) in best.items():
        print(f"{name:12} {processor:7.3f} s of processors, {wall:7.3f} s")
    for name, alone in ("calib gz", "zcat"), ("calib zst", "zstd -dc"):
        unpacking = best[name][0] - best["calib text"][0]
        print(f"{name}: unpacking {unpacking:.3f} s, {alone} {best[alone][0] / unpacking:.2f}x of it; "
              f"wall {best[alone][1] / best[name][1]:.2f}x of {alone}, "
              f"{best['calib text'][1] / best[name][1]:.2f}x of the text")


main()
