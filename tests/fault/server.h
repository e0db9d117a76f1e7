/* SPDX-License-Identifier: MIT */
/* An HTTP server in a process of its own, without faults. Some paths are special:
 *
 *     /cut...     breaks off half way if the whole text is requested
 *     /moved...   redirects to /good
 *     /missing... does not exist
 */
#ifndef CALIB_TESTS_SERVER_H
#define CALIB_TESTS_SERVER_H

#include <stddef.h>

/**
 * Starts the server, which ends with its parent.
 *
 * @param ca_file  NULL: plain HTTP; else HTTPS, and the certificate to trust is written there
 * @return its port, on 127.0.0.1
 */
int server_start(const char *text, size_t len, const char *ca_file);

#endif
