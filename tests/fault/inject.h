/* SPDX-License-Identifier: MIT */
/* Faults on order. The core is linked with --wrap for every function that can fail (wrapped.txt),
 * so its calls arrive here; libcurl's calls of libc arrive here because a program's own functions
 * come before those of libraries, and its memory because it is told so when it starts. */
#ifndef CALIB_TESTS_INJECT_H
#define CALIB_TESTS_INJECT_H

#include <stdbool.h>

typedef enum inject_place {
    INJECT_CORE,        /* calls of the core: memory, system, libcrypto, libcurl */
    INJECT_CURL_MEMORY, /* libcurl's allocations */
    INJECT_CURL_SYSTEM, /* libcurl's system calls */
    INJECT_TLS_MEMORY   /* allocations of OpenSSL, which hashes, and speaks TLS for libcurl */
} inject_place;

typedef enum inject_kind {
    INJECT_FAIL,        /* the call fails as it typically does */
    INJECT_FAIL_ELSE,   /* it fails in another way: EIO for ENOSPC, EACCES for ENOENT, ... */
    INJECT_INTERRUPT,   /* EINTR, where a system call can give it */
    INJECT_SHORT,       /* reads and writes move one byte */
    INJECT_KILL_BEFORE, /* SIGKILL instead of the call */
    INJECT_KILL_AFTER   /* SIGKILL when the call is done */
} inject_kind;

/** Call number `at` (from 1) of the place, and with `for_ever` every later one, has the fault. */
void inject_arm(inject_place place, inject_kind kind, unsigned at, bool for_ever);

/** Ends it; whether the fault came to be. */
bool inject_disarm(void);

/** The function that had the first fault; "" before. */
const char *inject_where(void);

/** Whether removing a file failed: then a temporary one may stay. */
bool inject_hit_remove(void);

/** Blocks of memory that the core and libcurl hold now. */
long inject_blocks(void);

/** A name for this machine that libcurl has to look up, which it does not do for localhost. */
#define INJECT_HOST "text.calib.test"

/** Tells libcurl and OpenSSL to take their memory from here. Before anything else uses them. */
void inject_start(void);

/* For the files that implement it. */
typedef enum inject_answer { INJECT_GO, INJECT_NO } inject_answer;
inject_answer inject_ask(inject_place place, inject_kind able, const char *name);
inject_kind inject_current(void);
void inject_done(inject_place place);
void inject_count(long change);

#endif
