/* SPDX-License-Identifier: MIT */
#include "cuts.h"

#include "unicode.h"

#include <algorithm>
#include <utility>

namespace calib_tj
{

namespace
{

/* The scanner works on so many bytes at a time, if there is a pair in them. */
constexpr std::size_t STRETCH = 4096;

/* Ends of pre-tokens that are scanned at a time. */
constexpr std::size_t AT_ONCE = 256;

/* In bytes; pairs are searched in longer words. */
constexpr std::size_t LONG_WORD = 6;

/* In bytes; white space that is dropped stays with the word behind it up to this length. */
constexpr std::size_t LONG_SPACE = 16;

constexpr std::size_t NOWHERE = static_cast<std::size_t>(-1);

bool is_tail(char byte)
{
    return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

/* The characters before and behind `at`. */
char32_t character_before(std::string_view text, std::size_t at)
{
    std::size_t begin = at - 1, len = 0;
    while (begin > 0 && at - begin < 4 && is_tail(text[begin]))
        begin--;
    char32_t c = first_character(text.substr(begin), len);
    return len == at - begin ? c : NO_CHARACTER;
}

char32_t character_at(std::string_view text, std::size_t at)
{
    std::size_t len = 0;
    return first_character(text.substr(at), len);
}

} // namespace

void Cuts::build(CutRule rule, Scan scan, const PlainText &plain)
{
    rule_ = std::move(rule);
    scan_ = scan;
    plain_ = &plain;
    ascii_.assign(128 * 128, 0);
    bool any = scan != nullptr;
    for (char32_t left = 0; left < 128; left++) {
        for (char32_t right = 0; right < 128; right++) {
            ascii_[left << 7 | right] = flags_of(left, right);
            any |= (ascii_[left << 7 | right] & PAIR) != 0;
        }
        ascii_settled_[left] = rule_.map().is_settled(left);
    }
    pairs_.build(
        [this](char32_t left, char32_t right) { return (ascii_[left << 7 | right] & PAIR) != 0; });
    why_not_ = rule_.why_not();
    if (!why_not_ && !any)
        why_not_ = "no place between two characters of ASCII is proven";
}

const char *Cuts::describe() const
{
    if (scan_ && rule_.by_merges())
        return "between pre-tokens, and in words outside ASCII between characters that meet in no "
               "merge";
    if (scan_)
        return "between pre-tokens";
    if (rule_.by_merges())
        return "between characters that the pre-tokenizer separates or that meet in no merge";
    return "between characters that the pre-tokenizer separates";
}

std::uint8_t Cuts::flags_of(char32_t left, char32_t right) const
{
    std::uint8_t flags = 0;
    if (rule_.is_pair(left, right))
        flags |= PAIR;
    if (rule_.drops_space() && is_white_space(left))
        flags |= SPACE;
    if (scan_ && rule_.is_guarded(left, right)) {
        flags |= BOUNDARY;
        if (is_white_space(left) && !is_white_space(right))
            flags |= UNDECIDED;
    }
    return flags;
}

std::uint8_t Cuts::flags_outside_ascii(std::string_view text, std::size_t at) const
{
    if (is_tail(text[at]))
        return 0;
    char32_t before = character_before(text, at), behind = character_at(text, at);
    bool known = before != NO_CHARACTER && behind != NO_CHARACTER;
    return known ? flags_of(before, behind) : std::uint8_t{0};
}

bool Cuts::is_pair(const Window &window, std::size_t at) const
{
    std::string_view text = window.text;
    if (!(flags_at(text, at) & PAIR))
        return false;
    if (!rule_.map().composes())
        return true;
    at += character_length(text[at]);
    if (at == text.size())
        return window.ends;
    auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80)
        return ascii_settled_[byte];
    char32_t next = character_at(text, at);
    return next != NO_CHARACTER && rule_.map().is_settled(next);
}

/* Returns the first pair at or behind `at`, which is not 0, or NOWHERE. */
std::size_t Cuts::next_pair(const Window &window, std::size_t at) const
{
    for (; at < window.text.size(); at++)
        if (is_pair(window, at))
            return at;
    return NOWHERE;
}

/* Returns the last pair in (low, at], or NOWHERE. */
std::size_t Cuts::last_pair(const Window &window, std::size_t low, std::size_t at) const
{
    for (; at > low; at--)
        if (is_pair(window, at))
            return at;
    return NOWHERE;
}

/* Returns a pair behind `begin`, or the end of the text, or NOWHERE if neither is shown. */
std::size_t Cuts::stretch_end(const Window &window, std::size_t begin) const
{
    std::size_t size = window.text.size();
    std::size_t middle = size - begin > STRETCH ? begin + STRETCH : size - 1;
    std::size_t end = last_pair(window, begin, middle);
    if (end == NOWHERE)
        end = next_pair(window, middle + 1);
    return end == NOWHERE && window.ends ? size : end;
}

/* Returns true if the pre-token at `begin` begins with no white space, or begins its run. Another
 * part of a run would be divided in another way if the text ended there. */
bool Cuts::begins_run(std::string_view text, std::size_t begin)
{
    return begin == 0 || !is_white_space(character_at(text, begin)) ||
           !is_white_space(character_before(text, begin));
}

/* Adds the pairs inside a pre-token. */
void Cuts::add_pairs(const Window &window, std::size_t begin, std::size_t end, Output &out) const
{
    for (std::size_t at = begin + 1; at < end && out.n < out.cap; at++)
        if (is_pair(window, at))
            out.offsets[out.n++] = at;
}

/* Adds those ends of pre-tokens in (begin, end) that are cuts, and `end` unless it is the end of
 * the text. Stops if the output is full. */
void Cuts::add_pre_tokens(const Window &window, std::size_t begin, std::size_t end,
                          Output &out) const
{
    std::string_view text = window.text;
    std::size_t ends[AT_ONCE];
    while (begin < end && out.n < out.cap) {
        std::size_t n = scan_(text.data(), begin, end, ends, std::min(AT_ONCE, out.cap - out.n));
        for (std::size_t i = 0; i < n && out.n < out.cap; begin = ends[i++]) {
            std::size_t at = ends[i];
            /* A long word outside ASCII. */
            if (rule_.by_merges() && at - begin >= LONG_WORD && text[begin + 1] & 0x80) {
                add_pairs(window, begin, at, out);
                if (out.n == out.cap)
                    return;
            }
            std::uint8_t flags = at < end ? flags_at(text, at) : std::uint8_t{0};
            bool is_cut = at < end ? (flags & BOUNDARY) != 0 : end < text.size();
            if (flags & UNDECIDED)
                is_cut = (flags & PAIR) || begins_run(text, begin);
            out.offsets[out.n] = at; /* kept if it is a cut: no branch to mispredict */
            out.n += is_cut;
        }
    }
}

/* If the normalizer composes, a pair looks one character further. */
void Cuts::find_settled_pairs(const Window &window, Output &out) const
{
    for (std::size_t at = 1; out.n < out.cap; at++) {
        at = next_pair(window, at);
        if (at == NOWHERE)
            return;
        out.offsets[out.n++] = at;
    }
}

void Cuts::find_pairs(const Window &window, Output &out) const
{
    std::string_view text = window.text;
    if (rule_.map().composes()) {
        find_settled_pairs(window, out);
        return;
    }
    if (!rule_.drops_space()) {
        auto is_pair = [this](char32_t left, char32_t right) { return rule_.is_pair(left, right); };
        out.n = pairs_.scan(text, out.offsets, out.cap, is_pair);
        return;
    }
    std::size_t last = 0;
    for (std::size_t at = 1; at < text.size() && out.n < out.cap; at++) {
        std::uint8_t flags = flags_at(text, at);
        bool is_cut = (flags & PAIR) && (!(flags & SPACE) || at - last >= LONG_SPACE);
        out.offsets[out.n] = at; /* kept if it is a cut: no branch to mispredict */
        out.n += is_cut;
        last = is_cut ? at : last;
    }
}

void Cuts::find_pre_tokens(const Window &window, Output &out) const
{
    std::string_view text = window.text;
    std::size_t at = window.begins ? 0 : next_pair(window, 1), end = at;
    PlainText::Search search;
    if (at != 0 && at != NOWHERE)
        out.offsets[out.n++] = at;
    while (at != NOWHERE && at < text.size() && out.n < out.cap) {
        if (at >= end)
            end = stretch_end(window, at);
        if (end == NOWHERE)
            return;
        std::size_t trouble = plain_->trouble(text, at, end, search);
        if (trouble == end) {
            add_pre_tokens(window, at, end, out);
            at = end;
            continue;
        }
        std::size_t safe = last_pair(window, at, trouble);
        if (safe != NOWHERE)
            add_pre_tokens(window, at, safe, out);
        /* The stretch with the trouble is one segment. */
        at = next_pair(window, trouble + 1);
        if (at != NOWHERE && out.n < out.cap)
            out.offsets[out.n++] = at;
    }
}

std::size_t Cuts::find(const Window &window, std::size_t *offsets, std::size_t cap) const
{
    Output out = {offsets, 0, cap};
    if (!window.text.empty() && cap > 0 && !why_not_) {
        if (scan_)
            find_pre_tokens(window, out);
        else
            find_pairs(window, out);
    }
    return out.n;
}

} // namespace calib_tj
