#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs a Python test in the tests' environment. Skips it if there is none.
python=$(dirname "$0")/../../build-python/bin/python
if [ ! -f "$(dirname "$0")/../../build-python/made-of" ]; then
    exec sh "$(dirname "$0")/../support/skip.sh" "no Python environment: run tests/python/venv.sh"
fi
exec "$python" "$@"
