# SPDX-License-Identifier: MIT
"""docs/api.md knows every public name of every header, and nothing that is not there."""
import os
import pathlib
import re

import tap

root = pathlib.Path(os.environ["SOURCE_ROOT"])
pages = {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8")
         for path in [root / "README.md", *sorted((root / "docs").glob("*.md"))]}
reference = pages["docs/api.md"]
headers = {path.name: path.read_text(encoding="utf-8")
           for path in sorted((root / "include").glob("*.h"))}
code = re.sub(r"/\*.*?\*/", "", "".join(headers.values()), flags=re.S)
functions = set(re.findall(r"CALIB_API\s[^;{]*?\b(calib_\w+)\(", code))
statuses = {name for name in re.findall(r"X\((E_\w+),", "".join(headers.values()))}


def words(text):
    return set(re.findall(r"\w+", text))


# A name counts only if it is set as code, so that a field such as `url` is not found in a sentence.
set_as_code = words(" ".join(re.findall(r"`[^`\n]+`", reference)))
GUARDS = {name.upper().replace(".", "_") for name in headers} | {"CALIB_STATUS_ENUM_"}  # of the headers alone
structs = dict((name, body) for body, name in
               re.findall(r"struct \w+ \{((?:(?!\n\}).)*)\n\} (\w+);", code, flags=re.S))
structs["calib_documents"] = re.search(r"struct calib_documents \{(.*?)\n\};", code, flags=re.S).group(1)


def fields(body):
    return {match[0] or match[1]
            for match in re.findall(r"\(\*(\w+)\)|(\w+)(?:\[\w+\])?\s*;", body)} - {"struct_size"}


def not_set_as_code(names):
    return sorted(set(names) - set_as_code)


@tap.test("every public function is there")
def every_function():
    assert len(functions) > 15, functions
    missing = not_set_as_code(functions)
    assert not missing, sorted(missing)


@tap.test("every status is there")
def every_status():
    assert len(statuses) >= 25, statuses
    missing = not_set_as_code(statuses)
    assert not missing, sorted(missing)


@tap.test("every struct and each of its fields is there")
def every_field():
    assert len(structs) >= 14, sorted(structs)
    for name, body in structs.items():
        assert len(fields(body)) > 3, f"{name}: {fields(body)}"
        assert not not_set_as_code({name} | fields(body)), f"{name}: {not_set_as_code({name} | fields(body))}"
    tap.equal(not_set_as_code({"no_such_field"}), ["no_such_field"])


@tap.test("every constant, macro and type of a callback is there")
def every_constant():
    constants = {name for body in re.findall(r"\benum[^{;]*\{(.*?)\}", code, flags=re.S)
                 for name in re.findall(r"\b(CALIB_\w+)\b", body)}
    macros = set(re.findall(r"^#\s*define (\w+)", code, flags=re.M))
    callbacks = set(re.findall(r"typedef[^;{]*\(\*(calib_\w+)\)", code))
    assert len(constants) > 70 and len(macros) > 8 and len(callbacks) > 7, (constants, macros, callbacks)
    missing = not_set_as_code((constants | macros | callbacks) - GUARDS)
    assert not missing, missing


def unknown_names(text):
    """Names of the API that no header has."""
    there = words("".join(headers.values()))
    there |= {"CALIB_" + status for status in statuses}
    variables = {"CALIB_CACHE_DIR", "CALIB_CACHE_MAX_BYTES", "CALIB_OFFLINE", "CALIB_TOKEN", "CALIB_LIBRARY",
                 "CALIB_SENTENCEPIECE_LIBRARY", "CALIB_TOKENIZER_JSON_LIBRARY", "CALIB_STATIC"}
    cmake = (root / "lib" / "cmake" / "CMakeLists.txt").read_text(encoding="utf-8")
    variables |= set(re.findall(r"^option\((CALIB_\w+)", cmake, flags=re.M))
    named = set(re.findall(r"`(calib_[a-z_]+)\(?", text)) | set(re.findall(r"\bCALIB_\w+\b", text))
    files = {path.stem for path in root.glob("lib/**/*") if path.is_file()}
    return {name for name in named - there - variables - files
            if not name.endswith("_") and not name.startswith("CALIB_TEST_")}


@tap.test("no page names what is not there")
def nothing_else():
    internal = words("".join(path.read_text(encoding="utf-8") for path in root.glob("lib/*/*.h")))
    for name, text in pages.items():
        unknown = unknown_names(text) - (internal if name == "docs/contributing.md" else set())
        assert not unknown, f"{name}: {sorted(unknown)}"
    assert unknown_names("`calib_nothing(x)`") == {"calib_nothing"}


@tap.test("every function says what it returns, and since when")
def header_comments():
    for name, text in headers.items():
        for function in functions & words(text):
            comment = re.search(r"/\*\*(?:(?!\*/).)*\*/\s*CALIB_API\s[^;]*?\b" + function + r"\(",
                                text, flags=re.S)
            if comment is None:
                continue
            assert "@since" in comment.group(), f"{name}: {function} has no @since"
            returns_int = re.search(r"CALIB_API int\s+" + function + r"\(", text)
            whole = "@return" in comment.group() or "Otherwise as calib_" in comment.group()
            assert whole or not returns_int, f"{name}: {function} does not say what it returns"


tap.run()
