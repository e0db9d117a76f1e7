/* SPDX-License-Identifier: MIT */
/* A build without libzstd. */
#include "input/unpacker.h"

const calib_unpacker calib_zstd = {.name = "zstd", .unit = "frame", .feature = "zstd"};
