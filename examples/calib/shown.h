/* SPDX-License-Identifier: MIT */
/* Characters and tokens as a terminal or a page may show them: nothing that steers it, or that
 * cannot be seen, reaches it as it is. */
#ifndef CALIB_PROGRAM_SHOWN_H
#define CALIB_PROGRAM_SHOWN_H

#include "text.h"

enum { CLI_SHOWN = 16 };

/** Writes one character of UTF-8, `n` bytes, as it is shown, and returns its columns. Control
 *  characters and those that change the direction of writing are escaped. */
size_t cli_shown(uint32_t code, const char *bytes, size_t n, char out[CLI_SHOWN]);

/** Adds the text of a token as it is shown, cut to `most` columns, and returns its columns. A space
 *  becomes U+2423, a byte that is not UTF-8 \xHH, a backslash two. Characters that are not seen are
 *  escaped as well. */
size_t cli_shown_token(const char *bytes, size_t len, size_t most, cli_text *out);

#endif
