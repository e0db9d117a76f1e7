/* SPDX-License-Identifier: MIT */
/* The adapter's sha256() for emulated machines, which have no libcrypto. */
#include "adapter/sha256.h"

extern "C" {
#include "base/sha256.h"
}

namespace CALIB_ADAPTER
{

int sha256(std::initializer_list<std::string_view> parts, std::uint8_t out[32]) noexcept
{
    calib_sha256 hash = {};
    int status = calib_sha256_begin(&hash);
    for (std::string_view part : parts)
        status = status ? status : calib_sha256_add(&hash, part.data(), part.size());
    return status ? status : calib_sha256_end(&hash, out);
}

} // namespace CALIB_ADAPTER
