# SPDX-License-Identifier: MIT
"""Makes scripts_table.h of Unicode's Scripts.txt (Debian: unicode-data):
python3 scripts.py /usr/share/unicode/Scripts.txt >scripts_table.h"""
import re
import sys

SCRIPTS = """Common Latin Greek Cyrillic Armenian Georgian Hebrew Arabic Ethiopic Devanagari Bengali Gurmukhi
Gujarati Tamil Telugu Kannada Malayalam Sinhala Thai Lao Tibetan Myanmar Khmer Hangul Hiragana Katakana Han
Other""".split()

with open(sys.argv[1], encoding="utf-8") as file:
    text = file.read()
version = re.search(r"Scripts-([0-9.]+)\.txt", text)[1]
found = {}
for first, last, script in re.findall(r"^([0-9A-F]+)(?:\.\.([0-9A-F]+))? *; (\w+)", text, re.M):
    name = "Common" if script == "Inherited" else script if script in SCRIPTS else "Other"
    found.update(dict.fromkeys(range(int(first, 16), int(last or first, 16) + 1), name))
ranges = []
for code, name in sorted(found.items()):  # what is not assigned goes with what stands before it
    if not ranges or ranges[-1][1] != name:
        ranges.append((code, name))
print(f"""/* SPDX-License-Identifier: MIT */
/* Made by scripts.py of Scripts.txt of Unicode {version}: do not edit. */
#ifndef CALIB_PROGRAM_SCRIPTS_TABLE_H
#define CALIB_PROGRAM_SCRIPTS_TABLE_H

/* clang-format off */
#define CLI_SCRIPTS(X) \\""")
for at in range(0, len(SCRIPTS), 7):
    line = " ".join(f"X({name})" for name in SCRIPTS[at:at + 7])
    print(f"    {line}" + (" \\" if at + 7 < len(SCRIPTS) else ""))
print("\n/* R(first, script): up to the next range. */\n#define CLI_SCRIPT_RANGES(R) \\")
for at in range(0, len(ranges), 4):
    line = " ".join(f"R(0x{code:x}, {name})" for code, name in ranges[at:at + 4])
    print(f"    {line}" + (" \\" if at + 4 < len(ranges) else ""))
print("/* clang-format on */\n\n#endif")
