#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs what is missing, builds calib in every way that is tested, runs all tests, and closes
# with their count: sh tests/run.sh [BUILD...]
#
# Builds: gcc clang sanitize threads valgrind; without a name all of them. The gcc build runs every
# suite, the others those that are written in C. TEST_ARGUMENTS goes to `meson test` as it is.
set -u
cd "$(dirname "$0")/.." || exit 1
PATH=$PATH:/usr/sbin:/sbin
export PATH
c_suites="--suite unit --suite fuzz --suite abi --suite store --suite sentencepiece"
start=$(date +%s)
done_builds=
broken=

say() {
    echo "== $* ($(($(date +%s) - start)) s)"
}

# quietly LOG COMMAND...: the output is shown when the command fails.
quietly() {
    log=$1
    shift
    "$@" >>"$log" 2>&1 </dev/null && return 0
    echo "failed: $*"
    tail -n 100 "$log"
    return 1
}

# build NAME C-COMPILER C++-COMPILER [SETUP ARGUMENT...]: into build-NAME.
build() {
    directory=build-$1
    compilers="CC=$2 CXX=$3"
    shift 3
    log=$directory.log
    : >"$log"
    say "$directory: building"
    [ -f "$directory/build.ninja" ] ||
        quietly "$log" env $compilers meson setup "$directory" -Ddownload=enabled \
            -Dsentencepiece=enabled -Dtests=enabled -Dexamples=enabled "$@" || return 1
    quietly "$log" meson compile -C "$directory"
}

# run NAME [TEST ARGUMENT...]: what fails is counted by the summary, not here.
run() {
    directory=build-$1
    shift
    say "$directory: testing"
    rm -f "$directory"/meson-logs/cases*
    test_once "$directory" cases "$@"
    done_builds="$done_builds $directory"
}

test_once() {
    directory=$1
    logs=$2
    shift 2
    $launcher meson test -C "$directory" --no-rebuild --logbase "$logs" "$@" ${TEST_ARGUMENTS:-} \
        </dev/null | grep --line-buffered -E '^ *[0-9]+/[0-9]+ '
    return 0
}

# The tests in which Python opens a library that was built with a sanitizer: it must be there first,
# and what Python itself never gives back is no leak of ours. Servers of others cannot live with it,
# and a hundred processes take too long.
test_from_python() {
    runtime=$(gcc -print-file-name="$2")
    tests=$(meson test -C "build-$1" --list --suite net 2>/dev/null | sed 's,.* / ,,' |
        grep '^net-' | grep -v -e peers -e concurrency)
    ASAN_OPTIONS="$ASAN_OPTIONS:detect_leaks=0" test_once "build-$1" cases-python -t 5 \
        --wrapper "env LD_PRELOAD=$runtime" $tests
}

# ThreadSanitizer needs the address layout of older kernels; without it nothing would run.
layout() {
    probe=build-threads/probe
    echo 'int main(void) { return 0; }' >"$probe.c"
    if gcc -fsanitize=thread "$probe.c" -o "$probe" && "$probe" 2>/dev/null; then
        return
    fi
    echo setarch "$(uname -m)" -R
}

# Warnings are errors but with sanitizers, under which gcc sees things that are not there.
one() {
    launcher=
    case $1 in
    gcc)
        build gcc gcc g++ --werror --buildtype=release && run gcc ;;
    clang)
        build clang clang clang++ --werror --buildtype=release && run clang $c_suites --suite cli ;;
    sanitize)
        build sanitize gcc g++ --buildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false &&
            run sanitize $c_suites --suite race --suite fault --suite cli -t 3 &&
            test_from_python sanitize libasan.so ;;
    threads)
        build threads gcc g++ --buildtype=debugoptimized -Db_sanitize=thread -Db_lundef=false &&
            launcher=$(layout) && run threads $c_suites --suite race -t 5 &&
            test_from_python threads libtsan.so ;;
    valgrind)
        build valgrind gcc g++ --werror --buildtype=debugoptimized &&
            run valgrind $c_suites --wrapper "$(pwd)/tests/support/valgrind.sh" -t 20 ;;
    *)
        echo "no build is named $1: gcc clang sanitize threads valgrind" >&2
        exit 2 ;;
    esac
}

export ASAN_OPTIONS=abort_on_error=1:detect_leaks=1:detect_stack_use_after_return=1
export UBSAN_OPTIONS=halt_on_error=1:abort_on_error=1:print_stacktrace=1
export TSAN_OPTIONS=halt_on_error=1:abort_on_error=1:second_deadlock_stack=1

say "installing what is missing"
sh examples/install.sh examples/packages.txt tests/packages.txt || exit 1
quietly build-python.log sh tests/python/venv.sh || exit 1
# Whatever a test leaves in its user's cache is not left in ours.
unset XDG_CACHE_HOME CALIB_CACHE_DIR CALIB_OFFLINE CALIB_TOKEN
export HOME="$(pwd)/build-home"
rm -rf "$HOME"
mkdir "$HOME"
# The environment's python3 is the interpreter itself, where others may be scripts that find one: a
# sanitizer can be loaded into it.
PATH=$(pwd)/build-python/bin:$PATH
export CALIB_TEST_VENV="$(pwd)/build-python"
[ $# -gt 0 ] || set -- gcc clang sanitize threads valgrind
for name in "$@"; do
    one "$name" || broken="$broken build-$name"
done
say "done"
exec python3 tests/support/summary.py $done_builds ${broken:+--broken $broken}
