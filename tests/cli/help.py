# SPDX-License-Identifier: MIT
"""Help, version, and the manual page, which has the same options."""
import re

import program
import tap

COMMANDS = ("sample", "tokenize", "fetch", "info", "lock", "verify", "cache list", "cache verify", "cache add",
            "cache remove", "cache prune")


def help_of(*arguments):
    with program.directory() as path:
        return program.good(path, *arguments).out.decode()


def options_of(text):
    """Returns a dict of the options in the help: option to value, or None for a switch."""
    return {name: value or None for name, value in
            re.findall(r"^  (?:-\w,|   ) --([a-z0-9-]+)(?: ([A-Z]\w*))?(?:  |$)", text, re.M)}


def manual():
    page = (program.SOURCE / "docs" / "calib.1").read_text()
    return re.sub(r"\\f[BRI]", "", page).replace("\\-", "-").replace("\\~", " ")


@tap.test("the program's help names every command")
def _():
    text = help_of("--help")
    tap.equal(text, help_of("-h"))
    tap.holds(text.startswith("Usage: calib "), text)
    for word in dict.fromkeys(command.split()[0] for command in COMMANDS):
        tap.holds(re.search(rf"^  {word} ", text, re.M), word)
    text = help_of("cache", "--help")
    tap.equal(text, help_of("cache", "-h"))
    for command in COMMANDS[6:]:
        tap.holds(re.search(rf"^  {command.split()[1]} ", text, re.M), command)


for command in COMMANDS:
    def _(command=command):
        text = help_of(*command.split(), "--help")
        tap.equal(text, help_of(*command.split(), "-h"))
        other = "--json" if command == "verify" else "--cache-dir=x"
        tap.equal(text, help_of(*command.split(), other, "--help", "--nonsense"))
        tap.holds(text.startswith(f"Usage: calib {command} "), text)
        tap.holds(f"  calib {command}" in text.partition("\nExamples:\n")[2], "no examples")
        for line in text.splitlines():
            tap.holds(len(line) < 80, f"too wide: {line}")
        tap.holds(len(options_of(text)) > 1, f"options: {options_of(text)}")
    tap.test(f"calib {command} --help helps")(_)


@tap.test("help lists all that the command line promises")
def _():
    wanted = {
        "lock": "tokenizer bos eos output threads max-text-bytes cache-dir no-token-cache max-cache offline",
        "verify": "json",
        "sample": "recipe source tokenizer specials bos eos samples seq-len seed sampler numbers first-row skip "
                  "row-bos pad rank world threads raw reader max-text-bytes strict cache-dir no-token-cache "
                  "cache-stdin max-cache offline sha256 accept-change json format output preview",
        "tokenize": "source tokenizer specials bos eos threads raw reader max-text-bytes cache-dir no-token-cache "
                    "cache-stdin max-cache offline sha256 accept-change json format output",
        "fetch": "sha256 accept-change cache-dir offline",
        "info": "rows source tokenizer specials bos eos seq-len raw reader max-text-bytes threads json preview "
                "cache-dir offline",
        "cache list": "json cache-dir", "cache verify": "json cache-dir",
        "cache add": "sha256 size accept-change max-download max-cache cache-dir",
        "cache remove": "cache-dir", "cache prune": "json older-than max-bytes cache-dir",
    }
    download = ("mirror size connect-timeout stall-timeout deadline tries max-download proxy "
                "ca-file allow-http token-file")
    for command, names in wanted.items():
        listed = options_of(help_of(*command.split(), "--help"))
        for name in names.split() + ([] if "cache " in command or command in ("lock", "verify") else download.split()):
            tap.holds(name in listed, f"--{name} is not in the help of {command}")


@tap.test("every listed option is taken, and only with a value where one is shown")
def _():
    values = {"N": "1", "L": "1", "S": "1", "K": "1", "R": "0", "W": "1", "T": "1", "BYTES": "1K",
              "SECONDS": "1.5", "HEX": "0" * 64, "FORMAT": "npy", "DAYS": "1", "READER": "auto",
              "KIND": "lines", "STYLE": "chatml", "WHAT": "right", "WHICH": "none", "ID": "0", "LIST": "1",
              "POLICY": "prepend"}
    for command in COMMANDS:
        for name, value in options_of(help_of(*command.split(), "--help")).items():
            given = f"--{name}={values.get(value, 'x')}" if value else f"--{name}"
            help_of(*command.split(), given, "--help")
            with program.directory() as path:
                if value:
                    program.bad(path, 2, f"--{name} needs a value", *command.split(),
                                f"--{name}")
                else:
                    program.bad(path, 2, f"--{name} takes no value", *command.split(),
                                f"--{name}=1")


@tap.test("the manual page has every option of help, with its value, and no other")
def _():
    listed = {}
    for command in COMMANDS:
        listed.update(options_of(help_of(*command.split(), "--help")))
    listed["version"] = None
    tagged = re.findall(r"^\.TP\n\.(?:BI?|BR) (.*)$", manual(), re.M)
    described = {name: value or None for line in tagged
                 for name, value in re.findall(r"--([a-z0-9-]+) *([A-Z]*)", line)}
    tap.equal(described, listed, "the options of the page")


@tap.test("the manual page gives the defaults that help gives")
def _():
    page, checked = manual(), 0
    for command in COMMANDS:
        text = re.sub(r"\s+", " ", help_of(*command.split(), "--help"))
        for name, default in re.findall(r"--([a-z-]+) [A-Z]+ (?:(?! --).)*?\(default: ([\w]+)\)",
                                        text):
            described = page[page.index(f"--{name} "):]
            described = re.sub(r"^\.BR? ", "", described, flags=re.M)[:900]
            found = re.search(r"Default:\s+(\w+)", described)
            tap.holds(found and found.group(1) == default,
                      f"--{name}: {default} in help, {found and found.group(1)} in the page")
            checked += 1
    tap.holds(checked > 20, f"{checked} defaults were compared")


@tap.test("--version is that of the header")
def _():
    header = (program.SOURCE / "include" / "calib.h").read_text()
    numbers = [re.search(rf"CALIB_VERSION_{part} (\d+)", header).group(1)
               for part in ("MAJOR", "MINOR", "PATCH")]
    tap.equal(help_of("--version"), f"calib {'.'.join(numbers)}\n")


tap.run()
