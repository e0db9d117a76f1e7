/* SPDX-License-Identifier: MIT */
/* Added tokens: finds them in a text before anything else is done with it. Leftmost, longest. */
#ifndef CALIB_TOKENIZER_JSON_ADDED_H
#define CALIB_TOKENIZER_JSON_ADDED_H

#include "spec.h"

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace calib_tj
{

/** An added token in a text. Zero before the first. */
struct AddedMatch {
    /* With the white space that it takes. A match may begin before the end of the one before it,
     * which took its white space. begin > end: the reference cannot encode this text. */
    std::size_t begin = 0, end = 0;
    std::size_t next = 0;      /* where the search goes on: behind the content */
    std::size_t space_end = 0; /* [next, space_end) is known to be white space */
    std::int32_t id = 0;
};

class AddedTokens
{
public:
    /** A content as it is to be found. */
    struct Pattern {
        std::string text;
        std::int32_t id;
        bool special, lstrip, rstrip, single_word;
    };

    using Normalize = std::function<std::string(const std::string &)>;

    /** Takes those tokens that are `normalized` or not, as asked; `normalize` gives the normalized
     *  form of a content. 0; E_UNSUPPORTED if two contents are normalized to one text or one to
     *  nothing: then the reference does not say what it finds. Throws std::bad_alloc. */
    int build(const std::vector<AddedToken> &tokens, bool normalized, const Normalize &normalize);

    bool empty() const
    {
        return patterns_.empty();
    }

    const std::vector<Pattern> &patterns() const
    {
        return patterns_;
    }

    /** Replaces a match by the next one, as Hugging Face finds it: `plain` skips special tokens
     *  after the match. Returns false if there is none. */
    bool next(std::string_view text, bool plain, AddedMatch &match) const;

    /** Finds the next place, at or behind `at`, where the content of a token stands, whatever
     *  becomes of it. Returns false if there is none. */
    bool occurs(std::string_view text, std::size_t &at) const;

private:
    std::size_t candidate(std::string_view text, std::size_t from) const;
    const Pattern *longest(std::string_view text, std::size_t at) const;
    bool takes(const Pattern &pattern, std::string_view text, std::size_t at, bool plain) const;

    std::vector<Pattern> patterns_;          /* sorted by text */
    std::array<std::uint32_t, 257> begin_{}; /* of the patterns that begin with a byte */
    std::bitset<65536> pairs_;               /* two bytes that a match can begin with */
    int only_first_ = -1;                    /* the first byte of all patterns; -1: several */
};

} // namespace calib_tj

#endif
