/* SPDX-License-Identifier: MIT */
/* The pre-tokenizer: splits a normalized text into pre-tokens. */
#ifndef CALIB_TOKENIZER_JSON_SPLITTER_H
#define CALIB_TOKENIZER_JSON_SPLITTER_H

#include "spec.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace calib_tj
{

/** Where a piece of text stands, for the steps that put something in front. */
enum class Position {
    begin,    /* it begins the text */
    inside,   /* it begins behind an added token */
    continued /* it continues a piece of which only this end is shown: nothing is put in front */
};

class Splitter
{
public:
    Splitter();
    ~Splitter();
    Splitter(Splitter &&) noexcept;
    Splitter &operator=(Splitter &&) noexcept;

    /** 0, or E_UNSUPPORTED with a message; throws std::bad_alloc. */
    int build(const std::vector<PreTokenizerStep> &steps);

    /** Returns true if pre-tokens are bytes (a ByteLevel step is among them): each byte of a
     *  pre-token stands for one character of the byte alphabet. Else they are UTF-8. */
    bool is_byte_level() const;

    /** Calls `put(std::string_view pre_token)` for each pre-token, in order. */
    template <typename Put> void split(std::string_view text, Position position, Put &&put) const
    {
        Buffers buffers;
        if (!split_views(text, position, buffers))
            return;
        for (std::string_view piece : buffers.pieces)
            put(piece);
    }

private:
    struct Buffers {
        std::vector<std::string_view> pieces;
        std::string text; /* what the pieces point into if a step changes the text */
    };
    bool split_views(std::string_view text, Position position, Buffers &buffers) const;
    struct Steps;
    std::unique_ptr<Steps> steps_;
};

} // namespace calib_tj

#endif
