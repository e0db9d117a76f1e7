/* SPDX-License-Identifier: MIT */
/* The user-defined symbols of a model, to be found in texts: leftmost, longest. */
#ifndef CALIB_SENTENCEPIECE_SYMBOL_TABLE_H
#define CALIB_SENTENCEPIECE_SYMBOL_TABLE_H

#include "model.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace calib_sp
{

class SymbolTable
{
public:
    /** A symbol in a text; `len` 0: none. */
    struct Match {
        std::size_t at = 0, len = 0;
        std::int32_t id = -1;
    };

    /** The model must outlive this object. */
    explicit SymbolTable(const Model &model);

    /** Returns true if a symbol begins with this byte. */
    bool begins(char first) const
    {
        auto byte = static_cast<unsigned char>(first);
        return begin_[byte] != begin_[byte + 1u];
    }

    /** Returns the longest symbol that stands at `at`. */
    Match longest(std::string_view text, std::size_t at) const;

    /** Returns the longest symbol at the first offset, from `from` on, at which one stands. */
    Match next(std::string_view text, std::size_t from) const
    {
        for (std::size_t at = from; at < text.size(); at++)
            if (begins(text[at]))
                if (Match match = longest(text, at); match.len)
                    return match;
        return {};
    }

private:
    struct Entry {
        std::string_view text;
        std::int32_t id;
    };

    std::vector<Entry> entries_;              /* sorted by text */
    std::array<std::size_t, 257> begin_ = {}; /* of the entries that begin with a byte */
};

} // namespace calib_sp

#endif
