/* SPDX-License-Identifier: MIT */
/* Checks of URLs that need the string alone. */
#ifndef CALIB_FETCH_URL_H
#define CALIB_FETCH_URL_H

#include "base/sha256.h"

#include <stdbool.h>
#include <stddef.h>

/** Writes a URL as messages may show it: without user, password, query and fragment. */
void calib_url_display(const char *url, char *out, size_t cap);

/** Refuses control characters, spaces, backslashes, user names and URLs that are too long. Returns
 *  0 or E_ARGUMENT. */
int calib_url_check(const char *url);

/** Returns true if a host, as written in a URL, is this machine: localhost, 127.0.0.0/8, [::1]. */
bool calib_host_is_loopback(const char *host);

/** Returns true if the URL begins with "http:" in any case. */
bool calib_url_is_plain(const char *url);

/** Gives the key of a URL in the cache: the SHA-256 of its characters. Returns 0 or E_NOMEM. */
int calib_url_key(const char *url, char key[CALIB_SHA256_HEX]);

#endif
