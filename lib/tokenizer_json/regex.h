/* SPDX-License-Identifier: MIT */
/* Regular expressions in the subset that tokenizers use, with the meaning that Oniguruma gives
 * them: leftmost match, first alternative, greedy with backtracking. The compiler refuses
 * everything else by name. The matcher is general: it is the definition that scanners are tested
 * against.
 *
 * The subset: alternation, groups (capturing or not), classes with ranges, nesting, negation and
 * `&&`, escapes of characters, `.`, \s, \d, \p{...} of general categories and Han, greedy repeats
 * (+ behind {n,m} repeats the repeat), possessive ones where they match the same as greedy ones,
 * (?i:...) over ASCII where no character equals several letters, and (?!\S) at the end of an
 * alternative of the whole pattern. Refused are also patterns that can match nothing, since the
 * reference splits at empty matches, and repeats of what can match nothing.
 *
 * A pattern becomes an automaton that reads a text once from left to right. All ways to match are
 * followed together, in the order in which backtracking would try them. */
#ifndef CALIB_TOKENIZER_JSON_REGEX_H
#define CALIB_TOKENIZER_JSON_REGEX_H

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace calib_tj
{

/** If a character is in a match: never, always, or as its neighbours decide. */
enum class MatchStatus { never, always, either };

class Regex
{
public:
    Regex();
    ~Regex();
    Regex(Regex &&) noexcept;
    Regex &operator=(Regex &&) noexcept;

    /** Compiles a pattern; nothing else may be called before this has succeeded. Bounded in size,
     *  time and memory. 0, or E_UNSUPPORTED with a message that names the construct and where it
     *  stands in the pattern; throws std::bad_alloc. */
    int compile(std::string_view pattern);

    /** Returns the end of the match that begins at `at`, or `npos`. No match is empty. `text` is
     *  valid UTF-8. Reads each character once at most. */
    std::size_t match(std::string_view text, std::size_t at) const;

    /** Finds the first match that begins at or behind `from`. The time is linear in what is left of
     *  the text, whatever the pattern. Throws std::bad_alloc, with a pattern whose failing tries
     *  read far. */
    bool find(std::string_view text, std::size_t from, std::size_t &begin, std::size_t &end) const;

    /* What the proof of cuts needs. Characters that no class of the pattern tells apart are one
     * kind; kinds are less than n_kinds(), which is at most 255. */

    std::uint32_t n_kinds() const;
    std::uint32_t kind_of(char32_t c) const;

    /** Returns true if some try to match takes a character of kind `left` and then one of kind
     *  `right`. */
    bool can_follow(std::uint32_t left, std::uint32_t right) const;

    /** Returns true if a character of this kind can be in no match. If false, a try that begins at
     *  such a character matches whatever follows. */
    bool is_unmatched(std::uint32_t kind) const;

    MatchStatus match_status(std::uint32_t kind) const;

    /** Returns true if no try depends on what (?!\S) says behind a character of this kind: it is no
     *  white space, or what is tried before has matched. */
    bool is_decided(std::uint32_t kind) const;

    /** Returns true if between two such characters the matches that begin before are the same as at
     *  the end of a text, so that none goes on: not can_follow(), and is_decided() or white space
     *  on the right, with which (?!\S) says what it says at an end. */
    bool is_apart(std::uint32_t left, std::uint32_t right) const;

    /** Returns true if, moreover, one of the two characters is in a match, so that a match begins
     *  or ends between them: a text may be cut there. */
    bool is_cut(std::uint32_t left, std::uint32_t right) const;

    /** Returns true if two such characters are always in one match, which would be two if the text
     *  ended between them, and nothing else would change: a run of one class, such as \p{L}+. */
    bool is_run(std::uint32_t left, std::uint32_t right) const;

    static constexpr std::size_t npos = static_cast<std::size_t>(-1);

private:
    friend class Matches;
    bool find(std::string_view text, std::size_t from, std::size_t &begin, std::size_t &end,
              std::uint64_t &n_read) const;

    struct Compiled;
    std::unique_ptr<Compiled> compiled_;
};

/** The matches of a text, one after the other. With some patterns every try may read to the end of
 *  the text and match little: what all tries read is bounded here. */
class Matches
{
public:
    /** Both must outlive this object. */
    Matches(const Regex &regex, std::string_view text) : regex_(regex), text_(text)
    {
    }

    /** Finds the next match, behind the one before. Throws std::runtime_error if the tries have
     *  read more than 2^28 characters and 1,024 for each byte of the text; std::bad_alloc. */
    bool next(std::size_t &begin, std::size_t &end);

private:
    const Regex &regex_;
    std::string_view text_;
    std::size_t at_ = 0;
    std::uint64_t n_read_ = 0;
};

} // namespace calib_tj

#endif
