/* SPDX-License-Identifier: MIT */
/* Little-endian numbers, on any machine. */
#ifndef CALIB_SENTENCEPIECE_LITTLE_ENDIAN_H
#define CALIB_SENTENCEPIECE_LITTLE_ENDIAN_H

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace calib_sp
{

/** Reads a number of `n` bytes, at most 8, from the beginning of `bytes`. */
inline std::uint64_t little_endian(std::string_view bytes, std::size_t n)
{
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < n; i++)
        value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    return value;
}

/** Reads a number of 4 bytes. */
inline std::uint32_t little_endian_32(const char *bytes)
{
    auto at = [bytes](int i) { return std::uint32_t{static_cast<unsigned char>(bytes[i])}; };
    return at(0) | at(1) << 8 | at(2) << 16 | at(3) << 24;
}

} // namespace calib_sp

#endif
