/* SPDX-License-Identifier: MIT */
/* Characters, escapes and classes of regular expressions, as Oniguruma reads them. Everything whose
 * meaning depends on more than Unicode's general categories is refused. */
#include "regex_syntax.h"

#include <string>

namespace calib_tj
{

namespace
{

constexpr unsigned MOST_NESTED = 16;

/* Every general category, in the order of Category. A name of one letter stands for all that begin
 * with it. */
constexpr const char *CATEGORIES[] = {"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl",
                                      "No", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc",
                                      "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co", "Cn"};
static_assert(sizeof CATEGORIES / sizeof *CATEGORIES == N_CATEGORIES, "a name for each");

std::uint32_t categories_named(std::string_view name)
{
    std::uint32_t mask = 0;
    for (std::size_t i = 0; i < N_CATEGORIES; i++)
        if (!name.empty() && std::string_view(CATEGORIES[i]).substr(0, name.size()) == name)
            mask |= UINT32_C(1) << i;
    return mask;
}

CharSet negation(CharSet set)
{
    set.negated = !set.negated;
    return set;
}

/* {NAME} or {^NAME} */
CharSet parse_property(PatternReader &reader)
{
    if (!reader.accept("{"))
        reader.refuse("\\p without a name in braces");
    bool negated = reader.accept("^");
    std::string name;
    while (name.size() < 8 && reader.peek() < 0x80 && reader.peek() != '}')
        name += static_cast<char>(reader.take());
    CharSet set;
    set.han = name == "Han";
    set.categories = categories_named(name);
    if (!reader.accept("}") || (!set.han && !set.categories))
        reader.refuse("a property other than a general category or Han");
    return negated ? negation(std::move(set)) : set;
}

unsigned hex_digit(char32_t c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : 16;
}

/* Between `least` and `most` digits. */
char32_t parse_hex(PatternReader &reader, unsigned least, unsigned most)
{
    char32_t c = 0;
    unsigned n = 0;
    for (; n < most && hex_digit(reader.peek()) < 16; n++)
        c = c << 4 | hex_digit(reader.take());
    if (n < least || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
        reader.refuse("a character's number that is too short or none of Unicode");
    return c;
}

/* \xHH, \x{H...}: two digits without braces are a byte, which is a character only in ASCII. */
char32_t parse_x(PatternReader &reader)
{
    if (!reader.accept("{")) {
        char32_t c = parse_hex(reader, 2, 2);
        if (c >= 0x80)
            reader.refuse("\\x of a byte that is no character");
        return c;
    }
    char32_t c = parse_hex(reader, 1, 6);
    if (!reader.accept("}"))
        reader.refuse("\\x{ without its brace");
    return c;
}

char32_t parse_escaped_character(PatternReader &reader)
{
    char32_t c = reader.peek();
    if (c >= '0' && c <= '9')
        reader.refuse("a reference to a group, or an octal number");
    if (c < 0x80 && std::string_view("bBAzZGyYK").find(static_cast<char>(c)) < 9)
        reader.refuse("an anchor");
    bool is_mark = c >= ' ' && c < 0x7f && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z');
    static constexpr std::string_view letters = "tnrfvae", meanings = "\t\n\r\f\v\a\x1b";
    std::size_t known = c < 0x80 ? letters.find(static_cast<char>(c)) : letters.npos;
    if (!is_mark && known == letters.npos && c != 'x' && c != 'u')
        reader.refuse("an escape other than \\p, \\s, \\d and those of characters");
    reader.take();
    if (is_mark)
        return c;
    if (known != letters.npos)
        return static_cast<unsigned char>(meanings[known]);
    return c == 'x' ? parse_x(reader) : parse_hex(reader, 4, 4);
}

/* \p, \s or \d, or one of their negations, follows. */
bool starts_with_set(const PatternReader &reader)
{
    char32_t c = reader.peek(1);
    return reader.peek() == '\\' && c < 0x80 &&
           std::string_view("pPsSdD").find(static_cast<char>(c)) != std::string_view::npos;
}

bool starts_with_inner_hyphen(const PatternReader &reader)
{
    return reader.peek() == '-' && reader.peek(1) != ']';
}

/* A character of a class: plain or escaped. */
char32_t parse_member(PatternReader &reader)
{
    if (starts_with_set(reader) || reader.peek() == '[' || reader.starts_with("&&"))
        reader.refuse("a range that does not end in a character");
    return reader.accept("\\") ? parse_escaped_character(reader) : reader.take();
}

/* A character or a range. A hyphen is a character where it begins or ends the class. */
void parse_range(PatternReader &reader, CharSet &set)
{
    char32_t first = parse_member(reader), last = first;
    if (starts_with_inner_hyphen(reader)) {
        reader.take();
        last = parse_member(reader);
        if (first == '-' || last < first || starts_with_inner_hyphen(reader))
            reader.refuse("a range that ends before it begins, or a hyphen beside one");
    }
    set.ranges.emplace_back(first, last);
}

/* A class, a shorthand, a character or a range. */
void parse_item(PatternReader &reader, CharSet &set, unsigned depth)
{
    if (reader.starts_with("[:"))
        reader.refuse("a POSIX class");
    if (reader.accept("[")) {
        set.members.push_back(parse_class(reader, depth + 1));
    } else if (starts_with_set(reader)) {
        reader.take();
        set.members.push_back(parse_escape(reader));
        if (starts_with_inner_hyphen(reader))
            reader.refuse("a hyphen behind a class");
    } else {
        parse_range(reader, set);
    }
}

/* What stands between the brackets and `&&`. */
CharSet parse_operand(PatternReader &reader, unsigned depth)
{
    CharSet set;
    do {
        if (reader.peek() == PatternReader::END || reader.peek() == ']' || reader.starts_with("&&"))
            reader.refuse("a class that is empty or not closed");
        parse_item(reader, set, depth);
    } while (reader.peek() != ']' && !reader.starts_with("&&"));
    return set;
}

} // namespace

CharSet one_character(char32_t c)
{
    CharSet set;
    set.ranges.emplace_back(c, c);
    return set;
}

CharSet space_set()
{
    CharSet set;
    set.ranges = {{'\t', '\r'}, {0x85, 0x85}};
    set.categories = categories_named("Z");
    return set;
}

CharSet parse_escape(PatternReader &reader)
{
    CharSet set;
    switch (reader.peek()) {
    case 's':
    case 'S': set = space_set(); break;
    case 'd':
    case 'D': set.categories = categories_named("Nd"); break;
    case 'p':
    case 'P': break;
    default: return one_character(parse_escaped_character(reader));
    }
    char32_t letter = reader.take();
    if (letter == 'p' || letter == 'P')
        set = parse_property(reader);
    return letter == 'S' || letter == 'D' || letter == 'P' ? negation(std::move(set)) : set;
}

CharSet parse_class(PatternReader &reader, unsigned depth)
{
    if (depth > MOST_NESTED)
        reader.refuse("classes nested too deeply");
    bool negated = reader.accept("^");
    CharSet set = parse_operand(reader, depth);
    while (reader.accept("&&")) {
        if (reader.peek() == '^' || reader.peek() == '-' || reader.peek() == '&')
            reader.refuse("a mark directly behind &&");
        set.limits.push_back(parse_operand(reader, depth));
    }
    reader.take();
    return negated ? negation(std::move(set)) : set;
}

} // namespace calib_tj
