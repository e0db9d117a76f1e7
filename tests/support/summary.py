#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Counts the test cases of several builds: summary.py BUILD... [--broken BUILD...]

Reads what `meson test --logbase cases...` left in each build directory. Prints the failed cases with
their logs, the skipped ones with their reasons, a line for each build, and at last "N passed, N
failed". A broken build counts as one failure. The exit status is 0 if something ran and nothing
failed.
"""
import glob
import json
import os
import re
import sys
import xml.etree.ElementTree as xml

LOG_LINES = 200


def suites_of(log):
    """Reads a log. meson copies what programs print, also the control characters that XML does not have."""
    with open(log, encoding="utf-8", errors="replace") as file:
        text = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "?", file.read())
    return xml.fromstring(text.encode()).iter("testsuite")


def text_of(element, tag):
    found = element.find(tag)
    return found.text or "" if found is not None else ""


def print_log(title, *logs):
    print(f"\n---- {title}")
    lines = "\n".join(log for log in logs if log).splitlines()
    if len(lines) > LOG_LINES:
        print(f"({len(lines) - LOG_LINES} lines left out)")
    print("\n".join(lines[-LOG_LINES:]), flush=True)


def why_skipped(suite, case):
    """Returns the reason. A C test writes it to standard error, since cmocka takes none."""
    words = text_of(case, "system-out")
    notes = [line.partition("# skipped: ")[2] for line in text_of(suite, "system-err").splitlines()]
    return "; ".join(filter(None, notes)) or words.partition("# SKIP ")[2] or words or "no reason"


def outcome(suite, case):
    # cmocka's skip() writes "not ok 9 # SKIP", which meson takes for a failure.
    number = re.match(r"\d+", case.get("name"))
    if number and re.search(rf"^not ok {number[0]} # SKIP\b", text_of(suite, "system-out"), re.M):
        return "skipped"
    for kind in ("failure", "error", "skipped"):
        if case.find(kind) is not None:
            return kind
    return "passed"


class Build:
    def __init__(self, directory):
        self.directory = directory
        self.passed = self.failed = self.skipped = 0
        self.seconds = 0.0
        self.programs_failed, self.programs_skipping = set(), set()

    def count_suite(self, suite):
        bad = []
        for case in suite.iter("testcase"):
            kind = outcome(suite, case)
            self.passed += kind == "passed"
            if kind == "skipped":
                self.skipped += 1
                self.programs_skipping.add(case.get("classname").partition(".")[2] or
                                           case.get("name"))
                print(f"skipped in {self.directory}: {suite.get('name')}: {case.get('name')}: "
                      f"{why_skipped(suite, case)}")
            if kind in ("failure", "error"):
                self.failed += 1
                bad.append(case)
                self.programs_failed.add(case.get("classname").partition(".")[2] or
                                         case.get("name"))
        for case in bad:
            print(f"\nfailed in {self.directory}: {suite.get('name')}: {case.get('name')}")
        if bad:
            print_log(suite.get("name"), text_of(suite, "system-out"), text_of(suite, "system-err"),
                      *(text_of(case, tag) for case in bad for tag in ("system-out", "system-err")))

    def count_run(self, run):
        """Counts a program that failed although all its cases passed: a crash at its end, a wrong plan."""
        self.seconds += run["duration"]
        if run["result"] in ("OK", "SKIP", "EXPECTEDFAIL") or run["name"] in self.programs_failed:
            return
        if run["name"] in self.programs_skipping and run["returncode"] == 0:
            return
        self.failed += 1
        print(f"\nfailed in {self.directory}: {run['name']}: {run['result']}, "
              f"exit status {run['returncode']}")
        print_log(run["name"], run.get("stdout", ""), run.get("stderr", ""))

    def read(self):
        logs = glob.glob(os.path.join(self.directory, "meson-logs", "cases*.junit.xml"))
        if not logs:
            raise OSError("no cases.junit.xml")
        for log in logs:
            for suite in suites_of(log):
                self.count_suite(suite)
            with open(log.replace(".junit.xml", ".json"), encoding="utf-8") as lines:
                for line in lines:
                    self.count_run(json.loads(line))

    def counts(self):
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def main(arguments):
    directories, broken = arguments, []
    if "--broken" in arguments:
        at = arguments.index("--broken")
        directories, broken = arguments[:at], arguments[at + 1:]
    total, builds = Build("all"), [Build(directory) for directory in directories]
    for build in builds:
        try:
            build.read()
        except (OSError, xml.ParseError, ValueError) as error:
            build.failed += 1
            print(f"\nfailed: {build.directory} left no results: {error}")
    print()
    for build in builds:
        print(f"{build.directory}: {build.counts()}, {build.seconds:.0f} s of tests")
        total.passed += build.passed
        total.failed += build.failed
        total.skipped += build.skipped
    for name in broken:
        print(f"{name}: not built")
        total.failed += 1
    print(total.counts())
    return 1 if total.failed or not total.passed else 0


sys.exit(main(sys.argv[1:]))
