# SPDX-License-Identifier: MIT
"""What the libraries export: no less than the map and the header say, and no more."""
import os
import pathlib
import re
import sys

import tap

root = pathlib.Path(os.environ["SOURCE_ROOT"])
libraries = [pathlib.Path(argument) for argument in sys.argv[1:]]


def declared():
    text = "".join(path.read_text(encoding="utf-8") for path in (root / "include").glob("*.h"))
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
    return set(re.findall(r"CALIB_\w*API\s[^;{]*?\b(calib_\w+)\(", text))


def mapped(path):
    text = path.read_text(encoding="utf-8")
    public = re.findall(r"global:(.*?)(?:local:|\})", text, flags=re.S)
    return {name for part in public for name in re.findall(r"(\w+);", part)}


def symbols(library, *flags):
    """Names of the defined global symbols; a version's own node is none."""
    lines = tap.output("nm", "-g", "--defined-only", *flags, library).splitlines()
    rows = [re.fullmatch(r"[0-9a-f]+ (\w) (.*)", line) for line in lines]
    return {row[2].split("@")[0]: row[1] for row in rows if row and row[1] != "A"}


def shared_exports_the_map(library, version_map):
    exported, wanted = set(symbols(library, "-D")), mapped(version_map)
    assert exported == wanted, f"too many: {exported - wanted}, missing: {wanted - exported}"


def every_export_is_versioned(library):
    lines = tap.output("readelf", "--dyn-syms", "-W", library).splitlines()
    bare = [line for line in lines if " calib_" in line and "@" not in line]
    assert not bare, "\n".join(bare)


def exports_are_declared(library):
    missing = set(symbols(library, "-D")) - declared()
    assert not missing, f"in no public header: {missing}"


def declarations_are_exported():
    maps = {name for path in (root / "lib").rglob("*.map") for name in mapped(path)}
    missing = declared() - maps
    assert not missing, f"declared and in no map: {missing}"


def archive_keeps_to_its_prefix(library):
    """C++ namespaces count as prefixes; what templates leave behind is weak and named elsewhere."""
    strange = [name for name, kind in symbols(library, "-C").items()
               if not name.startswith("calib_") and kind not in "WVu"]
    assert not strange, f"global without calib_: {sorted(strange)}"


def archive_has_no_writable_globals(library):
    """Handles share nothing; the thread's error record is file-local."""
    writable = [name for name, kind in symbols(library).items() if kind in "BDCGS"]
    assert not writable, f"global and writable: {writable}"


def cases():
    for library in libraries:
        name = library.name
        if name.endswith(".a"):
            yield f"{name}: every global begins with calib_", archive_keeps_to_its_prefix, library
            yield f"{name}: no writable globals", archive_has_no_writable_globals, library
        else:
            stem = name[3:].split(".")[0].replace("-", "_")
            version_map = next((root / "lib").rglob(stem + ".map"))
            yield f"{name}: exports its map", shared_exports_the_map, library, version_map
            yield f"{name}: every export has a version", every_export_is_versioned, library
            yield f"{name}: exports are declared", exports_are_declared, library
    yield "every declaration is in a map", declarations_are_exported


for name, function, *arguments in cases():
    tap.test(name)(lambda f=function, a=arguments: f(*a))
tap.run()
