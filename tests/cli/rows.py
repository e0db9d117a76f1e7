# SPDX-License-Identifier: MIT
"""The rows of calib sample."""
import random
import subprocess

import program
import readers
import tap

TEXT = ("".join(f"Line {i}: the quick brown fox, número {i * i}, 数 {i}.\n" for i in range(2000))
        .encode("utf-8"))


def sampled(directory, *arguments, corpus=TEXT, n_words=0):
    """Returns the rows of a run on a corpus file, which must print `n_words` lines of warnings."""
    (directory / "corpus.txt").write_bytes(corpus)
    done = program.run(directory, "sample", "--source", "corpus.txt", "-o", "rows.npy", *arguments)
    tap.equal(done.status, 0, f"the status of {done}")
    tap.equal(done.err.count("\n"), n_words, f"lines on standard error of {done}")
    return readers.read_npy((directory / "rows.npy").read_bytes())


def check(directory, arguments, n_samples=128, seq_len=512, seed=123, skip_keys=0, n_words=0):
    rows = sampled(directory, *arguments, n_words=n_words)
    expected = readers.sample(TEXT, n_samples, seq_len, seed, skip_keys)
    tap.holds(rows == expected, f"other rows for {arguments}: {len(rows)} of {len(expected)}")
    return rows


def sampled_documents(directory, *arguments):
    """Returns the .safetensors file of a run on documents."""
    program.good(directory, "sample", "--source", "a.jsonl", "--documents", "jsonl", "--seq-len", 8,
               *arguments, "-o", "rows.safetensors")
    return (directory / "rows.safetensors").read_bytes()


@tap.test("lazy documents give the same rows")
def _():
    with program.directory() as directory:
        (directory / "a.jsonl").write_text("".join(f'{{"text": "document {i}"}}\n' for i in range(300)))
        for arguments in ([], ["--sampler", "documents", "--pad", 0, "--samples", 20],
                          ["--sampler", "documents-split", "--pad", 1, "--samples", "all"]):
            tap.equal(sampled_documents(directory, "--lazy", *arguments),
                      sampled_documents(directory, *arguments))


@tap.test("the model of the sampler gives the published permutations")
def _():
    tap.equal(readers.permutation(10, 123), [4, 3, 1, 5, 8, 0, 7, 6, 9, 2])
    tap.equal(readers.permutation(10, 0), [2, 7, 9, 6, 0, 8, 1, 3, 4, 5])
    tap.equal(readers.permutation(10, 123, 2), [7, 1, 5, 9, 6, 3, 8, 2, 4, 0])


@tap.test("the defaults are 128 rows of 512, seed 123")
def _():
    with program.directory() as directory:
        tap.equal(len(check(directory, [])), 128)


@tap.test("--seq-len, --seed over the whole 64 bits, --skip")
def _():
    with program.directory() as directory:
        check(directory, ["--seq-len", "100"], seq_len=100)
        check(directory, ["--seq-len=1", "--samples=7"], seq_len=1, n_samples=7)
        for seed in (0, 1, 2**32, 2**63 + 5, 2**64 - 1):
            check(directory, ["--seed", seed], seed=seed)
        check(directory, ["--skip", "15"], skip_keys=15)


@tap.test("--sampler: mlx by name gives the default's rows, and an unknown name lists the known ones")
def _():
    with program.directory() as directory:
        tap.equal(check(directory, ["--sampler", "mlx"]), check(directory, []))
        program.bad(directory, 1, ["\"none\"", "mlx"], "sample", "--source", "builtin", "--sampler",
                    "none", "-o", "none.npy")


@tap.test("--samples: a number, all, zero, less than zero")
def _():
    with program.directory() as directory:
        check(directory, ["--samples", "1"], n_samples=1)
        for everything in ("all", "0", "-1", "-9223372036854775808"):
            check(directory, ["--samples", everything], n_samples=0)


@tap.test("more rows than there are: all of them and a warning, with --strict an error")
def _():
    with program.directory() as directory:
        check(directory, ["--samples", "100000"], n_samples=0, n_words=1)
        done = program.run(directory, "sample", "--source", "corpus.txt", "-o", "rows.npy",
                           "--samples", "100000")
        tap.holds(done.err.startswith("calib: warning: --samples is 100000, but only 223 are"), str(done))
        program.bad(directory, 1, "100000", "sample", "--source", "corpus.txt", "-o", "rows.npy",
                    "--samples", "100000", "--strict")


@tap.test("the ranks share the rows, in contiguous blocks, the first ones one more")
def _():
    with program.directory() as directory:
        whole = readers.sample(TEXT, 10, 512, 123)
        shares = [sampled(directory, "--samples", "10", "--rank", rank, "--world", 4)
                  for rank in range(4)]
        tap.equal([len(share) for share in shares], [3, 3, 2, 2], "rows per rank")
        tap.equal(sum(shares, []), whole, "all shares together")


@tap.test("a rank without a share writes a valid file of no rows")
def _():
    with program.directory() as directory:
        (directory / "corpus.txt").write_bytes(TEXT)
        for name, read in (("rows.npy", readers.read_npy), ("rows.bin", lambda data: list(data)),
                           ("rows.safetensors", lambda data: readers.read_safetensors(data)[0])):
            program.good(directory, "sample", "--source", "corpus.txt", "--samples", 2, "--rank",
                         3, "--world", 4, "-o", name)
            tap.equal(read((directory / name).read_bytes()), [], name)


@tap.test("newlines become LF, a byte-order mark and NUL stay; --raw takes all as it is")
def _():
    text = b"\xef\xbb\xbfone\r\ntwo\rthree\n\r\n\0four\r"
    as_text = b"\xef\xbb\xbfone\ntwo\nthree\n\n\0four\n"
    with program.directory() as directory:
        tap.equal(sampled(directory, "--seq-len", len(as_text), "--samples", 1, corpus=text),
                  [list(as_text)])
        tap.equal(sampled(directory, "--seq-len", len(text), "--samples", 1, "--raw", corpus=text),
                  [list(text)])
        tap.equal(sampled(directory, "--seq-len", 4, "--samples", 1, "--raw",
                          corpus=b"\xff\xfe\r\n"), [[255, 254, 13, 10]])


@tap.test("standard input, a file and a pipe as the source are one")
def _():
    with program.directory() as directory:
        expected = sampled(directory, "--seq-len", "64")
        for source in ("-", "/dev/stdin"):
            program.good(directory, "sample", "--source", source, "--seq-len", "64", "-o",
                         "rows.npy", input=TEXT)
            tap.equal(readers.read_npy((directory / "rows.npy").read_bytes()), expected, source)


@tap.test("--threads and --no-token-cache change no row; the builtin corpus has enough of them")
def _():
    with program.directory() as directory:
        for threads in (0, 1, 3):
            check(directory, ["--threads", threads, "--no-token-cache"])
        done = program.run(directory, "sample", "--source", "builtin", "-o", "b.npy")
        if "no builtin corpus" in done.err:
            raise tap.Skip("built without the corpus")
        tap.equal(done.err, "", "the words on the builtin corpus")
        tap.equal(len(readers.read_npy((directory / "b.npy").read_bytes())), 128)


def peak(directory, output, *arguments):
    return program.peak(directory, "sample", "--source", "corpus.bin", "--raw", "--no-token-cache",
                        "-o", output, *arguments)


def same_rows(file, text, order, seq_len):
    """Checks a .npy file against the rows of a text of bytes, without reading it as a whole."""
    header = file.read(10)
    header += file.read(int.from_bytes(header[8:], "little"))
    tap.holds(b"(%d, %d)" % (len(order), seq_len) in header, f"{header}")
    for i in order:
        row = bytearray(4 * seq_len)
        row[::4] = text[i * seq_len:(i + 1) * seq_len]
        tap.holds(file.read(4 * seq_len) == row, f"row {i}")
    tap.equal(file.read(), b"", "bytes after the rows")


@tap.test("many rows take bounded memory and are the same, also those of one rank")
def _():
    seq_len, numbers = 2000, random.Random(5)
    with program.directory() as directory:
        with open(directory / "corpus.bin", "wb") as file:
            for n in [2**20] * 128 + [777]:
                file.write(numbers.randbytes(n))
        few = peak(directory, "few.npy", "--samples", 10, "--seq-len", seq_len)
        for output, *more in (("all.npy", "--samples", "all"),
                              ("half.npy", "--samples", 65001, "--rank", 1, "--world", 2)):
            used = peak(directory, output, "--seq-len", seq_len, *more)
            tap.note(f"{output}: {used >> 20} MiB of memory, {few >> 20} for ten rows")
            # Half of the largest output: AddressSanitizer keeps freed memory for a while.
            tap.holds(used < few + 256 * 2**20, f"{used} bytes of memory, {few} for ten rows")
        text = (directory / "corpus.bin").read_bytes()
        order = readers.permutation(len(text) // seq_len, 123)
        for output, wanted in (("all.npy", order), ("half.npy", order[32501:65001])):
            with open(directory / output, "rb") as file:
                same_rows(file, text, wanted, seq_len)


@tap.test("--preview reaches beyond a block of rows")
def _():
    seq_len = 8 * 2**20
    with program.directory() as directory:
        text = b"".join(bytes([65 + i]) * seq_len for i in range(5))
        (directory / "corpus.txt").write_bytes(text)
        out = program.good(directory, "sample", "--source", "corpus.txt", "--samples", "all",
                           "--seq-len", seq_len, "-o", "rows.npy", "--preview", 9).out.decode()
        tap.equal([line[6] for line in out.splitlines() if line[:4].strip().isdigit()],
                  [chr(65 + i) for i in readers.permutation(5, 123)])


@tap.test("pins of hash and size that hold change nothing")
def _():
    digest = subprocess.run(["sha256sum"], input=TEXT, stdout=subprocess.PIPE, check=True)
    digest = digest.stdout.split()[0].decode()
    with program.directory() as directory:
        check(directory, ["--sha256", digest.upper(), "--size", len(TEXT)])


tap.run()
