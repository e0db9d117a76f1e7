/* SPDX-License-Identifier: MIT */
#include "splitter_steps.h"

#include "adapter/utf8.h"
#include "alphabet.h"
#include "unicode.h"

#include <cstddef>
#include <string>

namespace calib_tj
{

namespace
{

using Kind = PreTokenizerStep::Kind;
using Prepend = PreTokenizerStep::Prepend;

bool starts_with(std::string_view text, std::string_view prefix)
{
    return text.substr(0, prefix.size()) == prefix;
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
    auto kind_of = [](char32_t c) { return is_white_space(c) ? SPACE : is_word(c) ? WORD : REST; };
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
    split_at(pieces, Behavior::removed, is_white_space);
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
        for (char byte : pieces.at(i))
            out += ALPHABET.letter(static_cast<unsigned char>(byte));
    });
}

void from_byte_alphabet(Pieces &pieces)
{
    std::string bytes;
    pieces.rewrite([&](std::size_t i, std::string &out) {
        ALPHABET.read(pieces.at(i), bytes);
        out += bytes;
    });
}

} // namespace calib_tj
