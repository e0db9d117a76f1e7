# SPDX-License-Identifier: MIT
"""The places that -o can name: mounts, links, descriptors, terminals, and what is undone there."""
import contextlib
import errno
import json
import os
import pty
import stat
import subprocess
import threading

import program
import readers
import refuse
import tap

TEXT = b"".join(b"%06d some words and a newline\n" % i for i in range(3000))
ROWS = readers.sample(TEXT, 20, 64, 7)
RAW = b"".join(number.to_bytes(4, "little") for row in ROWS for number in row)
ASK = ["sample", "--source", "corpus.txt", "--samples", "20", "--seq-len", "64", "--seed", "7",
       "--no-token-cache"]
BIN = [*ASK, "--format", "bin"]
OLD = b"old" * 100000  # longer than the rows


@contextlib.contextmanager
def corpus():
    with program.directory() as path:
        (path / "corpus.txt").write_bytes(TEXT)
        (path / "old.bin").write_bytes(OLD)
        yield path


def hidden(path):
    return sorted(str(entry) for entry in path.rglob(".calib-*"))


# ---- mounts ----

def mounted(commands):
    """Returns a command that mounts in a private namespace and then runs the command after it."""
    for namespace in (["unshare", "-m"], ["unshare", "-U", "-r", "-m"]):
        with program.directory() as path:
            (path / "a").mkdir()
            try:
                done = subprocess.run([*namespace, "mount", "-t", "tmpfs", "none", path / "a"],
                                      stderr=subprocess.PIPE, check=False)
            except FileNotFoundError as error:
                raise tap.Skip(f"no mount namespaces: {error}") from error
        if done.returncode == 0:
            return [*namespace, "sh", "-e", "-c", commands + '\nexec "$@"', "sh"]
    raise tap.Skip(f"no mount namespaces: {done.stderr.decode().strip()}")


@tap.test("a file that is a mount point is written in place, then the results are printed")
def _():
    through = mounted("mount --bind old.bin mounted.bin")
    with corpus() as path:
        (path / "mounted.bin").write_bytes(b"")
        inode = (path / "old.bin").stat().st_ino
        out = program.good(path, *ASK, "-o", "mounted.bin", through=through).out
        tap.holds(out.startswith(b"20 rows of 64 tokens in mounted.bin"), out)
        tap.holds((path / "old.bin").read_bytes() == RAW, "the rows")
        tap.equal((path / "old.bin").stat().st_ino, inode, "the file")
        (path / "old.bin").write_bytes(OLD)
        out = program.good(path, *ASK, "-o", "mounted.bin", "--json", through=through).out
        tap.equal(json.loads(out)["output"], "mounted.bin")
        tap.holds((path / "old.bin").read_bytes() == RAW, "the rows with --json")
        tap.equal((hidden(path), (path / "mounted.bin").read_bytes()), ([], b""), "left behind")


@tap.test("a writable file mounted into a read-only directory is written in place")
def _():
    through = mounted("mount -t tmpfs none shut; : > shut/rows.bin\n"
                      "mount --bind old.bin shut/rows.bin\nmount -o remount,ro,bind shut")
    with corpus() as path:
        (path / "shut").mkdir()
        program.good(path, *ASK, "-o", "shut/rows.bin", through=through)
        tap.holds((path / "old.bin").read_bytes() == RAW, "the rows")
        program.bad(path, 1, ["shut/new.bin", "Read-only"], *ASK, "-o", "shut/new.bin",
                    through=through)


@tap.test("a writable file in a directory that takes no new files is written in place")
def _():
    with corpus() as path:
        (path / "shut").mkdir()
        (path / "old.bin").rename(path / "shut" / "old.bin")
        (path / "shut").chmod(0o555)
        long = program.instead(ASK, "--seq-len", "100000")
        program.bad(path, 1, ["tokens", "100000"], *long, "-o", "shut/old.bin", plain_user=True)
        tap.holds((path / "shut/old.bin").read_bytes() == OLD, "a failed run has changed the file")
        program.good(path, *ASK, "-o", "shut/old.bin", plain_user=True)
        tap.holds((path / "shut/old.bin").read_bytes() == RAW, "the rows")


@tap.test("no room: on another file system, and for a file that is written in place")
def _():
    with corpus() as path:
        (path / "small").mkdir()
        (path / "mounted.bin").write_bytes(b"")
        fill = "mount -t tmpfs -o size=4k none small; printf old > small/rows.bin\n"
        show = 'trap \'ls -A small; cat small/rows.bin\' EXIT\n"$@"; exit\n'
        for more, last in (("", b"rows.bin\nold"),
                           ("mount --bind small/rows.bin mounted.bin\n", b"rows.bin\n")):
            output = "mounted.bin" if more else "small/rows.bin"
            done = program.run(path, *ASK, "-o", output, through=mounted(fill + more + show))
            tap.equal((done.status, done.out), (1, last), f"status and files of {done}")
            lines = done.err.splitlines()
            tap.holds("No space left" in lines[0] and output in lines[0], done.err)
            tap.equal(lines[1:], ["calib: warning: mounted.bin was written in place and is empty now"]
                      if more else [], "more lines")
        tap.equal(hidden(path), [], "left behind")


# ---- file systems that refuse ----

@tap.test("a refused rename: written in place, or an error before any results")
def _():
    refuse.available()
    with corpus() as path:
        for error in (errno.EBUSY, errno.EXDEV, errno.EPERM, errno.EACCES, errno.ETXTBSY,
                      errno.ENOSYS):
            for name in ("old.bin", "new.bin"):
                out = program.good(path, *ASK, "-o", name, preexec_fn=refuse.calls(rename=error)).out
                tap.holds(b"20 rows" in out, out)
                tap.holds((path / name).read_bytes() == RAW, f"{name} with error {error}")
            (path / "new.bin").unlink()
            (path / "old.bin").write_bytes(OLD)
        for name in ("old.bin", "new.bin"):
            for more in ([], ["--json"]):
                program.bad(path, 1, [name, "No space left"], *ASK, "-o", name, *more,
                            preexec_fn=refuse.calls(rename=errno.ENOSPC))


@tap.test("a refused chmod: the file is written in place and keeps its mode")
def _():
    refuse.available()
    with corpus() as path:
        for mode in (0o600, 0o644):
            for error in (errno.EPERM, errno.ENOSYS, errno.ENOTSUP):
                (path / "old.bin").write_bytes(OLD)
                (path / "old.bin").chmod(mode)
                program.good(path, *ASK, "-o", "old.bin", umask=0o022,
                             preexec_fn=refuse.calls(fchmod=error))
                tap.holds((path / "old.bin").read_bytes() == RAW, "the rows")
                tap.equal(stat.S_IMODE((path / "old.bin").stat().st_mode), mode, "the mode")
        tap.equal(hidden(path), [], "left behind")


# ---- results that cannot be printed ----

@tap.test("results that cannot be printed: the old file is back, or a warning says that it is not")
def _():
    refuse.available()
    with corpus() as path, open("/dev/full", "wb") as full:
        (path / "old.bin").chmod(0o604)
        for more in ([], ["--json"], ["--preview", "3"]):
            for name in ("old.bin", "new.bin"):
                program.bad(path, 1, ["standard output", "No space left"], *ASK, "-o", name, *more,
                            stdout=full)
        tap.equal((path / "old.bin").stat().st_nlink, 1, "names of the old file")
        for refused in ({"link": errno.EPERM}, {"rename": errno.EBUSY}):
            (path / "old.bin").write_bytes(OLD)
            done = program.run(path, *ASK, "-o", "old.bin", stdout=full,
                               preexec_fn=refuse.calls(**refused))
            tap.equal(done.status, 1, f"the status of {done}")
            lines = done.err.splitlines()
            tap.equal(len(lines), 2, f"lines of {done}")
            tap.holds(lines[1].startswith("calib: warning: old.bin has the new contents"), lines[1])
            tap.holds((path / "old.bin").read_bytes() == RAW, "the rows")
        tap.equal(hidden(path), [], "left behind")


@tap.test("an output that is also standard output is refused")
def _():
    with corpus() as path:
        with open(path / "old.bin", "ab") as file:
            program.bad(path, 1, ["old.bin", "-o -"], *ASK, "-o", "old.bin", stdout=file)
            program.bad(path, 1, [f"/dev/fd/{file.fileno()}", "-o -"], *BIN, "-o",
                        f"/dev/fd/{file.fileno()}", stdout=file, pass_fds=[file.fileno()])
        with open(path / "corpus.txt", "ab") as file:
            program.bad(path, 1, "corpus", *BIN, "-o", "-", stdout=file)
        (path / "-").write_bytes(TEXT)
        program.good(path, *program.instead(BIN, "--source", "./-"), "-o", "-")


# ---- links ----

@tap.test("a link whose target is not there stays, and the target is made")
def _():
    with corpus() as path:
        (path / "deep").mkdir()
        (path / "deep" / "third.bin").symlink_to("../new.bin")
        (path / "second.bin").symlink_to(path / "deep" / "third.bin")
        (path / "first.bin").symlink_to("second.bin")
        (path / "way").symlink_to("deep")
        for name, target in (("first.bin", "new.bin"), ("way/third.bin", "new.bin")):
            program.good(path, *ASK, "-o", name)
            tap.holds((path / name).is_symlink() and not (path / target).is_symlink(), name)
            tap.holds((path / target).read_bytes() == RAW, f"the rows through {name}")
            (path / target).unlink()
        with open("/dev/full", "wb") as full:
            program.bad(path, 1, "standard output", *ASK, "-o", "first.bin", stdout=full)
        tap.equal(hidden(path), [], "left behind")


@tap.test("a link that leads nowhere is an error that names its end")
def _():
    with corpus() as path:
        (path / "a.bin").symlink_to("none/b.bin")
        (path / "c.bin").symlink_to("none/")
        (path / "gone").symlink_to("none")
        (path / "loop.bin").symlink_to("pool.bin")
        (path / "pool.bin").symlink_to("loop.bin")
        program.bad(path, 1, ["a.bin, a link to none/b.bin", "No such file"], *ASK, "-o", "a.bin")
        program.bad(path, 1, ["c.bin", "directory"], *ASK, "-o", "c.bin")
        program.bad(path, 1, ["gone/b.bin", "No such file"], *ASK, "-o", "gone/b.bin")
        program.bad(path, 1, ["loop.bin", "Too many levels"], *ASK, "-o", "loop.bin")


# ---- descriptors and terminals ----

@tap.test("an open descriptor is written where its owner left off, by every name it has")
def _():
    with corpus() as path:
        (path / "link.bin").symlink_to("/dev/stdout")
        names = ["/dev/stdout", "/dev/fd/1", "link.bin", "-"]
        if os.path.exists("/proc/self/fd"):
            names += ["/proc/self/fd/1", "/proc/thread-self/fd/1"]
        for name in names:
            (path / "held").write_bytes(b"held ")
            with open(path / "held", "ab") as file:
                program.good(path, *BIN, "-o", name, stdout=file)
            tap.holds((path / "held").read_bytes() == b"held " + RAW, f"what {name} leaves")
        for mode, held in (("ab", b"held "), ("r+b", b"hel")):
            (path / "held").write_bytes(b"held ")
            with open(path / "held", mode) as file:
                file.seek(3)
                out = program.good(path, *BIN, "-o", f"/dev/fd/{file.fileno()}",
                                   pass_fds=[file.fileno()]).out
                tap.holds(b"20 rows" in out, out)
            tap.holds((path / "held").read_bytes() == held + RAW, f"after {mode}")
        tap.equal(hidden(path), [], "left behind")


@tap.test("a descriptor that is closed, or open for reading only")
def _():
    with corpus() as path, open(path / "old.bin", "rb") as text:
        for name in ("/dev/fd/0", "/dev/stdin", "/dev/fd/77"):
            program.bad(path, 1, [name, "Bad file descriptor"], *BIN, "-o", name, stdin=text)


@tap.test("a terminal gets no rows")
def _():
    with corpus() as path:
        master, terminal = pty.openpty()
        shown = []
        reader = threading.Thread(target=lambda: shown.append(os.read(master, 1000)))
        reader.start()
        for form in ("npy", "safetensors", "bin"):
            ask = [*ASK, "--format", form, "-o"]
            for name in ("-", "/dev/stdout", "/dev/fd/1"):
                done = program.run(path, *ask, name, stdout=terminal)
                tap.equal(done.status, 1, str(done))
                tap.holds("standard output: it is a terminal" in done.err and "-o" in done.err,
                          done.err)
            program.bad(path, 1, [os.ttyname(terminal), "terminal"], *ask, os.ttyname(terminal))
        os.write(terminal, b"end")
        reader.join(program.SECONDS)
        tap.equal(shown, [b"end"], "what the terminal got")
        os.close(terminal)
        os.close(master)


tap.run()
