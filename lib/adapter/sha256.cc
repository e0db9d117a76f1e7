/* SPDX-License-Identifier: MIT */
#include "sha256.h"

#include "error.h"

#include <openssl/evp.h>

namespace CALIB_ADAPTER
{

int sha256(std::initializer_list<std::string_view> parts, std::uint8_t out[32]) noexcept
{
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    bool good = digest && EVP_DigestInit_ex(digest, EVP_sha256(), nullptr) == 1;
    for (std::string_view part : parts)
        good = good && EVP_DigestUpdate(digest, part.data(), part.size()) == 1;
    good = good && EVP_DigestFinal_ex(digest, out, nullptr) == 1;
    EVP_MD_CTX_free(digest);
    return good ? CALIB_OK : fail(CALIB_E_NOMEM, "out of memory while hashing");
}

} // namespace CALIB_ADAPTER
