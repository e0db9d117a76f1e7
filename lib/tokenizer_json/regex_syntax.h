/* SPDX-License-Identifier: MIT */
/* The syntax of regular expressions: a pattern as a tree. */
#ifndef CALIB_TOKENIZER_JSON_REGEX_SYNTAX_H
#define CALIB_TOKENIZER_JSON_REGEX_SYNTAX_H

#include "charset.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace calib_tj
{

/** Thrown for what the subset does not have. */
struct Refusal {
    const char *what;
    std::size_t at; /* byte of the pattern */
};

/** Reads a pattern character by character. */
class PatternReader
{
public:
    static constexpr char32_t END = 0xffffffff;

    /** Throws Refusal if the pattern is not valid UTF-8. */
    explicit PatternReader(std::string_view pattern);

    /** Returns the next character or one behind it, or END. */
    char32_t peek(std::size_t ahead = 0) const
    {
        return ahead < characters_.size() - at_ ? characters_[at_ + ahead] : END;
    }

    /** Returns true if the next characters are these, in ASCII. */
    bool starts_with(std::string_view ascii) const;

    /** Returns the next character and goes on. The pattern must not end here. */
    char32_t take();

    /** Goes on if the next characters are these, in ASCII. */
    bool accept(std::string_view ascii);

    std::size_t offset() const;

    [[noreturn]] void refuse(const char *what) const;

private:
    std::vector<char32_t> characters_;
    std::vector<std::size_t> offsets_;
    std::size_t at_ = 0;
};

struct Node {
    enum class Type { set, sequence, choice, repeat };
    static constexpr std::uint32_t UNLIMITED = 0xffffffff;

    Type type;
    std::size_t at;            /* where it begins in the pattern */
    bool can_be_empty = false; /* it matches no character as well */
    std::vector<Node> parts;   /* of a sequence or choice; what is repeated */
    std::size_t set = 0;       /* index in Syntax::sets */
    std::uint32_t least = 0, most = 0;
    bool is_possessive = false;
    bool looks = false; /* a sequence: (?!\S) stands at its end */
};

struct Syntax {
    Node root; /* a choice of sequences; only these look */
    std::vector<CharSet> sets;
    std::vector<bool> folds;          /* the set stands in (?i:...) */
    std::vector<std::size_t> offsets; /* where the set first stands */
    std::size_t space = 0;            /* index of \s if there is a (?!\S) */
};

/** Reads an escape that stands for characters, from behind the backslash: a set. */
CharSet parse_escape(PatternReader &reader);

/** Reads a class from behind the bracket. */
CharSet parse_class(PatternReader &reader, unsigned depth = 0);

CharSet space_set();
CharSet one_character(char32_t c);

/** Throws Refusal, std::bad_alloc. */
Syntax parse_pattern(std::string_view pattern);

} // namespace calib_tj

#endif
