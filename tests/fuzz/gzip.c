/* SPDX-License-Identifier: MIT */
#include "unpack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_unpacker(calib_gzip(), data, size);
    return 0;
}
