/* SPDX-License-Identifier: MIT */
/* A build without zlib. */
#include "input/unpacker.h"

const calib_unpacker calib_gzip = {.name = "gzip", .unit = "member", .feature = "zlib"};
