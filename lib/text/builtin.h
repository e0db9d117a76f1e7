/* SPDX-License-Identifier: MIT */
/* The builtin corpus: the files of lib/text/builtin/ in a fixed order, which embed.py turns into C
 * at build time. Its bytes are a contract: another corpus would get another name. */
#ifndef CALIB_TEXT_BUILTIN_H
#define CALIB_TEXT_BUILTIN_H

#include <stddef.h>

extern const unsigned char calib_builtin_text[];
extern const size_t calib_builtin_text_len; /* 0: a build without it */

#endif
