/* SPDX-License-Identifier: MIT */
/* Fault injection. The core is linked with --wrap for every function that can fail (wrapped.txt).
 * libcurl's calls of libc arrive here because a program's own functions precede those of libraries,
 * and its allocations because it is given functions for them when it starts. */
#ifndef CALIB_TESTS_INJECT_H
#define CALIB_TESTS_INJECT_H

#include <stdbool.h>

typedef enum inject_place {
    INJECT_CORE,        /* calls of the core: memory, system, libcrypto, libcurl */
    INJECT_CURL_MEMORY, /* libcurl's allocations */
    INJECT_CURL_SYSTEM, /* libcurl's system calls */
    INJECT_TLS_MEMORY   /* allocations of OpenSSL, for hashing and for TLS in libcurl */
} inject_place;

typedef enum inject_kind {
    INJECT_FAIL,        /* the call fails in its typical way */
    INJECT_FAIL_ELSE,   /* it fails in another way: EIO for ENOSPC, EACCES for ENOENT, ... */
    INJECT_INTERRUPT,   /* EINTR, if the system call can give it */
    INJECT_SHORT,       /* reads and writes move one byte */
    INJECT_KILL_BEFORE, /* SIGKILL instead of the call */
    INJECT_KILL_AFTER   /* SIGKILL after the call */
} inject_kind;

/** Arms the fault for call number `at` (from 1) of the place, and with `for_ever` for all later
 *  calls. */
void inject_arm(inject_place place, inject_kind kind, unsigned at, bool for_ever);

/** Disarms the fault. Returns true if it occurred. */
bool inject_disarm(void);

/** Returns the function that had the first fault; "" if there was none. */
const char *inject_where(void);

/** Returns true if removing a file failed: then a temporary file may stay. */
bool inject_hit_remove(void);

/** Returns the number of blocks of memory that the core and libcurl hold. */
long inject_blocks(void);

/** A name of this machine that libcurl must look up, unlike localhost. */
#define INJECT_HOST "text.calib.test"

/** Makes libcurl and OpenSSL allocate through this unit. Called before anything else uses them. */
void inject_start(void);

/* For the files that implement the injection. */
typedef enum inject_answer { INJECT_GO, INJECT_NO } inject_answer;
inject_answer inject_ask(inject_place place, inject_kind able, const char *name);
inject_kind inject_current(void);
void inject_done(inject_place place);
void inject_count(long change);

#endif
