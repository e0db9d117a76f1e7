/* SPDX-License-Identifier: MIT */
/* A good HTTP server in a process of its own, which faults do not reach. Some paths are special:
 *
 *     /cut...     breaks half way when the whole text is asked for
 *     /moved...   redirects to /good
 *     /missing... is not there
 */
#ifndef CALIB_TESTS_SERVER_H
#define CALIB_TESTS_SERVER_H

#include <stddef.h>

/**
 * Starts it; it ends with its parent.
 *
 * @param ca_file  NULL: plain HTTP; else HTTPS, and the certificate to trust goes there
 * @return its port, on 127.0.0.1
 */
int server_start(const char *text, size_t len, const char *ca_file);

#endif
