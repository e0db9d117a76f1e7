/* SPDX-License-Identifier: MIT */
/* Hashes that identify the ids that a model gives. */
#ifndef CALIB_SENTENCEPIECE_IDENTITY_H
#define CALIB_SENTENCEPIECE_IDENTITY_H

#include <cstdint>
#include <string_view>

namespace calib_sp
{

/** Hashes the model's bytes, the flags that change ids, the build of the SentencePiece library that
 *  is loaded, and the version of the adapter's own rules. 0, E_NOMEM. */
int hash_fingerprint(std::string_view model, std::uint32_t flags, std::uint8_t out[32]);

/** Hashes the model's bytes and the flags that change ids: equal on every machine. 0, E_NOMEM. */
int hash_identity(std::string_view model, std::uint32_t flags, std::uint8_t out[32]);

/** Returns true if hash_fingerprint() covers all code that decides ids: the build of the
 *  SentencePiece library is known. */
bool is_self_identifying();

} // namespace calib_sp

#endif
