/* SPDX-License-Identifier: MIT */
/* A good HTTP server in a process of its own, which faults do not reach. Paths that begin with
 * "/cut" break half way when the whole text is asked for. */
#ifndef CALIB_TESTS_SERVER_H
#define CALIB_TESTS_SERVER_H

#include <stddef.h>

/** Starts it; it ends with its parent. Its port. */
int server_start(const char *text, size_t len);

#endif
