# SPDX-License-Identifier: MIT
"""Wrong command lines: exit status 2 and one line that names the option and the value."""
import re

import program
import tap

SAMPLE = ["sample", "--source", "corpus.txt", "-o", "rows.npy"]

WRONG = [
    ("no command", [], ["no command", "--help"]),
    ("an unknown command", ["frobnicate"], ["frobnicate", "sample, tokenize, fetch, info, lock, verify and cache"]),
    ("a command misspelled", ["smaple"], ["smaple", "did you mean sample?"]),
    ("an option in place of the command", ["--json"], ["unknown option", "--json"]),
    ("an unknown option", [*SAMPLE, "--frobnicate"], ["--frobnicate", "calib sample --help"]),
    ("an unknown option with a value", [*SAMPLE, "--frobnicate=1"], ["--frobnicate"]),
    ("an option misspelled", [*SAMPLE, "--sed", "1"], ["--sed", "did you mean --seed?"]),
    ("an option misspelled, with =", [*SAMPLE, "--seqlen=1"], ["did you mean --seq-len?"]),
    ("an option with one dash", [*SAMPLE, "-offline"], ["-offline", "did you mean --offline?"]),
    ("an unknown letter", [*SAMPLE, "-x"], ["-x"]),
    ("an option of another command", ["fetch", "https://127.0.0.1/", "--seed", "1"],
     ["--seed", "calib fetch"]),
    ("a value where none belongs", [*SAMPLE, "--strict=1"], ["--strict takes no value"]),
    ("no value at the end", [*SAMPLE, "--seed"], ["--seed needs a value"]),
    ("an option in place of a value", ["sample", "--source", "--json", "-o", "x.npy"],
     ["--source needs a value", "--source=--json"]),
    ("an empty value", ["sample", "-o", "rows.npy", "--source="], ["--source is empty"]),
    ("an empty output", ["sample", "--source", "corpus.txt", "-o", ""], ["-o is empty"]),
    ("documents' options of a text", [*SAMPLE, "--strip", "python"], ["--strip", "--documents"]),
    ("lazy documents of a text", [*SAMPLE, "--lazy"], ["--lazy", "--documents"]),
    ("documents that are none", [*SAMPLE, "--documents", "csv"], ["--documents", "csv", "jsonl"]),
    ("bounds to standard output", ["tokenize", "-o", "a.npy", "--bounds", "-"], ["--bounds"]),
    ("the output by both names", [*SAMPLE, "--output=b.npy"], ["--output is given twice"]),
    ("no output", ["sample", "--source", "corpus.txt"], ["-o OUT"]),
    ("an argument that is no option", [*SAMPLE, "more.txt"], ["more.txt"]),
    ("the corpus as an argument of info", ["info", "corpus.txt"], ["corpus.txt", "--source"]),
    ("an argument after --", [*SAMPLE, "--", "--json"], ["--json"]),
    ("fetch without a URL", ["fetch"], ["URL"]),
    ("fetch with an empty URL", ["fetch", ""], ["URL", "empty"]),
    ("fetch with two URLs", ["fetch", "https://127.0.0.1/a", "https://127.0.0.1/b"],
     ["https://127.0.0.1/b"]),
    ("a format that is none", [*SAMPLE, "--format", "csv"], ["--format", "csv", "npy"]),
    ("an output without a format", ["sample", "-o", "rows.csv"], ["rows.csv", "--format"]),
    ("standard output without a format", ["sample", "-o", "-"], ["--format"]),
    ("--json beside -o -", ["sample", "--json", "--format", "npy", "-o", "-"], ["--json", "-o -"]),
    ("--json beside -o /dev/stdout", ["sample", "--json", "--format", "npy", "-o", "/dev/stdout"],
     ["--json", "-o -"]),
    ("--json beside -o /dev/fd/1", ["sample", "--json", "--format", "npy", "-o", "/dev/fd/1"],
     ["--json", "-o -"]),
    ("--preview beside -o -", ["sample", "--preview", "1", "--format", "npy", "-o", "-"],
     ["--preview", "-o -"]),
    ("a rank without a world", [*SAMPLE, "--rank", "1"], ["--rank is 1", "--world", "1"]),
    ("a rank as large as the world", [*SAMPLE, "--rank", "4", "--world", "4"], ["--rank is 4"]),
    ("BOS of the byte tokenizer", [*SAMPLE, "--bos"], ["--bos", "bytes"]),
    ("EOS of the byte tokenizer", ["info", "--source", "corpus.txt", "--eos"], ["--eos", "bytes"]),
    ("specials that are none", [*SAMPLE, "--specials", "twice"], ["--specials", "twice", "none or once"]),
    ("specials once of a text", [*SAMPLE, "--specials", "once"], ["--specials once", "--documents"]),
    ("a reader that does not exist", [*SAMPLE, "--reader", "xz"], ["--reader", "xz", "gzip or zstd"]),
    ("BOS without specials", [*SAMPLE, "--bos", "--tokenizer", "x", "--specials", "none"],
     ["--bos", "--specials none"]),
    ("tokenize without an output", ["tokenize", "--source", "corpus.txt"], ["-o OUT", "tokens"]),
    ("tokens as safetensors", ["tokenize", "--format", "safetensors", "-o", "t"],
     ["--format", "safetensors", "npy or bin"]),
    ("tokens in a file of rows", ["tokenize", "-o", "t.safetensors"],
     ["t.safetensors", "npy or bin"]),
    ("a number of rows to tokenize", ["tokenize", "--samples", "1"], ["--samples", "tokenize"]),
    ("the corpus as an argument of tokenize", ["tokenize", "corpus.txt"],
     ["corpus.txt", "--source"]),
    ("no command of the cache", ["cache"], ["list, verify, add, remove or prune"]),
    ("an unknown command of the cache", ["cache", "frobnicate"], ["cache frobnicate", "verify"]),
    ("a command of the cache misspelled", ["cache", "lst"], ["did you mean cache list?"]),
    ("a file without a URL to add", ["cache", "add", "corpus.txt"], ["URL", "file"]),
    ("too much to add", ["cache", "add", "https://127.0.0.1/", "a", "b"], ["\"b\""]),
    ("nothing to remove", ["cache", "remove"], ["URL"]),
    ("an argument of list", ["cache", "list", "x"], ["\"x\""]),
    ("an option of another command of the cache", ["cache", "list", "--older-than", "1"],
     ["--older-than", "calib cache list"]),
    ("a hash too short", [*SAMPLE, "--sha256", "abc"], ["--sha256", "abc", "64"]),
    ("a hash with a wrong digit", [*SAMPLE, "--sha256", "g" * 64], ["--sha256"]),
    ("too many mirrors", ["fetch", *["--mirror=https://127.0.0.1/"] * 33], ["--mirror", "32"]),
]

NUMBERS = {
    "--seed": ["", "x", "-1", "1.5", "0x10", " 1", "1 ", "+1", "1e3", "18446744073709551616",
               "99999999999999999999999"],
    "--samples": ["", "x", "ALL", "1.5", "--", "9223372036854775808", "-9223372036854775809", "-"],
    "--seq-len": ["", "0", "-1", "x", "18446744073709551616"],
    "--first-row": ["-1", "x"],
    "--skip": ["-1", "4294967296", "x"],
    "--rank": ["-1", "x", "4294967296"],
    "--world": ["0", "x", "4294967296"],
    "--threads": ["-1", "x", "257"],
    "--preview": ["0", "-1", "x"],
    "--size": ["0", "x", "-1", "1T", "1KB", "17179869184G", "K"],
    "--max-download": ["0", "1.5M", "x"],
    "--max-whole-bytes": ["0", "x"],
    "--max-text-bytes": ["0", "x"],
    "--connect-timeout": ["0", "-1", "x", "1.2345", "1.", ".5", "4294968", "1s", "0.000"],
    "--stall-timeout": ["0", "x"],
    "--deadline": ["0", "x"],
    "--tries": ["0", "x", "4294967296"],
}


DAYS = ["", "0", "-1", "x", "36501", "1d"]


def wrong(arguments, parts):
    with program.directory() as path:
        (path / "corpus.txt").write_bytes(b"some words\n" * 8000)
        program.bad(path, 2, parts, *arguments)


for name, arguments, parts in WRONG:
    tap.test(name)(lambda arguments=arguments, parts=parts: wrong(arguments, parts))

for option, values in NUMBERS.items():
    def _(option=option, values=values):
        for value in values:
            wrong([*SAMPLE, f"{option}={value}"], [option, value])
            if value and not value.startswith("--"):
                wrong([*SAMPLE, option, value], [option, value])
    tap.test(f"{option} takes no {', '.join(map(repr, values))}")(_)


@tap.test(f"--older-than takes no {', '.join(map(repr, DAYS))}")
def _():
    for value in DAYS:
        wrong(["cache", "prune", f"--older-than={value}"], ["--older-than", value])


VALUES = {"SOURCE": "corpus.txt", "DIR": "cache", "HEX": "0" * 64, "READER": "auto", "KIND": "lines",
          "STYLE": "chatml", "WHAT": "right", "WHICH": "none", "ID": "0", "POLICY": "prepend"}
COMMANDS = {"sample": ["-o", "rows.npy"], "tokenize": ["-o", "t.npy"], "info": [], "fetch": ["https://127.0.0.1:1/"],
            "cache list": [], "cache verify": [], "cache prune": [],
            "cache add": ["https://127.0.0.1:1/", "corpus.txt"],
            "cache remove": ["https://127.0.0.1:1/"]}


@tap.test("an option or a switch given twice, but for --source, --compare and --mirror, in every command")
def _():
    with program.directory() as path:
        (path / "corpus.txt").write_bytes(b"some words\n" * 8000)
        for command, more in COMMANDS.items():
            text = program.good(path, *command.split(), "--help").out.decode()
            options = re.findall(r"^  (?:-\w,|   ) (--[\w-]+) ?([A-Z\d]*)", text, re.M)
            tap.holds(len(options) > 1, text)
            for option, value in options:
                if option in ("--help", "--mirror", "--source", "--compare"):
                    continue
                once = [option, VALUES.get(value, "1")] if value else [option]
                more = [] if option == "--output" else more
                program.bad(path, 2, f"{option} is given twice", *command.split(), *more, *once,
                            *once)
        program.bad(path, 1, [], "fetch", "https://127.0.0.1:1/", "--offline",
                    *["--mirror=https://127.0.0.1:1/"] * 2)


@tap.test("control characters in an argument do not reach the terminal")
def _():
    with program.directory() as path:
        done = program.bad(path, 2, ["??[31mred???"], "info", "\n\x1b[31mred\x80\x9b\x9f")
        tap.holds("\x1b" not in done.err and "\x9b" not in done.err, done.err)


tap.run()
