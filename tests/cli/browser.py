# SPDX-License-Identifier: MIT
"""The page of calib info --html in a browser: it fits its window, and its text can be read, light and
dark. A page around it looks into it, since it has no script of its own."""
import json
import re
import shutil
import subprocess
import tempfile

import program
import tap
from byte_level import tokenizer

WIDTHS = (360, 800, 1400)
LOOK = """<!DOCTYPE html><meta charset="utf-8"><body><script>
const luminance = color => {
  const parts = color.match(/[0-9.]+/g).slice(0, 3).map(n => n / 255)
    .map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
};
const behind = node => {
  for (; node; node = node.parentElement) {
    const color = getComputedStyle(node).backgroundColor;
    if (color !== "rgba(0, 0, 0, 0)") return color;
  }
  return "rgb(255, 255, 255)";
};
const contrast = node => {
  const [a, b] = [getComputedStyle(node).color, behind(node)].map(luminance).sort((x, y) => y - x);
  return (a + 0.05) / (b + 0.05);
};
const look = frame => {
  const page = frame.contentDocument, root = page.documentElement;
  const texts = [...page.body.querySelectorAll("*")].filter(node =>
    [...node.childNodes].some(child => child.nodeType === 3 && child.data.trim()));
  return {width: root.clientWidth, needs: root.scrollWidth, page: behind(page.body), texts: texts.length,
          scrolls: [...page.querySelectorAll(".wide")].filter(node => node.scrollWidth > node.clientWidth).length,
          least: Math.min(...texts.map(contrast)), columns: page.querySelectorAll(".columns rect").length};
};
addEventListener("load", () => {
  const found = [...document.querySelectorAll("iframe")].map(look);
  document.body.innerHTML = `<pre>${JSON.stringify(found)}</pre>`;
});
</script>%s</body>
"""
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")


def look(path, dark):
    """What the browser finds, for each width."""
    frames = "".join(f'<iframe src="p.html" width="{width}" height="900"></iframe>' for width in WIDTHS)
    (path / "look.html").write_text(LOOK % frames, encoding="utf-8")
    with tempfile.TemporaryDirectory(prefix="calib-browser-") as profile:
        command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files",
                   f"--user-data-dir={profile}", f"--blink-settings=preferredColorScheme={0 if dark else 1}",
                   "--dump-dom", f"file://{path}/look.html"]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=100, check=True)
    return json.loads(re.search(r"<pre>(.*?)</pre>", done.stdout.decode("utf-8"))[1])


@tap.test("the page fits windows of any width and can be read, light and dark")
def _():
    if not BROWSER:
        raise tap.Skip("chromium is not installed: run sh tests/run.sh all")
    with program.directory() as path:
        (path / "model").mkdir()
        (path / "model" / "tokenizer.json").write_text(tokenizer())
        texts = ["<s>the cat " + "the end, кошка 数学 " * (i % 50) for i in range(99)] + ["w" * 3000, ""]
        name = "a long name of a source " * 5 + "without-a-space" * 6 + ".jsonl"
        (path / name).write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
        program.good(path, "info", "--tokenizer", "model", "--documents", "jsonl", "--source", name, "--weight", 3,
                     "--source", name, "--weight", 1, "--compare", name, "--compare", "builtin", "--documents",
                     "blank", "--html", "p.html")
        pages = set()
        for dark in False, True:
            for width, found in zip(WIDTHS, look(path, dark)):
                tap.note(f"{'dark' if dark else 'light'} {width}: {found}")
                tap.holds(found["needs"] <= found["width"], f"wider than its window: {found}")
                tap.holds(found["scrolls"] == 0, f"a table is wider than its card: {found}")
                tap.holds(found["least"] >= 4.5, f"text of too little contrast: {found}")
                tap.holds(found["texts"] > 100 and found["columns"] > 5, f"{found}")
                pages.add((dark, found["page"]))
        tap.equal(len({page for _, page in pages}), 2, "colours of the page")


tap.run()
