/* SPDX-License-Identifier: MIT */
/* Hashes that identify the ids that a file gives. */
#ifndef CALIB_TOKENIZER_JSON_IDENTITY_H
#define CALIB_TOKENIZER_JSON_IDENTITY_H

#include <array>
#include <cstdint>

namespace calib_tj
{

/** SHA-256 of the bytes of a file, which are not kept. */
using Digest = std::array<std::uint8_t, 32>;

/** Hashes the file, the flags that change ids, and the version of the adapter's own rules. 0,
 *  E_NOMEM. */
int hash_fingerprint(const Digest &file, std::uint32_t flags, std::uint8_t out[32]);

/** Hashes the file and the flags that change ids: equal in every version. 0, E_NOMEM. */
int hash_identity(const Digest &file, std::uint32_t flags, std::uint8_t out[32]);

} // namespace calib_tj

#endif
