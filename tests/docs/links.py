# SPDX-License-Identifier: MIT
"""Links between pages lead to files and headings that are there, and no page is passed over."""
import os
import pathlib
import re

import tap

root = pathlib.Path(os.environ["SOURCE_ROOT"])
pages = {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
         for path in [root / "README.md", root / "CHANGELOG.md", *sorted((root / "docs").glob("*.md"))]}


def prose_of(markdown):
    return re.sub(r"^```.*?^```", "", markdown, flags=re.S | re.M)


def anchors_of(markdown):
    """The anchors of the headings, as GitHub makes them."""
    seen, anchors = {}, set()
    for heading in re.findall(r"^#{1,6} +(.*?) *#*$", prose_of(markdown), flags=re.M):
        heading = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        anchors.add(f"{slug}-{seen[slug]}" if slug in seen else slug)
        seen[slug] = seen.get(slug, 0) + 1
    return anchors


def links_of(markdown):
    return re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`\n]*`", "", prose_of(markdown))) + \
        re.findall(r'(?:src|srcset|href)="([^"]+)"', markdown)


def broken(name, markdown):
    """The links of a page that lead nowhere."""
    for link in links_of(markdown):
        target, _, anchor = link.partition("#")
        if "://" in target or link.startswith("mailto:"):
            continue
        path = (root / name).parent / target if target else root / name
        if not path.exists():
            yield f"{name}: {link}: no such file"
        elif root not in path.resolve().parents and path.resolve() != root:
            yield f"{name}: {link}: outside the sources"
        elif anchor and anchor not in anchors_of(markdown if not target else path.read_text(encoding="utf-8")):
            yield f"{name}: {link}: no such heading"


@tap.test("links lead to files and headings")
def links():
    count = sum(len(links_of(text)) for text in pages.values())
    tap.note(f"{count} links on {len(pages)} pages")
    assert count > 45, f"{count} links: are these the pages?"
    found = [line for name, text in pages.items() for line in broken(name, text)]
    assert not found, "\n".join(found)


@tap.test("links that lead nowhere are found")
def notices():
    bad = "# A `b`, c-d\n## E\n## E\n[a](docs/none.md) [b](#none) [c](docs/api.md#none) [d](#a-b-c-d) [e](#e-1)\n"
    tap.equal([line.split(": ")[1] for line in broken("README.md", bad)],
              ["docs/none.md", "#none", "docs/api.md#none"])


@tap.test("files that speak of a page mean one that is there")
def mentions():
    speaking = [path for folder in ("include", "examples", "lib") for path in (root / folder).rglob("*")
                if path.suffix in {".h", ".c", ".cc", ".py"}] + [root / "docs" / "calib.1"]
    missing = [f"{path}: {page}" for path in speaking
               for page in re.findall(r"docs/[\w-]+\.md", path.read_text(encoding="utf-8").replace("\\-", "-"))
               if page not in pages]
    assert not missing, "\n".join(missing)


@tap.test("files that pages name are there")
def files():
    # NAME, VERSION and the like stand for any; what follows a program is the reader's.
    pattern = r"`((?:lib|tests|examples|include|docs)/[\w./-]+)`"  # lib/*.py are other programs'
    named = {(name, path) for name, text in pages.items() for path in re.findall(pattern, text)
             if not re.fullmatch(r"lib/.*\.py", path)}
    assert len(named) > 60, f"{len(named)} files are named"
    missing = [f"{name}: {path}" for name, path in sorted(named)
               if not re.search(r"[A-Z]{4}", path.replace("README", "")) and not is_file_or_stem(path)]
    assert not missing, "\n".join(missing)


def is_file_or_stem(path):
    """A page may leave out the ending: `tests/fault`, `examples/python/calib`."""
    return (root / path).exists() or any((root / path).parent.glob((root / path).name + ".*"))


@tap.test("the index names every page, and every page's snippets are run")
def index():
    readme, tests = pages["README.md"], (root / "tests/docs/meson.build").read_text(encoding="utf-8")
    index = pages.get("docs/README.md", readme)
    for name in pages:
        stem = pathlib.PurePath(name).stem
        if name.startswith("docs/"):
            assert f"'{stem}'" in tests, f"{name} is missing in pages of tests/docs/meson.build"
            assert stem == "README" or f"({stem}.md)" in index or f"({name})" in index, \
                f"{name} is missing in docs/README.md"


tap.run()
