#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs a Python test in the tests' environment; without that environment the test is skipped.
python=$(dirname "$0")/../../build-python/bin/python
if [ ! -f "$(dirname "$0")/../../build-python/made-of" ]; then
    echo "1..0 # SKIP no Python environment: run tests/python/venv.sh"
    exit 0
fi
exec "$python" "$@"
