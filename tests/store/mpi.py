# SPDX-License-Identifier: MIT
"""The ranks of examples/mpi together hold exactly the rows of a load in one process.

usage: mpi.py MPIRUN EXAMPLE CALIB"""
import pathlib
import subprocess
import sys
import tempfile

import tap

mpirun, example, program = sys.argv[1:]
folder = tempfile.TemporaryDirectory()
path = pathlib.Path(folder.name)
source = path / "corpus"
source.write_text("".join(f"Line {i}: été, 世界, {i * i}.\r\n" for i in range(20000)),
                  encoding="utf-8")


def ranks(world, *arguments):
    out = path / "ranks.bin"
    command = [mpirun, "--allow-run-as-root", "--oversubscribe", "-n", str(world), example,
               str(source), str(out), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    assert done.stdout.count("rank ") == world, done.stdout
    return out.read_bytes()


def alone(n, seq_len, seed):
    out = path / "alone.bin"
    subprocess.run([program, "sample", "--source", source, "--samples", str(n), "--seq-len",
                    str(seq_len), "--seed", str(seed), "--format", "bin", "--no-token-cache",
                    "-o", out], check=True, capture_output=True)
    return out.read_bytes()


for world, n, seq_len, seed in [(4, 128, 512, 123), (4, 7, 333, 9), (4, 0, 2048, 1), (3, 2, 50, 5),
                                (1, 20, 64, 2)]:
    def same(world=world, n=n, seq_len=seq_len, seed=seed):
        wanted = alone(n, seq_len, seed)
        assert len(wanted) >= 4 * seq_len * max(n, 1), f"only {len(wanted)} bytes"
        assert ranks(world, n, seq_len, seed) == wanted, "other rows"
    tap.test(f"{world} ranks, {n} rows of {seq_len}, seed {seed}")(same)


@tap.test("a corpus without a row ends all ranks")
def too_short():
    command = [mpirun, "--allow-run-as-root", "--oversubscribe", "-n", "4", example, str(source),
               str(path / "none"), "1", "100000000"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode != 0
    assert "no row" in done.stderr, done.stderr


tap.run()
