#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs a test program under valgrind: the wrapper of `meson test`.
exec valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=definite,possible \
    --errors-for-leak-kinds=definite,possible --child-silent-after-fork=yes \
    --suppressions="$(dirname "$0")/valgrind.supp" "$@"
