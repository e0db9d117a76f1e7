#!/bin/sh
# SPDX-License-Identifier: MIT
# Runs a test program under valgrind: the wrapper of `meson test`. A test's own operator new stays.
# Programs that a test starts are not traced: of a test in Python valgrind would see the interpreter alone.
case $(basename "$1") in
python*) exec "$@" ;;
esac
exec valgrind -q --soname-synonyms=somalloc=nouserintercepts \
    --error-exitcode=99 --leak-check=full --show-leak-kinds=definite,possible \
    --errors-for-leak-kinds=definite,possible --child-silent-after-fork=yes \
    --suppressions="$(dirname "$0")/valgrind.supp" "$@"
