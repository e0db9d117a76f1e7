/* SPDX-License-Identifier: MIT */
/* The tables of a file, and with them the ids and the cuts of texts. */
#ifndef CALIB_TOKENIZER_JSON_ENCODER_H
#define CALIB_TOKENIZER_JSON_ENCODER_H

#include "added.h"
#include "bpe.h"
#include "cuts.h"
#include "id_list.h"
#include "normalizer.h"
#include "plain_text.h"
#include "splitter.h"
#include "word_piece.h"

#include <string>
#include <unordered_map>

namespace calib_tj
{

/** Must not be moved once it is opened. */
class Encoder
{
public:
    Encoder() = default;
    Encoder(const Encoder &) = delete;
    Encoder &operator=(const Encoder &) = delete;

    /** Checks what a file says of texts: regular expressions, and added tokens that are normalized.
     *  Builds no large table. 0, E_UNSUPPORTED; throws std::bad_alloc. */
    int open(const Spec &spec);

    /** Builds the tables. The entries of the model must outlive this object. After a failure it can
     *  be called again. 0, E_MODEL, E_UNSUPPORTED; throws std::bad_alloc. */
    int build(const Spec &spec);

    /* The rest may be called after build(). */

    /** Appends the ids of a part of a text, without those that the post-processor adds. `plain`
     *  reads no special token. 0; E_ENCODE if the text is not UTF-8, or if the reference fails on
     *  it. Throws std::bad_alloc. */
    int encode(const Window &part, bool plain, IdList &ids) const;

    /** Gives the text that a token stands for. Returns false if there is no such token. */
    bool text_of(std::int32_t id, std::string &text) const;

    /** Returns what a token is, CALIB_KIND_*. */
    std::uint32_t kind_of(std::int32_t id) const;

    const Cuts &cuts() const
    {
        return cuts_;
    }

private:
    struct Added {
        std::string content;
        bool special;
    };

    template <typename Piece>
    int walk(const AddedTokens &tokens, std::string_view text, bool plain, IdList &ids,
             Piece &&piece) const;
    int encode_pre_tokens(std::string_view text, Position position, IdList &ids) const;
    bool text_of_entry(std::int32_t id, std::string &text) const;
    bool text_of_piece(std::int32_t id, std::string &text) const;
    bool is_byte(std::string_view token) const;
    int encode_piece(std::string_view text, Position position, bool plain, IdList &ids) const;

    Normalizer normalizer_;
    CharacterMap map_;
    Splitter splitter_;
    AddedTokens raw_, normalized_;
    std::unordered_map<std::int32_t, Added> added_;
    std::string unknown_; /* content of the unknown token; empty: none */
    Bpe bpe_;
    WordPiece word_piece_;
    bool is_word_piece_ = false; /* which of the two is used */
    PlainText plain_;
    bool skips_steps_ = false; /* a text without trouble needs no step but the scanner */
    bool substitutes_ = false; /* inside a text, the model makes the only step */
    Cuts cuts_;
};

} // namespace calib_tj

#endif
