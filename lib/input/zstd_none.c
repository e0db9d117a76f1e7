/* SPDX-License-Identifier: MIT */
/* A build without libzstd. */
#include "input/unpacker.h"

const calib_unpacker *calib_zstd(void)
{
    static const calib_unpacker none = {.name = "zstd", .unit = "frame", .feature = "zstd"};
    return &none;
}
