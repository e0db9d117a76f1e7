/* SPDX-License-Identifier: MIT */
/* What calib allows in a URL, as far as the string alone tells. */
#ifndef CALIB_FETCH_URL_H
#define CALIB_FETCH_URL_H

#include "base/sha256.h"

#include <stdbool.h>
#include <stddef.h>

/** Room for calib_url_display() in messages. */
enum { CALIB_URL_SHOWN = 512 };

/** Refuses control characters, spaces, backslashes, user names and absurd lengths. 0 or E_ARGUMENT.
 */
int calib_url_check(const char *url);

/** Whether a host, as URLs name it, is this machine: localhost, 127.0.0.0/8, [::1]. */
bool calib_host_is_loopback(const char *host);

/** Whether the URL begins with "http:", in any case. */
bool calib_url_is_plain(const char *url);

/** The name of a URL in the cache: SHA-256 of its characters as 64 hex digits. 0 or E_NOMEM. */
int calib_url_key(const char *url, char key[CALIB_SHA256_HEX]);

#endif
