/* SPDX-License-Identifier: MIT */
/* The parts of a model file that the proof needs, read from its bytes. */
#ifndef CALIB_SENTENCEPIECE_MODEL_H
#define CALIB_SENTENCEPIECE_MODEL_H

#include "charsmap.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace calib_sp
{

constexpr char32_t SPACE = 0x2581;                      /* stands for a space in pieces */
constexpr std::string_view SPACE_UTF8 = "\xe2\x96\x81"; /* the same in UTF-8 */

enum class Kind : std::uint8_t {
    normal = 1,
    unknown = 2,
    control = 3,
    user_defined = 4,
    unused = 5,
    byte = 6
};

struct Piece {
    std::string_view text;
    float score;
    Kind kind;

    /** Returns true if the library looks for this piece in texts. */
    bool in_texts() const
    {
        return kind == Kind::normal || kind == Kind::user_defined || kind == Kind::unused;
    }
};

enum class Type { unigram = 1, bpe = 2, word = 3, character = 4 };

/** A model; its views point into the bytes it was read from. The defaults are those of
 *  SentencePiece. */
struct Model {
    Type type = Type::unigram;
    bool byte_fallback = false;
    bool suffix = false; /* treat_whitespace_as_suffix */
    bool dummy = true;   /* add_dummy_prefix */
    bool trims = true;   /* remove_extra_whitespaces */
    bool escapes = true; /* escape_whitespaces */
    std::string_view charsmap_bytes;
    Charsmap charsmap;
    std::vector<Piece> pieces;
};

/** Reads a model. 0; E_MODEL if it is damaged, or made so that the SentencePiece library would read
 *  beyond its memory. A model that is merely unusual is left to why_whole(). */
int read_model(std::string_view bytes, Model &model);

/** Returns the reason, in one line, why nothing is proven about this model; NULL if its texts may
 * be cut. */
const char *why_whole(const Model &model);

/** Returns the value of a byte piece, "<0x4F>", with upper-case digits; -1 if it is not one. */
int byte_value(std::string_view piece);

} // namespace calib_sp

#endif
