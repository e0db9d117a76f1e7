#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Draws the charts of docs/performance.md of tests/bench/figures.json: plot.py [FOLDER]

FOLDER is docs/images unless it is given. Prints the same figures as tables for the page. The same figures give
the same bytes. A chart has groups of bars. If it compares programs (`log`: by powers of ten), the first bar of a
group is calib's, and the others say how many times as large they are. The background is light and opaque, so that
a chart reads on dark pages, too."""
import json
import math
import pathlib
import sys
from xml.sax.saxutils import escape

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIGURES = ROOT / "tests" / "bench" / "figures.json"
WIDTH, LEFT, RIGHT, TOP, BAR, GAP = 760, 190, 120, 64, 16, 12
COLOURS = ("#1b6ca8", "#c9762b", "#7a7f87", "#4d8f5b")  # told apart in grey, too
INK, PALE, GRID = "#1f2328", "#59636e", "#d7dce1"
FONT = "font-family='DejaVu Sans, Helvetica, Arial, sans-serif'"


def text(x, y, words, size=12, anchor="start", colour=INK, weight="normal"):
    return (f"<text x='{x:.1f}' y='{y:.1f}' font-size='{size}' text-anchor='{anchor}' fill='{colour}' "
            f"font-weight='{weight}'>{escape(words)}</text>")


def shown(value, digits=3):
    """The value with so many digits that count; more if it is large."""
    return f"{value:.{max(0, digits - 1 - math.floor(math.log10(value)))}f}"


class Scale:
    """Values to columns: from zero, or by powers of ten if the chart says so."""

    def __init__(self, chart):
        values = [value for group in chart["groups"] for value in group["values"] if value]
        self.log = chart.get("log", False)
        self.most = max(values)
        self.least = 10 ** math.floor(math.log10(min(values) * 0.7)) if self.log else 0

    def share(self, value):
        if self.log:
            return math.log(value / self.least) / math.log(self.most / self.least)
        return value / self.most

    def x(self, value):
        return LEFT + self.share(value) * (WIDTH - LEFT - RIGHT)

    def ticks(self):
        if self.log:
            first = round(math.log10(self.least))
            return [10.0 ** power for power in range(first, math.floor(math.log10(self.most)) + 1)]
        step = 10 ** math.floor(math.log10(self.most))
        step = step / 5 if self.most / step < 2 else step / 2 if self.most / step < 5 else step
        return [step * i for i in range(int(self.most / step) + 1)]


def grid(scale, bottom):
    for tick in scale.ticks():
        x = scale.x(tick) if tick else LEFT
        yield f"<line x1='{x:.1f}' y1='{TOP}' x2='{x:.1f}' y2='{bottom:.1f}' stroke='{GRID}'/>"
        yield text(x, bottom + 16, f"{tick:g}", 11, "middle", PALE)


def bars(chart, scale):
    """The parts, and where the last one ends."""
    y, parts = TOP + GAP / 2, []
    for group in chart["groups"]:
        height = BAR * len(group["values"])
        parts.append(text(LEFT - 10, y + height / 2 + 4, group["name"], 12, "end"))
        for i, value in enumerate(group["values"]):
            if value:
                end = scale.x(value)
                ratio = f", {shown(value / group['values'][0], 2)}x" if i and scale.log else ""
                parts.append(f"<rect x='{LEFT}' y='{y + 1:.1f}' width='{end - LEFT:.1f}' height='{BAR - 2}' "
                             f"fill='{COLOURS[i]}'/>")
                parts.append(text(end + 6, y + BAR - 4, f"{shown(value)} {chart['unit']}{ratio}", 11))
            else:
                parts.append(text(LEFT + 6, y + BAR - 4, "not measured", 11, colour=PALE))
            y += BAR
        y += GAP
    return parts, y - GAP / 2


def legend(chart):
    x = LEFT
    for colour, name in zip(COLOURS, chart["series"]):
        yield f"<rect x='{x:.1f}' y='40' width='11' height='11' fill='{colour}'/>"
        yield text(x + 16, 50, name, 12)
        x += 34 + 6.9 * len(name)


def draw(chart):
    scale = Scale(chart)
    parts, bottom = bars(chart, scale)
    height = bottom + 30
    return "\n".join([
        f"<svg xmlns='http://www.w3.org/2000/svg' width='{WIDTH}' height='{height:.0f}' "
        f"viewBox='0 0 {WIDTH} {height:.0f}' role='img' {FONT}>",
        f"<title>{escape(chart['title'])}</title>",
        f"<rect width='{WIDTH}' height='{height:.0f}' rx='6' fill='#fbfbfa' stroke='{GRID}'/>",
        text(16, 26, chart["title"], 14, weight="bold"), *legend(chart), *grid(scale, bottom), *parts, "</svg>", ""])


def table(chart):
    """The chart in Markdown."""
    log = chart.get("log", False)

    def cell(value, first):
        if not value:
            return "not measured"
        ratio = f", {shown(value / first, 2)}x" if log and value is not first else ""
        return f"{shown(value)} {chart['unit']}{ratio}"
    lines = [["", *chart["series"]], ["---"] * (len(chart["series"]) + 1)]
    lines += [[group["name"], *(cell(value, group["values"][0]) for value in group["values"])]
              for group in chart["groups"]]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def main(folder=ROOT / "docs" / "images"):
    folder = pathlib.Path(folder)
    folder.mkdir(exist_ok=True)
    for name, chart in json.loads(FIGURES.read_text(encoding="utf-8")).items():
        (folder / f"{name}.svg").write_text(draw(chart), encoding="utf-8")
        print(f"{name}\n\n{table(chart)}")


if __name__ == "__main__":
    main(*sys.argv[1:2])
