/* SPDX-License-Identifier: MIT */
/* Where the search for added tokens forbids a cut: beside these two characters, a match could span
 * the place, or what stands behind it could decide a match before it. */
#ifndef CALIB_TOKENIZER_JSON_ADDED_GUARD_H
#define CALIB_TOKENIZER_JSON_ADDED_GUARD_H

#include "adapter/cut_tables.h"
#include "added.h"

namespace calib_tj
{

class AddedGuard
{
public:
    /** `prefixed`: something is put in front of the text behind a token, so that it must stay in
     *  one segment with the token. */
    void build(const AddedTokens &tokens, bool prefixed);

    /** Returns true if texts in which the tokens are searched may be cut between these two. */
    bool allows(char32_t left, char32_t right) const;

private:
    enum Flag : std::uint8_t {
        LEFT = 1,       /* the left one of two neighbours in a content */
        RIGHT = 2,      /* the right one */
        NOT_BEHIND = 4, /* ends a content behind which there is no cut */
        NOT_BEFORE = 8, /* begins a `single_word` content */
        LSTRIP_FIRST = 16,
        RSTRIP_LAST = 32,
    };

    CharacterFlags flags_;
    PairSet pairs_;
    bool lstrip_ = false, rstrip_ = false, prefixed_ = false;
};

} // namespace calib_tj

#endif
