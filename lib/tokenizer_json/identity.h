/* SPDX-License-Identifier: MIT */
/* Hashes that identify the ids that a file gives. */
#ifndef CALIB_TOKENIZER_JSON_IDENTITY_H
#define CALIB_TOKENIZER_JSON_IDENTITY_H

#include <cstdint>
#include <string_view>

namespace calib_tj
{

/** Hashes the bytes of the file, the flags that change ids, and the version of the adapter's own
 *  rules. 0, E_NOMEM. */
int hash_fingerprint(std::string_view json, std::uint32_t flags, std::uint8_t out[32]);

/** Hashes the bytes of the file and the flags that change ids: equal in every version. 0, E_NOMEM.
 */
int hash_identity(std::string_view json, std::uint32_t flags, std::uint8_t out[32]);

} // namespace calib_tj

#endif
