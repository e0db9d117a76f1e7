/* SPDX-License-Identifier: MIT */
/* Added tokens: finds them in a text before anything else is done with it. Leftmost, longest. */
#ifndef CALIB_TOKENIZER_JSON_ADDED_H
#define CALIB_TOKENIZER_JSON_ADDED_H

#include "spec.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace calib_tj
{

/** An added token in a text, with the white space that it takes. */
struct AddedMatch {
    std::size_t begin, end;
    std::int32_t id;
};

class AddedTokens
{
public:
    /** Tokens with `normalized` equal to this; their contents as they are to be found. */
    void build(const std::vector<AddedToken> &tokens);

    bool empty() const;

    /** Finds the next match at or behind `from`, as Hugging Face finds it: `plain` skips special
     *  tokens after the match. Returns false if there is none. */
    bool find(std::string_view text, std::size_t from, bool plain, AddedMatch &match) const;

    /** Returns true if a match can begin with this byte. */
    bool begins(unsigned char byte) const;
};

} // namespace calib_tj

#endif
