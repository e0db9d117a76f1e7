/* SPDX-License-Identifier: MIT */
/* The symbols that a pre-token begins as, before anything is merged: the ids of its characters, and
 * what stands for characters that the vocabulary does not have. */
#ifndef CALIB_TOKENIZER_JSON_SYMBOLS_H
#define CALIB_TOKENIZER_JSON_SYMBOLS_H

#include "spec.h"
#include "substitution.h"
#include "vocabulary.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace calib_tj
{

/** The ids of single characters, in pages. */
class CharacterEntries
{
public:
    void clear();
    void set(char32_t c, std::int32_t id);

    /** Returns the id of a character or NO_CHARACTER, or -1. */
    std::int32_t operator[](char32_t c) const
    {
        return c <= 0x10ffff ? ids_[pages_[c >> 8] + (c & 0xff)] : -1;
    }

private:
    std::vector<std::uint32_t> pages_; /* where the page of a character begins in ids_ */
    std::vector<std::int32_t> ids_;    /* the first page is empty */
};

class Symbols
{
public:
    /** A small number for each frequent symbol: the byte or the character if it is ASCII,
     *  SPACE_CODE for U+2581. All others have a code from n_codes() on. */
    static constexpr std::size_t N_BYTE_CODES = 128, N_CHARACTER_CODES = 129;
    static constexpr std::uint8_t SPACE_CODE = 128, UNCOMMON = 255;

    /** The vocabulary must outlive this object and stay where it is. 0, E_MODEL; throws
     *  std::bad_alloc. */
    int build(const ModelSpec &model, const Vocabulary &vocabulary, bool byte_level,
              Substitution substitution);

    /** Writes the ids of a text's symbols, with the substitution made, and their codes, and returns
     *  their number: at most one for each byte. Returns 0 if a character needs read_any(). */
    std::size_t read(std::string_view text, std::int32_t *ids, std::uint8_t *codes) const;

    /** Reads any text, and appends to `ids`. */
    void read_any(std::string_view text, std::vector<std::int32_t> &ids) const;

    /** Number of codes of frequent symbols. */
    std::size_t n_codes() const
    {
        return byte_level_ ? N_BYTE_CODES : N_CHARACTER_CODES;
    }

    /** Returns the id of the symbol with a code, or -1. */
    std::int32_t entry_of_code(std::size_t code) const;

    /** Returns true if read() knows all symbols of every text. */
    bool is_complete() const;

    /* A character of a text of which it is neither the first nor the last one. */

    bool is_known(std::string_view character) const;

    /** Returns true if the character becomes nothing at all. */
    bool is_dropped(std::string_view character) const;

    /** Returns true if a text can have symbols whose id is not that of a character: byte tokens or
     *  the unknown token, and calls fn(id) with those ids. */
    template <typename Fn> void for_each_substitute(Fn &&fn) const
    {
        for (std::int32_t id : fallback_)
            if (id >= 0)
                fn(id);
        if (unknown_ >= 0)
            fn(unknown_);
    }

    /** Returns true if every character that is not known becomes byte tokens. */
    bool falls_back() const
    {
        return falls_back_;
    }

private:
    struct Spelled;

    std::size_t read_bytes(std::string_view text, std::int32_t *ids, std::uint8_t *codes) const;
    std::size_t read_characters(std::string_view text, std::int32_t *ids,
                                std::uint8_t *codes) const;
    void find_characters(Substitution substitution);
    bool append_fallback(std::string_view spelled, std::vector<std::int32_t> &ids) const;
    std::string_view character_at(std::string_view text, std::size_t at) const;
    std::string spell(std::string_view character, bool first, bool last) const;

    const Vocabulary *vocabulary_ = nullptr;
    bool byte_level_ = false, fuse_unknown_ = false, falls_back_ = false;
    std::string prefix_, suffix_;
    std::int32_t unknown_ = -1;
    std::array<std::int32_t, 256> fallback_ = {}; /* ids of <0xHH>, or -1 */
    bool direct_ = false;                         /* no prefix, no suffix: read() can be used */
    std::array<std::int32_t, 256> bytes_ = {};    /* or -1 */
    CharacterEntries characters_;                 /* empty if symbols are bytes */
};

} // namespace calib_tj

#endif
