#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs missing packages of the given lists: install.sh LIST...
# Uses apt if it may; otherwise prints the command to run and ends with status 1.
set -u

# Prints the names of a column: 1 Debian, 2 Homebrew.
names() {
    column=$1
    shift
    awk -v column="$column" '!/^#/ && NF && $column != "-" { print $column }' "$@" | sort -u
}

missing_debian() {
    for package in $(names 1 "$@"); do
        dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
            printf '%s ' "$package"
    done
}

missing_homebrew() {
    for formula in $(names 2 "$@"); do
        brew list --formula --versions "$formula" >/dev/null 2>&1 || printf '%s ' "$formula"
    done
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

may_install() {
    [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null || { command -v sudo >/dev/null && [ -t 0 ]; }
}

apt_install() {
    echo "installing: $*"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update &&
        as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get -qq -y --no-install-recommends install "$@" </dev/null
}

if command -v apt-get >/dev/null; then
    missing=$(missing_debian "$@")
    [ -n "$missing" ] || exit 0
    if may_install; then
        log=$(mktemp)
        apt_install $missing >"$log" 2>&1 && { rm -f "$log"; exit 0; }
        cat "$log"
        rm -f "$log"
    fi
    echo "please install: sudo apt-get install $missing" >&2
    exit 1
elif command -v brew >/dev/null; then
    missing=$(missing_homebrew "$@")
    [ -n "$missing" ] || exit 0
    echo "please install: brew install $missing" >&2
    exit 1
else
    echo "found neither apt nor brew; please install the equivalents of:" $(names 1 "$@") >&2
fi
