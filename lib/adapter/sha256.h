/* SPDX-License-Identifier: MIT */
/* SHA-256, for fingerprints and identities. */
#ifndef CALIB_ADAPTER_SHA256_H
#define CALIB_ADAPTER_SHA256_H

#include "adapter.h"

#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace CALIB_ADAPTER
{

/** SHA-256 of the parts, joined. 0, E_NOMEM. */
int sha256(std::initializer_list<std::string_view> parts, std::uint8_t out[32]) noexcept;

} // namespace CALIB_ADAPTER

#endif
