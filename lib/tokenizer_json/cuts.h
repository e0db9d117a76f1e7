/* SPDX-License-Identifier: MIT */
/* Finds the cuts of a text: the pairs of the rule, and between two of them the ends of pre-tokens,
 * if a scanner knows them and nothing unusual is in the way. */
#ifndef CALIB_TOKENIZER_JSON_CUTS_H
#define CALIB_TOKENIZER_JSON_CUTS_H

#include "cut_rule.h"
#include "plain_text.h"
#include "scanner.h"

#include "adapter/cut_tables.h"

#include <array>

namespace calib_tj
{

/** A part of a text, and whether it begins and ends the text. */
struct Window {
    std::string_view text;
    bool begins, ends;
};

class Cuts
{
public:
    /** Takes a rule that is built. `scan` may be nullptr; `plain` must outlive this object.
     *  Throws std::bad_alloc. */
    void build(CutRule rule, Scan scan, const PlainText &plain);

    /** Returns the reason why there are no cuts, or NULL. */
    const char *why_not() const
    {
        return why_not_;
    }

    /** Says in a few words where texts are cut. */
    const char *describe() const;

    /** Writes the offsets of cuts, at most `cap`, and returns their number. */
    std::size_t find(const Window &window, std::size_t *offsets, std::size_t cap) const;

private:
    enum Flag : std::uint8_t {
        PAIR = 1,      /* a cut */
        BOUNDARY = 2,  /* a cut if a pre-token ends there */
        UNDECIDED = 4, /* with BOUNDARY: white space before anything else */
        SPACE = 8      /* behind white space that is dropped */
    };

    struct Output {
        std::size_t *offsets, n, cap;
    };

    std::uint8_t flags_of(char32_t left, char32_t right) const;
    std::uint8_t flags_outside_ascii(std::string_view text, std::size_t at) const;

    /* Inline because it runs for every pre-token. */
    std::uint8_t flags_at(std::string_view text, std::size_t at) const
    {
        auto left = static_cast<unsigned char>(text[at - 1]);
        auto right = static_cast<unsigned char>(text[at]);
        return (left | right) < 0x80 ? ascii_[std::size_t{left} << 7 | right]
                                     : flags_outside_ascii(text, at);
    }

    bool is_pair(const Window &window, std::size_t at) const;
    std::size_t next_pair(const Window &window, std::size_t at) const;
    std::size_t last_pair(const Window &window, std::size_t low, std::size_t at) const;
    std::size_t stretch_end(const Window &window, std::size_t begin) const;
    static bool begins_run(std::string_view text, std::size_t begin);
    void add_pairs(const Window &window, std::size_t begin, std::size_t end, Output &out) const;
    void add_pre_tokens(const Window &window, std::size_t begin, std::size_t end,
                        Output &out) const;
    void find_settled_pairs(const Window &window, Output &out) const;
    void find_pairs(const Window &window, Output &out) const;
    void find_pre_tokens(const Window &window, Output &out) const;

    CutRule rule_;
    Scan scan_ = nullptr;
    const PlainText *plain_ = nullptr;
    const char *why_not_ = nullptr;
    std::vector<std::uint8_t> ascii_;       /* [left << 7 | right]: flags */
    CutScanner pairs_;                      /* for a rule that keeps all white space */
    std::array<bool, 128> ascii_settled_{}; /* does not act on the character before it */
};

} // namespace calib_tj

#endif
