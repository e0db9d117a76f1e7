#!/bin/sh
# SPDX-License-Identifier: MIT
#
# usage: sh tests/run.sh [all | peers | BUILD...]
#
# Installs what is missing, builds calib, runs its tests, and closes with their count.
#
#   (nothing)  Runs the suites of the library in one gcc release build. Long searches and grids run
#              a bounded part; what builds calib again ("builds") or is about other machines
#              ("machines") is left to `all`. README.md has the times.
#   all        Runs everything in five builds, the gcc build with CALIB_TEST_LONG=1.
#   peers      Runs the suite "peers", which needs long builds and large wheels: llama.cpp, torch, quantizers.
#   BUILD...   Runs these of the five: gcc clang sanitize threads valgrind. The gcc build runs every
#              suite, the others the suites that are written in C. valgrind runs programs of the gcc
#              build. tests/meson.build tells what it and the thread sanitizer leave out.
#
# CALIB_TEST_LONG=1 makes searches of the gcc build longer, CALIB_TEST_LONG=2 as long as they can be, for
# hours. TEST_ARGUMENTS goes to `meson test`.
set -u
cd "$(dirname "$0")/.." || exit 1
PATH=$PATH:/usr/sbin:/sbin
export PATH
c_suites="--suite unit --suite fuzz --suite abi --suite store --suite samplers --suite sentencepiece
          --suite tokenizer_json"
start=$(date +%s)
done_builds=
broken=
launcher=
gcc_is_built=

usage() {
    sed -n 's/^# \{0,1\}//; 4,/^set /{/^set /!p;}' "$0"
}

say() {
    echo "== $* ($(($(date +%s) - start)) s)"
}

# quietly LOG COMMAND...: shows the output only if the command fails.
quietly() {
    log=$1
    shift
    "$@" >>"$log" 2>&1 </dev/null && return 0
    echo "failed: $*"
    tail -n 100 "$log"
    return 1
}

# build NAME C-COMPILER C++-COMPILER [SETUP ARGUMENT...]: builds into build-NAME. An old build is
# configured anew, since packages that it missed may have come.
build() {
    directory=build-$1
    compilers="CC=$2 CXX=$3"
    shift 3
    log=$directory.log
    : >"$log"
    say "$directory: building"
    again=
    [ -f "$directory/build.ninja" ] && again=--reconfigure
    quietly "$log" env $compilers meson setup "$directory" $again -Ddownload=enabled \
        -Dsentencepiece=enabled -Dtokenizer_json=enabled -Dtests=enabled -Dexamples=enabled "$@" &&
        quietly "$log" meson compile -C "$directory"
}

# run NAME [TEST ARGUMENT...]: failures are counted by the summary, not here.
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

# tests_of BUILD SUITE: names, one a line.
tests_of() {
    meson test -C "build-$1" --list --suite "$2" 2>/dev/null | sed -n 's,^.* / ,,p'
}

# The tests in which Python opens a library that was built with a sanitizer. Its runtime must be
# loaded first, and memory that Python itself never frees is no leak of calib's. Other programs'
# servers cannot run with it, and a hundred processes take too long.
test_from_python() {
    runtime=$(gcc -print-file-name="$2")
    tests=$(tests_of "$1" net | grep '^net-' | grep -v -e peers -e concurrency)
    # The thread sanitizer refuses threads in a child of a process that has threads, unless told.
    ASAN_OPTIONS="$ASAN_OPTIONS:detect_leaks=0" TSAN_OPTIONS="$TSAN_OPTIONS:die_after_fork=0" \
        test_once "build-$1" cases-python -t 5 --wrapper "env LD_PRELOAD=$runtime" $tests
}

# ThreadSanitizer needs the address layout of older kernels: prints the command that gives it.
layout() {
    probe=build-threads/probe
    echo 'int main(void) { return 0; }' >"$probe.c"
    if gcc -fsanitize=thread "$probe.c" -o "$probe" && "$probe" 2>/dev/null; then
        return
    fi
    echo setarch "$(uname -m)" -R
}

# The gcc build's programs. The results get a folder of their own, as those of a build.
run_valgrind() {
    say "build-valgrind: testing"
    rm -rf build-valgrind
    mkdir -p build-valgrind/meson-logs
    test_once build-gcc cases-under --wrapper "$(pwd)/tests/support/valgrind.sh" -t 20 \
        $c_suites --no-suite search --no-suite parallel
    mv build-gcc/meson-logs/cases-under* build-valgrind/meson-logs
    done_builds="$done_builds build-valgrind"
}

build_gcc() {
    build gcc gcc g++ --werror --buildtype=release && gcc_is_built=1
}

# Warnings are errors except with sanitizers, which make gcc warn of things that are not there.
# The long searches are for the fastest build.
one() {
    launcher=
    export CALIB_TEST_LONG=$long
    case $1 in
    gcc | peers) ;;
    *) unset CALIB_TEST_LONG ;;
    esac
    case $1 in
    gcc)
        build_gcc && run gcc --no-suite peers $left_out ;;
    clang)
        build clang clang clang++ --werror --buildtype=release && run clang $c_suites --suite cli ;;
    sanitize)
        build sanitize gcc g++ --buildtype=debugoptimized -Db_sanitize=address,undefined -Db_lundef=false &&
            run sanitize $c_suites --suite race --suite fault --suite cli -t 3 &&
            test_from_python sanitize libasan.so ;;
    threads)
        build threads gcc g++ --buildtype=debugoptimized -Db_sanitize=thread -Db_lundef=false &&
            launcher=$(layout) && run threads $c_suites --suite race --no-suite search --no-suite fuzz -t 5 &&
            test_from_python threads libtsan.so ;;
    valgrind)
        { [ -n "$gcc_is_built" ] || build_gcc; } && run_valgrind ;;
    peers)
        build_gcc || return 1
        found=$(tests_of gcc peers | wc -l)
        say "$found tests in the suite peers"
        [ "$found" -gt 0 ] || { echo "0 passed, 0 failed"; exit 0; }
        run gcc --suite peers ;;
    esac
}

packages="examples/packages.txt tests/packages.txt tests/packages-all.txt"
wheels=all
left_out=
case ${1:-} in
"")
    packages="examples/packages.txt tests/packages.txt"
    wheels=
    left_out="--no-suite builds --no-suite machines"
    set -- gcc ;;
all | peers)
    [ $# -eq 1 ] || { usage >&2; exit 2; }
    CALIB_TEST_LONG=1
    if [ "$1" = peers ]; then
        wheels=peers
    else
        set -- gcc clang sanitize threads valgrind
    fi ;;
-h | --help)
    usage
    exit 0 ;;
*)
    for name in "$@"; do
        case $name in
        gcc | clang | sanitize | threads | valgrind) ;;
        *) usage >&2; exit 2 ;;
        esac
    done ;;
esac

export ASAN_OPTIONS=abort_on_error=1:detect_leaks=1:detect_stack_use_after_return=1
export UBSAN_OPTIONS=halt_on_error=1:abort_on_error=1:print_stacktrace=1
export TSAN_OPTIONS=halt_on_error=1:abort_on_error=1:second_deadlock_stack=1

long=${CALIB_TEST_LONG:-}
say "installing what is missing"
sh examples/install.sh $packages || exit 1
quietly build-python.log sh tests/python/venv.sh $wheels || exit 1
quietly build-python.log python3 tests/tokenizer_json/files.py ${wheels:+all} || exit 1
# Tests leave nothing in their user's cache.
unset XDG_CACHE_HOME CALIB_CACHE_DIR CALIB_OFFLINE CALIB_TOKEN
export HOME="$(pwd)/build-home"
rm -rf "$HOME"
mkdir "$HOME"
# A sanitizer can be loaded into the environment's python3, which is the interpreter itself. Elsewhere
# python3 may be a script that finds one.
PATH=$(pwd)/build-python/bin:$PATH
export CALIB_TEST_VENV="$(pwd)/build-python"
for name in "$@"; do
    one "$name" || broken="$broken build-$name"
done
say "done"
exec python3 tests/support/summary.py $done_builds ${broken:+--broken $broken}
