/* SPDX-License-Identifier: MIT */
#include "identity.h"

#include "adapter/sha256.h"

#include <string_view>

namespace calib_tj
{

namespace
{

/* Must change whenever the adapter gives other ids than before. */
constexpr std::string_view ADAPTER = "calib-tokenizer-json 1";

/* Must never change: files pin the identity. */
constexpr std::string_view IDENTITY = "calib-tokenizer-json identity 1";

int hash(std::string_view prefix, const Digest &file, std::uint32_t flags, std::uint8_t out[32])
{
    char number[4];
    for (unsigned i = 0; i < sizeof number; i++)
        number[i] = static_cast<char>(flags >> (8 * i) & 0xff);
    std::string_view digest(reinterpret_cast<const char *>(file.data()), file.size());
    return sha256({prefix, {number, sizeof number}, digest}, out);
}

} // namespace

int hash_fingerprint(const Digest &file, std::uint32_t flags, std::uint8_t out[32])
{
    return hash(ADAPTER, file, flags, out);
}

int hash_identity(const Digest &file, std::uint32_t flags, std::uint8_t out[32])
{
    return hash(IDENTITY, file, flags, out);
}

} // namespace calib_tj
