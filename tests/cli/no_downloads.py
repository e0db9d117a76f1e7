# SPDX-License-Identifier: MIT
"""A build without libcurl."""
import program
import tap


@tap.test("a URL is refused by name, everything else works")
def _():
    with program.directory() as path:
        (path / "corpus.txt").write_bytes(b"some words\n" * 8000)
        for command in (["sample", "-o", "rows.npy"], ["info"],
                        ["info", "--source", "https://127.0.0.1/x"]):
            program.bad(path, 1, "download", *command)
        program.bad(path, 1, ["download", "(--source builtin, --source PATH, or calib cache add URL FILE)"],
                    "fetch", "https://127.0.0.1/x")
        program.good(path, "sample", "--source", "corpus.txt", "-o", "rows.npy")


tap.run()
