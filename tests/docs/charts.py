# SPDX-License-Identifier: MIT
"""The charts of docs/performance.md are those of the figures that were measured, and its words have them."""
import contextlib
import importlib.util
import io
import json
import os
import pathlib
import tempfile
from xml.etree import ElementTree

import tap

root = pathlib.Path(os.environ["SOURCE_ROOT"])
# By its path: in its folder a file is named as one of Python's.
loader = importlib.util.spec_from_file_location("plot", root / "tests" / "bench" / "plot.py")
plot = importlib.util.module_from_spec(loader)
loader.loader.exec_module(plot)
figures = json.loads(plot.FIGURES.read_text(encoding="utf-8"))
page = (root / "docs" / "performance.md").read_text(encoding="utf-8")
images = root / "docs" / "images"


@tap.test("plot.py draws the charts that are there, and no other")
def same():
    with tempfile.TemporaryDirectory() as folder:
        with contextlib.redirect_stdout(io.StringIO()):
            plot.main(folder)
        drawn = {path.name: path.read_text(encoding="utf-8") for path in pathlib.Path(folder).iterdir()}
    there = {path.name: path.read_text(encoding="utf-8") for path in images.glob("*.svg")}
    tap.equal(sorted(there), sorted(drawn), "names")
    for name, text in drawn.items():
        assert text == there[name], f"{name} is not of these figures: run python3 tests/bench/plot.py"
        ElementTree.fromstring(text)


@tap.test("the page shows every chart, and says when and where it was measured")
def shown():
    for name, chart in figures.items():
        assert f"(images/{name}.svg)" in page, name
        assert chart["date"] in page and chart["machine"] in page, f"{name}: {chart['date']}, {chart['machine']}"


@tap.test("the tables of the page are the figures")
def tables():
    for name, chart in figures.items():
        assert plot.table(chart) in page, f"{name}: run python3 tests/bench/plot.py, which prints it"


@tap.test("another figure gives another chart")
def notices():
    chart = json.loads(json.dumps(next(iter(figures.values()))))
    before = plot.draw(chart)
    chart["groups"][0]["values"][0] *= 2
    assert plot.draw(chart) != before


tap.run()
