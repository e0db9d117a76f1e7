/* SPDX-License-Identifier: MIT */
/* The corpus inside the library: lib/text/builtin/ joined in a fixed order, made into an object by
 * embed.py at build time. Its bytes are a contract: a new corpus would get a new name. */
#ifndef CALIB_TEXT_BUILTIN_H
#define CALIB_TEXT_BUILTIN_H

#include <stddef.h>

extern const unsigned char calib_builtin_text[];
extern const size_t calib_builtin_text_len; /* 0: built without it */

#endif
