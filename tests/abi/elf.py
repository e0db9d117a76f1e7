# SPDX-License-Identifier: MIT
"""The shared library as the loader sees it: name, needs, and hardening."""
import re
import sys

import tap

library, soname, *may_need = sys.argv[1:]
SANITIZERS = {"libasan", "libubsan", "libtsan", "liblsan"}
SYSTEM = {"libc", "libpthread", "libm", "libgcc_s"}
dynamic = tap.output("readelf", "-dW", library)
segments = tap.output("readelf", "-lW", library)
needed = re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic)


@tap.test("soname is the abi number")
def soname_is_the_abi_number():
    assert f"[{soname}]" in dynamic, dynamic


@tap.test("needs nothing but " + ", ".join(may_need) + " and libc")
def needs_nothing_else():
    stems = {name.split(".so")[0] for name in needed if not name.startswith("ld-linux")}
    assert stems <= SYSTEM | SANITIZERS | set(may_need), f"needs {needed}"


@tap.test("has no run path")
def has_no_run_path():
    assert "(RPATH)" not in dynamic and "(RUNPATH)" not in dynamic, dynamic


@tap.test("binds at once and then read only")
def binds_at_once_and_then_read_only():
    assert re.search(r"BIND_NOW|\(FLAGS_1\).*\bNOW\b", dynamic), dynamic
    assert "GNU_RELRO" in segments, segments
    assert "(TEXTREL)" not in dynamic, dynamic


@tap.test("stack is not executable")
def stack_is_not_executable():
    stack = re.search(r"GNU_STACK.*", segments)
    assert stack and "RWE" not in stack.group(), segments


@tap.test("no segment is writable and executable")
def no_segment_is_writable_and_executable():
    loads = [line for line in segments.splitlines() if line.split()[:1] == ["LOAD"]]
    assert not [line for line in loads if "RWE" in line], segments


@tap.test("can be opened and closed at run time")
def can_be_opened_and_closed_at_run_time():
    assert not re.search(r"\(FLAGS_1\).*\b(NOOPEN|NODELETE)\b", dynamic), dynamic


@tap.test("leaves nothing for a thread's end, which the C library may have no memory to note down")
def leaves_nothing_for_a_threads_end():
    assert "thread_atexit" not in tap.output("nm", "-D", "--undefined-only", library)


@tap.test("has stack canaries")
def has_stack_canaries():
    assert "__stack_chk_" in tap.output("nm", "-D", library)


tap.run()
