/* SPDX-License-Identifier: MIT */
/* Structs that callers pass: checked by the rules of calib.h. */
#ifndef CALIB_ADAPTER_STRUCTS_H
#define CALIB_ADAPTER_STRUCTS_H

#include "adapter.h"

#include <cstddef>

/** Size of a public struct in the release that brought `last` as its last field. */
#define CALIB_ADAPTER_SIZE_THROUGH(type, last) (offsetof(type, last) + sizeof(type::last))

namespace CALIB_ADAPTER
{

/** Upper limit of a plausible struct_size; a larger one is uninitialized memory. */
constexpr std::size_t MOST_STRUCT_BYTES = 4096;

/**
 * Copies a caller's struct into `to` and fills the rest of `to` with zeros. Both begin with a
 * size_t struct_size.
 *
 * @param to     a struct of `known` bytes, as this library knows it
 * @param from   the caller's struct; NULL is an error
 * @param least  size of the struct in the release that brought its last required field
 * @param name   name of the type, for messages
 * @return 0; E_ARGUMENT; E_STRUCT_NEWER if a byte beyond `known` is not zero
 */
int read_struct(void *to, std::size_t known, const void *from, std::size_t least,
                const char *name) noexcept;

} // namespace CALIB_ADAPTER

#endif
