/* SPDX-License-Identifier: MIT */
/* A build without the builtin corpus. */
#include "text/builtin.h"

const unsigned char calib_builtin_text[] = {0};
const size_t calib_builtin_text_len = 0;
