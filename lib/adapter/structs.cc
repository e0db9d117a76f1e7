/* SPDX-License-Identifier: MIT */
#include "structs.h"

#include "error.h"

#include <algorithm>
#include <cstring>

namespace CALIB_ADAPTER
{

int read_struct(void *to, std::size_t known, const void *from, std::size_t least,
                const char *name) noexcept
{
    if (!from)
        return fail(CALIB_E_ARGUMENT, "%s is NULL", name);
    std::size_t size = 0;
    std::memcpy(&size, from, sizeof size);
    if (size < least || size > MOST_STRUCT_BYTES)
        return fail(CALIB_E_ARGUMENT,
                    "%s: struct_size is %zu, at least %zu is needed: set it to sizeof the struct",
                    name, size, least);
    const unsigned char *bytes = static_cast<const unsigned char *>(from);
    for (std::size_t i = known; i < size; i++)
        if (bytes[i])
            return fail(CALIB_E_STRUCT_NEWER,
                        "%s: byte %zu of %zu is set, and this library knows only %zu: update the "
                        "library, or leave the newer fields zero",
                        name, i, size, known);
    std::memset(to, 0, known);
    std::memcpy(to, from, std::min(size, known));
    return CALIB_OK;
}

} // namespace CALIB_ADAPTER
