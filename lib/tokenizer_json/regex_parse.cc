/* SPDX-License-Identifier: MIT */
#include "regex_syntax.h"

#include "adapter/utf8.h"

#include <algorithm>
#include <utility>

namespace calib_tj
{

namespace
{

constexpr std::size_t MOST_BYTES = std::size_t{1} << 16;
constexpr std::size_t MOST_SET_ITEMS = 2048;
constexpr std::uint32_t MOST_REPEATS = 1000;
constexpr unsigned MOST_NESTED = 64;
constexpr unsigned MOST_STACKED = 3; /* repeats of repeats */

class Parser
{
public:
    explicit Parser(std::string_view pattern) : reader_(pattern)
    {
    }

    Syntax parse();

private:
    Node choice(unsigned depth);
    Node sequence(unsigned depth);
    Node repeated(unsigned depth);
    Node atom(unsigned depth);
    Node group(unsigned depth);
    Node leaf(CharSet set, std::size_t at);
    bool suffix(Node &node);
    bool counts(Node &node);
    std::uint32_t number(std::uint32_t otherwise);

    PatternReader reader_;
    Syntax syntax_;
    std::size_t n_items_ = 0;
    bool folds_ = false;
};

Node make(Node::Type type, std::size_t at)
{
    Node node;
    node.type = type;
    node.at = at;
    return node;
}

/* Adds the characters that ASCII letters are equal to if case is ignored. The two that are not
 * ASCII are the long s and the Kelvin sign. */
bool add_case(CharSet &set)
{
    if (set.negated || set.categories || set.han || !set.members.empty() || !set.limits.empty())
        return false;
    std::vector<std::pair<char32_t, char32_t>> added;
    for (auto [first, last] : set.ranges) {
        if (last >= 0x80)
            return false;
        for (char32_t c = first; c <= last; c++) {
            char32_t lower = c | 0x20;
            if (lower < 'a' || lower > 'z')
                continue;
            added.emplace_back(c ^ 0x20, c ^ 0x20);
            if (lower == 's' || lower == 'k')
                added.emplace_back(lower == 's' ? 0x17f : 0x212a, lower == 's' ? 0x17f : 0x212a);
        }
    }
    set.ranges.insert(set.ranges.end(), added.begin(), added.end());
    return true;
}

/* A set of characters; equal ones are one. */
Node Parser::leaf(CharSet set, std::size_t at)
{
    if (folds_ && !add_case(set))
        throw Refusal{"(?i:...) with other than ASCII characters and classes of them", at};
    Node node = make(Node::Type::set, at);
    for (; node.set < syntax_.sets.size(); node.set++)
        if (syntax_.folds[node.set] == folds_ && syntax_.sets[node.set] == set)
            return node;
    n_items_ += set.size();
    if (n_items_ > MOST_SET_ITEMS)
        throw Refusal{"too many different characters and classes", at};
    syntax_.sets.push_back(std::move(set));
    syntax_.folds.push_back(folds_);
    syntax_.offsets.push_back(at);
    return node;
}

/* Behind a bracket. */
Node Parser::group(unsigned depth)
{
    bool outer = folds_;
    if (reader_.accept("?i:"))
        folds_ = true;
    else if (reader_.starts_with("?=") || reader_.starts_with("?!"))
        reader_.refuse("a look-ahead other than (?!\\S) at the end of an alternative");
    else if (reader_.starts_with("?<=") || reader_.starts_with("?<!"))
        reader_.refuse("a look-behind");
    else if (reader_.peek() == '?' && !reader_.accept("?:"))
        reader_.refuse("a group other than (...), (?:...) and (?i:...)");
    Node node = choice(depth + 1);
    if (!reader_.accept(")"))
        reader_.refuse("a group that is not closed");
    folds_ = outer;
    return node;
}

Node Parser::atom(unsigned depth)
{
    std::size_t at = reader_.offset();
    char32_t next = reader_.peek();
    switch (next) {
    case '^':
    case '$': reader_.refuse("an anchor");
    case '*':
    case '+':
    case '?': reader_.refuse("a repeat of nothing");
    case '{': reader_.refuse("a brace that is neither escaped nor a repeat");
    default: break;
    }
    reader_.take();
    if (next == '(')
        return group(depth);
    if (next == '[')
        return leaf(parse_class(reader_), at);
    if (next == '\\')
        return leaf(parse_escape(reader_), at);
    CharSet set = one_character(next == '.' ? '\n' : next);
    set.negated = next == '.';
    return leaf(std::move(set), at);
}

std::uint32_t Parser::number(std::uint32_t otherwise)
{
    if (reader_.peek() < '0' || reader_.peek() > '9')
        return otherwise;
    std::uint32_t n = 0;
    while (reader_.peek() >= '0' && reader_.peek() <= '9' && n <= MOST_REPEATS)
        n = n * 10 + static_cast<std::uint32_t>(reader_.take() - '0');
    if (n > MOST_REPEATS)
        reader_.refuse("a repeat of more than 1,000");
    return n;
}

/* {n}, {n,}, {n,m} or {,m}. A plus sign behind it does not make it possessive. */
bool Parser::counts(Node &node)
{
    if (!reader_.accept("{"))
        return false;
    constexpr std::uint32_t none = Node::UNLIMITED;
    node.least = number(none);
    node.most = node.least;
    if (reader_.accept(",")) {
        node.most = number(none);
        if (node.least == none && node.most == none)
            reader_.refuse("a repeat without a number");
        node.least = node.least == none ? 0 : node.least;
    }
    if (!reader_.accept("}") || node.most < node.least || node.most == 0 || node.least == none)
        reader_.refuse("a repeat that is empty or not closed");
    if (reader_.peek() == '?')
        reader_.refuse("a lazy repeat");
    return true;
}

/* What says how often; false if nothing does. */
bool Parser::suffix(Node &node)
{
    if (counts(node))
        return true;
    node.least = reader_.peek() == '+';
    node.most = reader_.peek() == '?' ? 1 : Node::UNLIMITED;
    if (!reader_.accept("?") && !reader_.accept("*") && !reader_.accept("+"))
        return false;
    if (reader_.peek() == '?')
        reader_.refuse("a lazy repeat");
    node.is_possessive = reader_.accept("+");
    return true;
}

Node Parser::repeated(unsigned depth)
{
    Node node = atom(depth);
    for (unsigned stacked = 0;; stacked++) {
        Node repeat = make(Node::Type::repeat, reader_.offset());
        if (!suffix(repeat))
            return node;
        if (stacked == MOST_STACKED)
            throw Refusal{"repeats of repeats", repeat.at};
        if (node.can_be_empty && repeat.most > 1)
            throw Refusal{"a repeat of what can match nothing", repeat.at};
        if (repeat.is_possessive && node.type != Node::Type::set)
            throw Refusal{"a possessive repeat of more than a character", repeat.at};
        repeat.can_be_empty = repeat.least == 0 || node.can_be_empty;
        repeat.parts.push_back(std::move(node));
        node = std::move(repeat);
    }
}

Node Parser::sequence(unsigned depth)
{
    Node node = make(Node::Type::sequence, reader_.offset());
    node.can_be_empty = true;
    while (reader_.peek() != '|' && reader_.peek() != ')' && reader_.peek() != PatternReader::END) {
        if (node.looks)
            reader_.refuse("a look-ahead that does not end its alternative");
        std::size_t at = reader_.offset();
        if (depth == 0 && reader_.accept("(?!\\S)")) {
            node.looks = true;
            syntax_.space = leaf(space_set(), at).set;
            continue;
        }
        node.parts.push_back(repeated(depth));
        node.can_be_empty = node.can_be_empty && node.parts.back().can_be_empty;
    }
    return node;
}

Node Parser::choice(unsigned depth)
{
    if (depth > MOST_NESTED)
        reader_.refuse("groups nested too deeply");
    Node node = make(Node::Type::choice, reader_.offset());
    do {
        node.parts.push_back(sequence(depth));
        node.can_be_empty = node.can_be_empty || node.parts.back().can_be_empty;
    } while (reader_.accept("|"));
    return node;
}

Syntax Parser::parse()
{
    syntax_.root = choice(0);
    if (reader_.peek() != PatternReader::END)
        reader_.refuse("a closing bracket without its group");
    if (syntax_.root.can_be_empty)
        throw Refusal{"an alternative that can match nothing, where the reference splits", 0};
    return std::move(syntax_);
}

} // namespace

PatternReader::PatternReader(std::string_view pattern)
{
    if (pattern.size() > MOST_BYTES)
        throw Refusal{"more than 65,536 bytes", MOST_BYTES};
    for (std::size_t at = 0, len = 0; at < pattern.size(); at += len) {
        characters_.push_back(first_character(pattern.substr(at), len));
        offsets_.push_back(at);
        if (characters_.back() == NO_CHARACTER)
            throw Refusal{"bytes that are not UTF-8", at};
    }
    offsets_.push_back(pattern.size());
}

bool PatternReader::starts_with(std::string_view ascii) const
{
    for (std::size_t i = 0; i < ascii.size(); i++)
        if (peek(i) != static_cast<unsigned char>(ascii[i]))
            return false;
    return true;
}

bool PatternReader::accept(std::string_view ascii)
{
    bool found = starts_with(ascii);
    at_ += found ? ascii.size() : 0;
    return found;
}

char32_t PatternReader::take()
{
    if (at_ == characters_.size())
        refuse("an end in the middle of something");
    return characters_[at_++];
}

std::size_t PatternReader::offset() const
{
    return offsets_[at_];
}

void PatternReader::refuse(const char *what) const
{
    throw Refusal{what, offset()};
}

Syntax parse_pattern(std::string_view pattern)
{
    return Parser(pattern).parse();
}

} // namespace calib_tj
