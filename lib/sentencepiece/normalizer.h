/* SPDX-License-Identifier: MIT */
/* SentencePiece's normalizer once more, for texts and for parts of texts. The library's own cannot
 * be told that its input is a part: it trims and prefixes whatever it is given. */
#ifndef CALIB_SENTENCEPIECE_NORMALIZER_H
#define CALIB_SENTENCEPIECE_NORMALIZER_H

#include "model.h"

#include <array>

namespace calib_sp
{

class Normalizer
{
public:
    explicit Normalizer(const Model &model);

    /**
     * The normalized form of a part of a text. The parts' forms, joined, are the whole text's when
     * the text is divided where Cuts allows it.
     */
    void normalize(std::string_view part, bool begins_text, bool ends_text, std::string &out) const;

private:
    struct Unit {
        std::string_view value;
        std::size_t len;
    };

    Unit first_unit(std::string_view text) const;
    std::size_t first_symbol(std::string_view text) const;
    bool is_plain(std::string_view text) const;
    std::size_t count_plain(std::string_view text) const;

    const Model &model_;
    /* User-defined symbols by first byte, longest first. */
    std::array<std::vector<std::string_view>, 256> symbols_;
    /* By first byte: an ASCII character that stands for itself when another one, or nothing,
     * follows. */
    std::array<bool, 256> plain_ = {};
};

} // namespace calib_sp

#endif
