# SPDX-License-Identifier: MIT
"""docs/testing.md names tests that there are, and every suite."""
import fnmatch
import json
import os
import pathlib
import re

import tap

root = pathlib.Path(os.environ["SOURCE_ROOT"])
page = (root / "docs" / "testing.md").read_text(encoding="utf-8")
tests = json.loads(pathlib.Path(os.environ["BUILD_ROOT"], "meson-info", "intro-tests.json").read_text(encoding="utf-8"))
names = {test["name"] for test in tests}
suites = {suite.partition(":")[2] for test in tests for suite in test["suite"]}
COMPLETE = {"net", "python", "tokenizer_json", "sentencepiece", "machines"} <= suites


def column(number, cells):
    """Names set as code in a column of the tables of so many cells."""
    rows = [line.split("|")[1:-1] for line in page.split("\n") if line.startswith("|")]
    return {name for row in rows if len(row) == cells for name in re.findall(r"`([^`]+)`", row[number])}


def not_there(patterns):
    return sorted(pattern for pattern in patterns if not fnmatch.filter(names, pattern))


@tap.test("every test that the page names is there")
def named_tests():
    if not COMPLETE:
        raise tap.Skip("a build without downloads, an adapter or Python lacks some of the tests")
    named = column(1, 3)
    assert len(named) > 60, named
    assert not not_there(named), not_there(named)
    tap.equal(not_there({"no-such-test"}), ["no-such-test"])


@tap.test("every suite is on the page")
def every_suite():
    assert not suites - column(0, 2), sorted(suites - column(0, 2))


tap.run()
