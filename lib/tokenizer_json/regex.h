/* SPDX-License-Identifier: MIT */
/* Regular expressions in the subset that tokenizers use, with the meaning that Oniguruma gives
 * them: leftmost match, first alternative, greedy with backtracking. The compiler refuses
 * everything else by name. The matcher is general and slow: it is the definition that scanners are
 * tested against.
 *
 * The subset: alternation, groups (capturing or not), classes with ranges, negation and `&&`,
 * escapes, \p{...}, \s \S \d and the like as far as known, greedy counted repeats, possessive ones
 * where they match the same as greedy ones (the loop's class and what can follow are disjoint),
 * (?i:...) over ASCII letters that fold one to one, and (?!\S) at the end of an alternative. */
#ifndef CALIB_TOKENIZER_JSON_REGEX_H
#define CALIB_TOKENIZER_JSON_REGEX_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace calib_tj
{

class Regex
{
public:
    Regex();
    ~Regex();
    Regex(Regex &&) noexcept;
    Regex &operator=(Regex &&) noexcept;

    /** Compiles a pattern. Bounded in size, time and memory. 0, or E_UNSUPPORTED with a message
     *  that names the construct and where it stands in the pattern; throws std::bad_alloc. */
    int compile(std::string_view pattern);

    /** Returns the end of the match that begins at `at`, or `npos`. An empty match is none. `text`
     *  is valid UTF-8. Bounded steps: a text that needs more fails as described by throwing
     *  std::length_error. */
    std::size_t match(std::string_view text, std::size_t at) const;

    /** Finds the first match that begins at or behind `from`. */
    bool find(std::string_view text, std::size_t from, std::size_t &begin, std::size_t &end) const;

    /* What the proof of cuts needs. Characters that no class of the pattern tells apart are one
     * kind. */

    std::uint32_t n_kinds() const;
    std::uint32_t kind_of(char32_t c) const;

    /** Returns true if some match can hold a character of kind `left` directly before one of kind
     *  `right`. */
    bool can_follow(std::uint32_t left, std::uint32_t right) const;

    /** Returns true if a character of this kind can be in no match. */
    bool is_unmatched(std::uint32_t kind) const;

    /** Returns true if the character may be followed by a cut although it is white space or the
     *  pattern looks ahead: what (?!\S) says behind it decides no match. */
    bool is_decided(std::uint32_t kind) const;

    static constexpr std::size_t npos = static_cast<std::size_t>(-1);

private:
    struct Program;
    std::unique_ptr<Program> program_;
};

} // namespace calib_tj

#endif
