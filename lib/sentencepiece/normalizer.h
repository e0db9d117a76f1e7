/* SPDX-License-Identifier: MIT */
/* SentencePiece's normalizer for segments of a text. The library's own cannot be told that its
 * input is a segment: it trims and prefixes every input. */
#ifndef CALIB_SENTENCEPIECE_NORMALIZER_H
#define CALIB_SENTENCEPIECE_NORMALIZER_H

#include "symbol_table.h"

#include <array>

namespace calib_sp
{

class Normalizer
{
public:
    /** Both must outlive this object. */
    Normalizer(const Model &model, const SymbolTable &symbols);

    /** Normalizes a segment. The results of all segments, joined, are that of the whole text if the
     *  text is cut only where Cuts allows it. */
    void normalize(std::string_view segment, bool begins_text, bool ends_text,
                   std::string &out) const;

private:
    struct Unit {
        std::string_view value;
        std::size_t len;
    };

    Unit first_unit(std::string_view text) const;
    bool is_plain(std::string_view text) const;
    std::size_t count_plain(std::string_view text) const;

    const Model &model_;
    const SymbolTable &symbols_;
    /* By byte: an ASCII character that stands for itself if another one, or nothing, follows. */
    std::array<bool, 256> plain_ = {};
};

} // namespace calib_sp

#endif
