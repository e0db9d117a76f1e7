/* SPDX-License-Identifier: MIT */
#include "symbol_table.h"

#include <algorithm>

namespace calib_sp
{

SymbolTable::SymbolTable(const Model &model)
{
    std::int32_t id = 0;
    for (const Piece &piece : model.pieces) {
        if (piece.kind == Kind::user_defined && !piece.text.empty()) {
            entries_.push_back({piece.text, id});
            begin_[static_cast<unsigned char>(piece.text[0]) + 1u]++;
        }
        id++;
    }
    std::sort(entries_.begin(), entries_.end(),
              [](const Entry &a, const Entry &b) { return a.text < b.text; });
    for (std::size_t byte = 0; byte < 256; byte++)
        begin_[byte + 1] += begin_[byte];
}

/* [low, high) are the symbols that share their first `depth` bytes with the text: the shortest of
 * them comes first. */
SymbolTable::Match SymbolTable::longest(std::string_view text, std::size_t at) const
{
    Match match = {at, 0, -1};
    auto byte_at = [](std::string_view shown, std::size_t i) {
        return static_cast<unsigned char>(shown[i]);
    };
    unsigned char byte = byte_at(text, at);
    auto low = entries_.begin() + static_cast<std::ptrdiff_t>(begin_[byte]);
    auto high = entries_.begin() + static_cast<std::ptrdiff_t>(begin_[byte + 1u]);
    for (std::size_t depth = 1; low != high; depth++) {
        if (low->text.size() == depth) {
            match.len = depth;
            match.id = low->id;
            ++low;
        }
        if (low == high || at + depth == text.size())
            break;
        byte = byte_at(text, at + depth);
        auto is_less = [&](const Entry &entry) { return byte_at(entry.text, depth) < byte; };
        auto is_equal = [&](const Entry &entry) { return byte_at(entry.text, depth) == byte; };
        if (!is_equal(*low))
            low = std::partition_point(low, high, is_less);
        if (low != high && !is_equal(*(high - 1)))
            high = std::partition_point(low, high, is_equal);
    }
    return match;
}

} // namespace calib_sp
