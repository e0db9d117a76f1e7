/* SPDX-License-Identifier: MIT */
/* What the proof needs of a model file, read from its bytes. */
#ifndef CALIB_SENTENCEPIECE_MODEL_H
#define CALIB_SENTENCEPIECE_MODEL_H

#include "charsmap.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace calib_sp
{

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

    /** Found when a text is encoded; the others are only ever added by name. */
    bool in_texts() const
    {
        return kind == Kind::normal || kind == Kind::user_defined || kind == Kind::unused;
    }
};

enum class Type { unigram = 1, bpe = 2, word = 3, character = 4 };

/** Points into the bytes it was read from. The defaults are those of SentencePiece. */
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

/** Reads the model. 0, or E_MODEL: damaged, or made so that the SentencePiece library would read
 *  beyond its memory. What is merely odd is left to why_whole(). */
int read_model(std::string_view bytes, Model &model);

/** Why nothing is proven about this model, a line for people; NULL: texts may be cut. */
const char *why_whole(const Model &model);

} // namespace calib_sp

#endif
