# SPDX-License-Identifier: MIT
"""Makes the kernel refuse system calls of a child, as file systems do that cannot be mounted here."""
import ctypes
import os
import platform
import struct

import tap

# Every system call that a C library may use for a function.
NUMBERS = {
    "x86_64": {"rename": [82, 264, 316], "link": [86, 265], "fchmod": [91]},
    "aarch64": {"rename": [38, 276], "link": [37], "fchmod": [52]},
}
LOAD, JUMP_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, FAIL_WITH = 0x7fff0000, 0x00050000
NO_NEW_PRIVILEGES, SET_SECCOMP, MODE_FILTER = 38, 22, 2


def calls(**errors):
    """Returns a preexec_fn after which functions fail, e.g. calls(rename=errno.EXDEV)."""
    numbers = NUMBERS.get(platform.machine())
    if not numbers:
        raise tap.Skip(f"no numbers of system calls for {platform.machine()}")
    pairs = [(number, error) for name, error in errors.items() for number in numbers[name]]
    code = [(LOAD, 0, 0, 0)]
    for number, error in pairs:
        code += [(JUMP_EQUAL, 0, 1, number), (RETURN, 0, 0, FAIL_WITH | error)]
    code.append((RETURN, 0, 0, ALLOW))
    data = b"".join(struct.pack("HBBI", *line) for line in code)

    def begin():
        prctl = ctypes.CDLL(None, use_errno=True).prctl
        buffer = ctypes.create_string_buffer(data, len(data))
        head = struct.pack("@HP", len(code), ctypes.addressof(buffer))
        if prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) or prctl(SET_SECCOMP, MODE_FILTER, head, 0, 0):
            os._exit(77)
    return begin


def available():
    """Raises tap.Skip if this kernel lets no process filter its system calls."""
    import errno
    import subprocess
    done = subprocess.run(["true"], preexec_fn=calls(link=errno.EPERM), check=False)
    if done.returncode == 77:
        raise tap.Skip("the kernel does not take a filter of system calls")
