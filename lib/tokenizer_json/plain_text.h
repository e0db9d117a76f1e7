/* SPDX-License-Identifier: MIT */
/* Text without trouble: no added token is in it, and the normalizer leaves it as it is. It goes
 * straight to the scanner. */
#ifndef CALIB_TOKENIZER_JSON_PLAIN_TEXT_H
#define CALIB_TOKENIZER_JSON_PLAIN_TEXT_H

#include "added.h"
#include "character_map.h"

#include <string_view>

namespace calib_tj
{

class PlainText
{
public:
    /** `map` must be an identity. All must outlive this object. */
    void build(const AddedTokens &raw, const AddedTokens &normalized, const CharacterMap &map);

    /** What a search through one text has found so far. */
    struct Search {
        std::size_t raw = 0, normalized = 0, unsettled = 0;
    };

    /** Returns the offset of the first trouble in [begin, end), or `end`. A byte that is not UTF-8
     *  is trouble. A search goes on at the same `end`, or at a later one from the old one on. */
    std::size_t trouble(std::string_view text, std::size_t begin, std::size_t end,
                        Search &search) const;

    /** Returns true if there is no trouble in a text. */
    bool holds(std::string_view text) const
    {
        Search search;
        return trouble(text, 0, text.size(), search) == text.size();
    }

private:
    std::size_t unsettled(std::string_view text, std::size_t at) const;

    const AddedTokens *raw_ = nullptr, *normalized_ = nullptr;
    const CharacterMap *map_ = nullptr;
};

} // namespace calib_tj

#endif
