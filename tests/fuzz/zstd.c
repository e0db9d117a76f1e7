/* SPDX-License-Identifier: MIT */
#include "unpack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_unpacker(calib_zstd(), data, size);
    return 0;
}
