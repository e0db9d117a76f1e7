# SPDX-License-Identifier: MIT
"""The progress bar, and the ways to end a run from outside."""
import contextlib
import itertools
import os
import pty
import re
import signal
import subprocess
import time

import program
import tap

# A parent that ignores SIGHUP (nohup) would make its children ignore it.
signal.signal(signal.SIGHUP, signal.SIG_DFL)

BLOCK = b"some words of a corpus that never ends\n" * 2000
ASK = [program.CALIB, "sample", "--source", "-", "-o", "rows.npy"]


def read_terminal(master):
    """Returns what was written to a terminal until its other end closed."""
    shown = b""
    try:
        while True:
            block = os.read(master, 65536)
            if not block:
                return shown
            shown += block
    except OSError:
        return shown


def screen(shown):
    """Returns the lines that a terminal shows at the end."""
    lines, column = [""], 0
    for character in shown.decode("utf-8", "replace"):
        if character == "\r":
            column = 0
        elif character == "\n":
            lines.append("")
            column = 0
        else:
            line = lines[-1].ljust(column)
            lines[-1] = line[:column] + character + line[column + 1:]
            column += 1
    return [line.rstrip() for line in lines]


def on_terminal(path, command, seconds=0.0, text=BLOCK):
    """Runs a command that is fed slowly, with a terminal as standard error. Returns its status and what
    the terminal got."""
    master, terminal = pty.openpty()
    child = subprocess.Popen(command, cwd=path, env=program.environment(path), stderr=terminal,
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    os.close(terminal)
    end = time.monotonic() + seconds
    with contextlib.suppress(BrokenPipeError), child.stdin:
        while True:
            child.stdin.write(text)
            child.stdin.flush()
            if time.monotonic() >= end:
                break
            time.sleep(0.01)
    shown = read_terminal(master)
    os.close(master)
    out = child.stdout.read()
    child.stdout.close()
    return child.wait(program.SECONDS), shown, out


@tap.test("a terminal gets a bar, ten times a second at most, and is clean at the end")
def _():
    with program.directory() as path:
        start = time.monotonic()
        status, shown, _ = on_terminal(path, ASK, seconds=1.2)
        drawn = shown.count(b"read ") + shown.count(b"tokenize ") + shown.count(b"sample ")
        tap.equal(status, 0, f"the status, after {shown!r}")
        tap.equal(screen(shown), [""], "the screen at the end")
        tap.holds(2 <= drawn <= 10 * (time.monotonic() - start) + 2, f"{drawn} times: {shown!r}")
        tap.holds(re.search(rb"read +[\d.]+ [KM]iB", shown), f"no amount in {shown!r}")
        tap.holds(b"\x1b" not in shown, "an escape sequence")


@tap.test("the size of a file makes a percentage")
def _():
    with program.directory() as path:
        (path / "corpus.txt").write_bytes(BLOCK)
        status, shown, _ = on_terminal(path, [program.CALIB, "info", "--source", "corpus.txt"],
                                       text=b"")
        tap.equal(status, 0)
        tap.holds(re.search(rb"\w+ +\[[#.]+\] +\d+ %  ", shown), f"no percentage in {shown!r}")


@tap.test("an error on a terminal takes the bar's place")
def _():
    with program.directory() as path:
        status, shown, _ = on_terminal(path, ASK, seconds=0.3, text=b"x" * 1000 + b"\xff")
        tap.equal(status, 1)
        lines = screen(shown)
        tap.equal(len(lines), 2, f"lines on the screen: {lines}")
        tap.holds(lines[0].startswith("calib: error: standard input is not UTF-8"), lines[0])


@tap.test("without a terminal there is no bar")
def _():
    with program.directory() as path:
        program.good(path, "sample", "--source", "-", "-o", "r.npy", input=BLOCK * 20)


def started(path, command=ASK, **options):
    """A run that waits for its standard input and already has its temporary file."""
    child = subprocess.Popen(command, cwd=path, env=program.environment(path),
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             **options)
    child.stdin.write(BLOCK)
    child.stdin.flush()
    end = time.monotonic() + program.SECONDS
    while not any(path.glob(".calib-*.tmp")):
        tap.holds(time.monotonic() < end, "no temporary file is seen")
        time.sleep(0.01)
    return child


def feed(child):
    """Writes until the reader has gone."""
    end = time.monotonic() + program.SECONDS
    try:
        while time.monotonic() < end and child.poll() is None:
            child.stdin.write(BLOCK)
            child.stdin.flush()
    except BrokenPipeError:
        pass


def ended(path, child, signal_number, message):
    try:
        out, err = child.communicate(timeout=program.SECONDS)
    except BrokenPipeError:
        child.wait(program.SECONDS)
        out, err = child.stdout.read(), child.stderr.read()
    tap.equal(child.returncode, -signal_number, f"the status, after {err}")
    tap.equal(out, b"", "the results")
    tap.holds(message in err.decode() and err.count(b"\n") <= 1, f"the message {err}")
    tap.equal(program.listing(path), {}, "files left")


for number, name in ((signal.SIGINT, "SIGINT"), (signal.SIGTERM, "SIGTERM"),
                     (signal.SIGHUP, "SIGHUP")):
    def _(number=number, name=name):
        with program.directory() as path:
            child = started(path)
            child.send_signal(number)
            feed(child)
            ended(path, child, number, f"calib: error: cancelled by {name}\n")
    tap.test(f"{name} cancels: a message, nothing left, the status of the signal")(_)


@tap.test("a signal ends a run that waits for a silent pipe, within seconds")
def _():
    with program.directory() as path:
        child = started(path)
        time.sleep(0.2)
        start = time.monotonic()
        child.send_signal(signal.SIGTERM)
        child.wait(program.SECONDS)
        tap.holds(time.monotonic() - start < 10, "it took long")
        child.stdin.close()
        child.stdin = None
        ended(path, child, signal.SIGTERM, "calib: error: cancelled by ")


@tap.test("a second signal ends a run at once")
def _():
    with program.directory() as path:
        child = started(path)
        time.sleep(0.2)
        child.send_signal(signal.SIGINT)
        time.sleep(0.1)
        child.send_signal(signal.SIGINT)
        child.wait(program.SECONDS)
        child.stdin.close()
        child.stdin = None
        tap.equal(child.stderr.peek(), b"", "what the alarm says that ends a silent run")
        ended(path, child, signal.SIGINT, "")


def written_to_nobody(path, name):
    """A run that has written its file and waits for the reader of its results."""
    (path / "corpus.txt").write_bytes(BLOCK * 10)
    (path / "old.npy").write_bytes(b"old")
    command = [program.CALIB, "sample", "--source", "corpus.txt", "--no-token-cache", "--samples", "all",
               "--preview", "4000", "--json", "-o", name]
    child = subprocess.Popen(command, cwd=path, env=program.environment(path), stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE)
    end = time.monotonic() + program.SECONDS
    while not (path / name).exists() or (path / name).stat().st_size < 10:
        tap.holds(time.monotonic() < end, "no output is seen")
        time.sleep(0.01)
    return child


@tap.test("a signal while the results wait for their reader puts the old file back")
def _():
    with contextlib.ExitStack() as stack:
        runs = []
        for signals, name in itertools.product((1, 2), ("old.npy", "new.npy")):
            path = stack.enter_context(program.directory())
            runs.append((signals, path, written_to_nobody(path, name)))
            stack.callback(runs[-1][2].kill)
        for nth in (1, 2):
            time.sleep(0.2)
            for signals, _, child in runs:
                if nth <= signals:
                    child.send_signal(signal.SIGTERM)
        for signals, path, child in runs:
            child.wait(program.SECONDS)
            _, err = child.communicate()
            tap.equal(child.returncode, -signal.SIGTERM, "the status")
            tap.holds(signals == 1 or b"by a signal" not in err, "the second signal came after the alarm")
            tap.equal(sorted(program.listing(path)), ["corpus.txt", "old.npy"], "files")
            tap.equal((path / "old.npy").read_bytes(), b"old", "the old file")


def killed(path, command=ASK):
    child = started(path, command)
    child.kill()
    child.wait(program.SECONDS)
    for pipe in (child.stdin, child.stdout, child.stderr):
        with contextlib.suppress(BrokenPipeError):
            pipe.close()


@tap.test("a killed run's hidden file is removed by the next run over the same output")
def _():
    with program.directory() as path:
        (path / "corpus.txt").write_bytes(BLOCK)
        (path / "rows.npy").write_bytes(b"old")
        ask = ["sample", "--source", "corpus.txt", "--no-token-cache", "-o"]
        killed(path)
        tap.equal((path / "rows.npy").read_bytes(), b"old", "the output of a killed run")
        left = sorted(path.glob(".calib-*.tmp"))
        tap.equal(len(left), 1, "files of a killed run")
        program.good(path, *ask, "other.npy")
        tap.equal(sorted(path.glob(".calib-*.tmp")), left, "after a run over another output")
        program.good(path, *ask, path / "rows.npy")
        tap.equal(sorted(program.listing(path)), ["corpus.txt", "other.npy", "rows.npy"], "files")


@tap.test("the hidden files of live runs over one output are left alone, and both runs finish")
def _():
    with program.directory() as path:
        (path / "corpus.txt").write_bytes(BLOCK * 2)
        ask = ["sample", "--source", "corpus.txt", "--no-token-cache", "-o", "rows.npy"]
        first = started(path)
        (name,) = path.glob(".calib-*.tmp")
        second = subprocess.Popen(ASK, cwd=path, env=program.environment(path),
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        end = time.monotonic() + program.SECONDS
        while len(list(path.glob(".calib-*.tmp"))) < 2:
            tap.holds(time.monotonic() < end, "no second temporary file is seen")
            time.sleep(0.01)
        second.kill()
        second.wait(program.SECONDS)
        second.stdin.close()
        second.stdout.close()
        program.good(path, *ask)
        tap.equal(list(path.glob(".calib-*.tmp")), [name], "the hidden files")
        rows = (path / "rows.npy").read_bytes()
        out, err = first.communicate(BLOCK, timeout=program.SECONDS)
        tap.equal((first.returncode, err), (0, b""), f"the end, after {out}")
        tap.holds((path / "rows.npy").read_bytes() == rows, "other rows")
        tap.equal(sorted(program.listing(path)), ["corpus.txt", "rows.npy"], "files")


@tap.test("what is no file of calib's stays, whatever its name")
def _():
    with program.directory() as path:
        (path / "corpus.txt").write_bytes(BLOCK)
        killed(path)
        (name,) = path.glob(".calib-*.tmp")
        ask = ["sample", "--source", "corpus.txt", "--no-token-cache", "-o", "rows.npy"]
        for make in (name.mkdir, lambda: name.symlink_to("corpus.txt"), lambda: os.mkfifo(name)):
            name.rmdir() if name.is_dir() else name.unlink()
            make()
            before = program.listing(path)
            program.good(path, *ask)
            (path / "rows.npy").unlink()
            tap.equal(program.listing(path), before, "files")


@tap.test("a signal that the parent ignores stays ignored")
def _():
    with program.directory() as path:
        child = started(path, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=program.SECONDS)
        tap.equal((child.returncode, err), (0, b""), f"the end, after {out}")


tap.run()
