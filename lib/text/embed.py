#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Joins text files and writes them as a C array: embed.py OUT.c [FILE...]"""
import sys

out, files = sys.argv[1], sys.argv[2:]
data = b"".join(open(name, "rb").read() for name in files)
with open(out, "w", newline="\n") as c:
    c.write('#include "text/builtin.h"\n\nconst unsigned char calib_builtin_text[] = {\n')
    for at in range(0, len(data), 20):
        c.write(",".join(str(byte) for byte in data[at:at + 20]) + ",\n")
    c.write("0};\nconst size_t calib_builtin_text_len = sizeof calib_builtin_text - 1;\n")
