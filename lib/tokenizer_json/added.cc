/* SPDX-License-Identifier: MIT */
#include "added.h"

#include "adapter/error.h"
#include "adapter/utf8.h"
#include "unicode.h"

#include <algorithm>
#include <cstring>
#include <unordered_map>
#include <unordered_set>

namespace calib_tj
{

namespace
{

unsigned char byte_at(std::string_view text, std::size_t at)
{
    return static_cast<unsigned char>(text[at]);
}

bool begins_with_word(std::string_view text)
{
    std::size_t len;
    return !text.empty() && is_word(first_character(text, len));
}

bool ends_with_word(std::string_view text)
{
    return !text.empty() && begins_with_word(text.substr(last_character_begin(text)));
}

} // namespace

/* Of several tokens with one id the reference keeps the last, but a normalized form that an earlier
 * one left stays. A content that was special once is special. */
int AddedTokens::build(const std::vector<AddedToken> &tokens, bool normalized,
                       const Normalize &normalize)
{
    std::unordered_map<std::int32_t, const AddedToken *> last;
    std::unordered_map<std::int32_t, std::string> forms;
    std::unordered_set<std::string> special;
    for (const AddedToken &token : tokens) {
        last[token.id] = &token;
        if (token.special)
            special.insert(token.content);
        if (!token.normalized || !normalized)
            continue;
        std::string form = normalize(token.content);
        if (form != token.content)
            forms[token.id] = std::move(form);
    }

    patterns_.clear();
    for (const auto &[id, token] : last) {
        if (token->normalized != normalized || token->content.empty())
            continue;
        auto form = forms.find(id);
        const std::string &text = form == forms.end() ? token->content : form->second;
        if (text.empty())
            return fail(CALIB_E_UNSUPPORTED,
                        "the added token with the id %ld is normalized to an empty text",
                        static_cast<long>(id));
        patterns_.push_back({text, id, special.count(token->content) > 0, token->lstrip,
                             token->rstrip, token->single_word});
    }
    std::sort(patterns_.begin(), patterns_.end(),
              [](const Pattern &a, const Pattern &b) { return a.text < b.text; });
    auto same = std::adjacent_find(patterns_.begin(), patterns_.end(),
                                   [](auto &a, auto &b) { return a.text == b.text; });
    if (same != patterns_.end())
        return fail(CALIB_E_UNSUPPORTED,
                    "the added tokens with the ids %ld and %ld are normalized to the same text",
                    static_cast<long>(same[0].id), static_cast<long>(same[1].id));

    begin_.fill(0);
    pairs_.reset();
    for (const Pattern &pattern : patterns_) {
        std::size_t first = byte_at(pattern.text, 0);
        begin_[first + 1]++;
        if (pattern.text.size() > 1)
            pairs_.set(first << 8 | byte_at(pattern.text, 1));
        else
            for (std::size_t second = 0; second < 256; second++)
                pairs_.set(first << 8 | second);
    }
    for (std::size_t first = 0; first < 256; first++)
        begin_[first + 1] += begin_[first];
    only_first_ = -1;
    if (!patterns_.empty() && patterns_.front().text[0] == patterns_.back().text[0])
        only_first_ = byte_at(patterns_.front().text, 0);
    return CALIB_OK;
}

/* Returns the next offset at which the first byte of a pattern stands, or the size of the text. */
std::size_t AddedTokens::candidate(std::string_view text, std::size_t from) const
{
    if (only_first_ >= 0) {
        const void *found = from < text.size()
                                ? std::memchr(text.data() + from, only_first_, text.size() - from)
                                : nullptr;
        return found ? static_cast<std::size_t>(static_cast<const char *>(found) - text.data())
                     : text.size();
    }
    while (from < text.size() &&
           begin_[byte_at(text, from)] == begin_[byte_at(text, from) + std::size_t{1}])
        from++;
    return from;
}

/* The patterns that begin with the text so far are neighbours in the sorted list. Each further byte
 * of the text leaves fewer of them. */
const AddedTokens::Pattern *AddedTokens::longest(std::string_view text, std::size_t at) const
{
    const Pattern *low = patterns_.data() + begin_[byte_at(text, at)];
    const Pattern *high = patterns_.data() + begin_[byte_at(text, at) + std::size_t{1}];
    const Pattern *found = nullptr;
    for (std::size_t depth = 1;; depth++) {
        if (low < high && low->text.size() == depth)
            found = low++;
        if (low == high || at + depth == text.size())
            return found;
        unsigned char byte = byte_at(text, at + depth);
        if (byte_at(low->text, depth) == byte && byte_at(high[-1].text, depth) == byte)
            continue;
        low = std::lower_bound(low, high, byte, [depth](const Pattern &pattern, unsigned char b) {
            return byte_at(pattern.text, depth) < b;
        });
        high = std::upper_bound(low, high, byte, [depth](unsigned char b, const Pattern &pattern) {
            return b < byte_at(pattern.text, depth);
        });
    }
}

bool AddedTokens::takes(const Pattern &pattern, std::string_view text, std::size_t at,
                        bool plain) const
{
    if (plain && pattern.special)
        return false;
    return !pattern.single_word || (!ends_with_word(text.substr(0, at)) &&
                                    !begins_with_word(text.substr(at + pattern.text.size())));
}

bool AddedTokens::next(std::string_view text, bool plain, AddedMatch &match) const
{
    std::size_t at = match.next;
    while (occurs(text, at)) {
        const Pattern &pattern = *longest(text, at);
        std::size_t begin = at, covered = match.end;
        at += pattern.text.size();
        if (!takes(pattern, text, begin, plain))
            continue;
        match.begin = begin;
        match.end = match.next = at;
        match.id = pattern.id;
        if (pattern.lstrip)
            match.begin = begin > covered
                              ? covered + trailing_space(text.substr(covered, begin - covered))
                              : covered;
        if (pattern.rstrip && match.space_end < at)
            match.space_end = at + leading_space(text.substr(at));
        if (pattern.rstrip)
            match.end = match.space_end;
        return true;
    }
    return false;
}

bool AddedTokens::occurs(std::string_view text, std::size_t &at) const
{
    if (patterns_.empty())
        return false;
    for (at = candidate(text, at); at < text.size(); at = candidate(text, at + 1)) {
        std::size_t first = byte_at(text, at);
        if (at + 1 < text.size() && !pairs_[first << 8 | byte_at(text, at + 1)])
            continue;
        if (longest(text, at))
            return true;
    }
    return false;
}

} // namespace calib_tj
