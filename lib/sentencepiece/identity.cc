/* SPDX-License-Identifier: MIT */
#include "identity.h"

#include "adapter/sha256.h"
#include "build_id.h"
#include "library.h"

namespace calib_sp
{

namespace
{

/* Must change whenever the adapter itself gives other ids than before. */
constexpr std::string_view ADAPTER = "calib-sentencepiece 2";

/* Must never change: files pin the identity. */
constexpr std::string_view IDENTITY = "calib-sentencepiece identity 1";

} // namespace

int hash_fingerprint(std::string_view model, std::uint32_t flags, std::uint8_t out[32])
{
    constexpr std::string_view version = SENTENCEPIECE_VERSION;
    BuildId library = build_id_at(Library::code());
    /* Without a build-id, hashes the version that the adapter was built with. */
    if (library.len == 0)
        library.len = version.copy(reinterpret_cast<char *>(library.bytes), sizeof library.bytes);
    const char numbers[] = {static_cast<char>(flags), static_cast<char>(library.len)};
    return sha256({ADAPTER,
                   {numbers, sizeof numbers},
                   {reinterpret_cast<const char *>(library.bytes), library.len},
                   model},
                  out);
}

int hash_identity(std::string_view model, std::uint32_t flags, std::uint8_t out[32])
{
    char number[4];
    for (unsigned i = 0; i < sizeof number; i++)
        number[i] = static_cast<char>(flags >> (8 * i) & 0xff);
    return sha256({IDENTITY, {number, sizeof number}, model}, out);
}

bool is_self_identifying()
{
    return build_id_at(Library::code()).len > 0;
}

} // namespace calib_sp
