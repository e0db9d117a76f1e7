#!/bin/sh
# SPDX-License-Identifier: MIT
#
# usage: sh tests/release.sh [archive] [FOLDER]
#
# Makes what is released from the commit that is checked out, into FOLDER (build-release):
#
#   calib-VERSION.tar.gz   the sources. The same bytes from every clone at any time, as long as git and
#                          gzip are of the same version.
#   *.whl                  the Python package with the libraries, made by the pip of $PYTHON (python3)
#   SHA256SUMS
#   CHANGES                what changed since the last tag: CHANGELOG.md's section, and what abidiff
#                          says of the libraries
#
# It refuses if something is not committed, if versions disagree, or if the ABI is not that of the
# committed baseline (python3 tests/abi/baseline.py retakes it). "archive" makes the sources alone. It
# runs no tests and tags nothing: sh tests/run.sh all, then git tag vVERSION.
set -eu
cd "$(dirname "$0")/.."
umask 022
LC_ALL=C
TZ=UTC
export LC_ALL TZ
only=
case ${1:-} in
archive) only=archive; shift ;;
-h | --help) sed -n 's/^# \{0,1\}//; 4,/^set /{/^set /!p;}' "$0"; exit 0 ;;
esac
out=${1:-build-release}

fail() {
    echo "release.sh: $*" >&2
    exit 1
}

# number NAME: a part of the version in calib.h.
number() {
    sed -n "s/^#define CALIB_VERSION_$1 \([0-9]*\)$/\1/p" include/calib.h
}

# version_of FILE: the version in a meson.build.
version_of() {
    sed -n "s/^  version: '\(.*\)',$/\1/p" "$1"
}

check_state() {
    [ -z "$(git status --porcelain)" ] || fail "something is not committed: git status"
    [ "$version" = "$(number MAJOR).$(number MINOR).$(number PATCH)" ] ||
        fail "meson.build has version $version, include/calib.h has another"
    [ "$version" = "$(version_of examples/python/meson.build)" ] ||
        fail "meson.build has version $version, examples/python/meson.build has another"
}

archive() {
    name=calib-$version
    # Not through a pipe, which would hide that git failed.
    git -c core.autocrlf=false -c tar.umask=0022 archive --format=tar --prefix="$name/" -o "$out/$name.tar" HEAD
    gzip -9nf "$out/$name.tar"
}

wheels() {
    SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) "${PYTHON:-python3}" -m pip wheel --quiet --no-deps \
        --wheel-dir "$out" examples/python
}

# section TITLE: the lines of CHANGELOG.md below this heading.
section() {
    awk -v title="## $1" 'index($0, "## ") == 1 { inside = index($0, title) == 1; next } inside' CHANGELOG.md
}

# abi_since TAG: the baseline of the tag against today's, which the libraries have.
abi_since() {
    old=$(mktemp -d)
    for file in tests/abi/*.abi; do
        echo "### $(basename "$file" .abi)"
        if git show "$1:$file" >"$old/before.abi" 2>/dev/null; then
            abidiff --no-default-suppression "$old/before.abi" "$file" && echo "no change" || [ $? -ge 4 ]
        else
            echo "new"
        fi
    done
    rm -r "$old"
}

changes() {
    last=$(git describe --tags --abbrev=0 --match 'v*' 2>/dev/null || true)
    echo "# calib $version"
    echo
    echo "Since ${last:-the beginning}:"
    { section "$version" | grep . || section Unreleased; }
    echo
    echo "## The ABI, as abidiff sees it"
    echo
    abi_since "${last:-none}"
}

version=$(version_of meson.build)
check_state
mkdir -p "$out"
archive
[ -z "$only" ] || exit 0
python3 tests/abi/baseline.py check
wheels
changes >"$out/CHANGES"
(cd "$out" && sha256sum -- *.tar.gz *.whl >SHA256SUMS)
cat "$out/SHA256SUMS"
