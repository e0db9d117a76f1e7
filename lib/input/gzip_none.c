/* SPDX-License-Identifier: MIT */
/* A build without zlib. */
#include "input/unpacker.h"

const calib_unpacker *calib_gzip(void)
{
    static const calib_unpacker none = {.name = "gzip", .unit = "member", .feature = "zlib"};
    return &none;
}
