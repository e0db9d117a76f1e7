/* SPDX-License-Identifier: MIT */
#include "splitter_steps.h"

#include "unicode.h"

#include "adapter/utf8.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace calib_tj
{

namespace
{

using CALIB_ADAPTER::character_length;
using CALIB_ADAPTER::first_character;
using Kind = PreTokenizerStep::Kind;
using Prepend = PreTokenizerStep::Prepend;

bool starts_with(std::string_view text, std::string_view prefix)
{
    return text.substr(0, prefix.size()) == prefix;
}

/* \w: letters, marks, decimal digits, letter numbers, connectors, circled letters, joiners. */
bool is_word(char32_t c)
{
    auto is_in = [c](char32_t first, char32_t last) { return c >= first && c <= last; };
    switch (category(c)) {
    case Category::Lu:
    case Category::Ll:
    case Category::Lt:
    case Category::Lm:
    case Category::Lo:
    case Category::Mn:
    case Category::Mc:
    case Category::Me:
    case Category::Nd:
    case Category::Nl:
    case Category::Pc: return true;
    case Category::So:
        return is_in(0x24b6, 0x24e9) || is_in(0x1f130, 0x1f149) || is_in(0x1f150, 0x1f169) ||
               is_in(0x1f170, 0x1f189);
    default: return c == 0x200c || c == 0x200d;
    }
}

/* Splits at each character for which `is` is true. */
template <typename Is> void split_at(Pieces &pieces, Behavior behavior, Is &&is)
{
    auto find = [&](std::string_view text, std::size_t from, std::size_t &begin, std::size_t &end) {
        std::size_t len = 0;
        for (begin = from; begin < text.size(); begin += len) {
            char32_t c = first_character(text.substr(begin), len);
            end = begin + len;
            if (is(c))
                return true;
        }
        return false;
    };
    pieces.split(behavior, false, find);
}

void split_at_string(Pieces &pieces, const PreTokenizerStep &spec)
{
    auto find = [&](std::string_view text, std::size_t from, std::size_t &begin, std::size_t &end) {
        begin = text.find(spec.pattern, from);
        end = begin + spec.pattern.size();
        return begin != text.npos;
    };
    pieces.split(spec.behavior, spec.invert, find);
}

void split_at_regex(Pieces &pieces, const Regex &regex, Behavior behavior, bool invert)
{
    auto find = [&](std::string_view text, std::size_t from, std::size_t &begin, std::size_t &end) {
        return regex.find(text, from, begin, end);
    };
    pieces.split(behavior, invert, find);
}

/* `\w+|[^\w\s]+`: keeps runs of one kind, removes white space. */
void split_words(Pieces &pieces)
{
    enum { SPACE, WORD, REST };
    auto kind_of = [](char32_t c) { return is_regex_space(c) ? SPACE : is_word(c) ? WORD : REST; };
    auto find = [&](std::string_view text, std::size_t from, std::size_t &begin, std::size_t &end) {
        std::size_t len = 0;
        begin = from;
        auto kind = kind_of(first_character(text.substr(begin), len));
        for (end = begin + len; end < text.size(); end += len)
            if (kind_of(first_character(text.substr(end), len)) != kind)
                break;
        return true;
    };
    /* Runs are matches one after another: only those of white space are to go. */
    pieces.split(Behavior::isolated, false, find);
    split_at(pieces, Behavior::removed, is_regex_space);
}

void put_space_in_front(Pieces &pieces)
{
    pieces.rewrite([&](std::size_t i, std::string &out) {
        if (pieces.at(i)[0] != ' ' && pieces.position(i) != Position::continued)
            out += ' ';
        out += pieces.at(i);
    });
}

bool prepends(const Pieces &pieces, std::size_t i, Prepend prepend)
{
    switch (prepend) {
    case Prepend::always: return pieces.position(i) != Position::continued;
    case Prepend::first: return pieces.position(i) == Position::begin;
    default: return false;
    }
}

void run_metaspace(Pieces &pieces, const PreTokenizerStep &spec)
{
    const std::string &mark = spec.replacement;
    pieces.rewrite([&](std::size_t i, std::string &out) {
        std::string_view piece = pieces.at(i);
        bool is_marked = piece[0] == ' ' || starts_with(piece, mark);
        if (!is_marked && prepends(pieces, i, spec.prepend))
            out += mark;
        for (char c : piece) {
            if (c == ' ')
                out += mark;
            else
                out += c;
        }
    });
    if (spec.split)
        split_at(pieces, Behavior::merged_with_next, [&](char32_t c) {
            std::size_t len = 0;
            return c == first_character(mark, len);
        });
}

void run_byte_level(Pieces &pieces, const SplitterStep &step)
{
    if (step.spec.add_prefix_space)
        put_space_in_front(pieces);
    if (step.spec.use_regex)
        split_at_regex(pieces, step.regex, Behavior::isolated, false);
}

/* The byte alphabet: printable characters of Latin-1 stand for themselves, the other bytes, in
 * order, are the characters from U+0100 on. */
constexpr bool is_printable(unsigned byte)
{
    return (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte != 0xad);
}

struct ByteAlphabet {
    char32_t of_byte[256] = {};
    unsigned char of_character[0x200] = {};

    constexpr ByteAlphabet()
    {
        unsigned next = 0x100;
        for (unsigned byte = 0; byte < 256; byte++) {
            unsigned c = is_printable(byte) ? byte : next++;
            of_byte[byte] = c;
            of_character[c] = static_cast<unsigned char>(byte);
        }
    }
};

constexpr ByteAlphabet byte_alphabet;

} // namespace

void run_step(const SplitterStep &step, Pieces &pieces)
{
    const PreTokenizerStep &spec = step.spec;
    switch (spec.kind) {
    case Kind::byte_level: run_byte_level(pieces, step); break;
    case Kind::split_string: split_at_string(pieces, spec); break;
    case Kind::split_regex: split_at_regex(pieces, step.regex, spec.behavior, spec.invert); break;
    case Kind::digits:
        split_at(pieces, spec.individual_digits ? Behavior::isolated : Behavior::contiguous,
                 is_numeric);
        break;
    case Kind::punctuation: split_at(pieces, spec.behavior, is_punctuation); break;
    case Kind::metaspace: run_metaspace(pieces, spec); break;
    case Kind::whitespace: split_words(pieces); break;
    case Kind::whitespace_split: split_at(pieces, Behavior::removed, is_white_space); break;
    }
}

void to_byte_alphabet(Pieces &pieces)
{
    pieces.rewrite([&](std::size_t i, std::string &out) {
        for (char byte : pieces.at(i)) {
            char32_t c = byte_alphabet.of_byte[static_cast<unsigned char>(byte)];
            if (c >= 0x80)
                out += static_cast<char>(0xc0 | c >> 6);
            out += static_cast<char>(c < 0x80 ? c : 0x80 | (c & 0x3f));
        }
    });
}

void from_byte_alphabet(Pieces &pieces)
{
    pieces.rewrite([&](std::size_t i, std::string &out) {
        std::string_view piece = pieces.at(i);
        for (std::size_t len = 0; !piece.empty(); piece.remove_prefix(len))
            out +=
                static_cast<char>(byte_alphabet.of_character[first_character(piece, len) & 0x1ff]);
    });
}

} // namespace calib_tj
