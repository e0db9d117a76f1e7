/* SPDX-License-Identifier: MIT */
/* BPE on a normalized text, by the model's pieces and scores: the ids of the library's Encode, many
 * times faster. For models of which that is proven; docs/tokenizing.md has the proof in words. */
#ifndef CALIB_SENTENCEPIECE_MERGES_H
#define CALIB_SENTENCEPIECE_MERGES_H

#include "merge_table.h"
#include "model.h"

#include <array>
#include <cstdint>

namespace calib_sp
{

class Merges
{
public:
    /** False when the model is not one of those: then nothing else may be called. */
    bool build(const Model &model);

    /** Appends the ids of a normalized text, which is UTF-8. */
    void encode(std::string_view normalized, std::vector<int> &ids) const;

private:
    /* A symbol is the id of a piece, or of a character that is no piece (from n_pieces_ on), or
     * UNKNOWN: a character in no piece; GONE: joined with the one before. */
    enum : std::int32_t { UNKNOWN = -1, GONE = -2 };

    struct Symbol {
        std::int32_t id;
        std::uint32_t at; /* where it begins in the text */
    };

    void number_characters(const Model &model);
    void learn(const Model &model);
    void learn_piece(std::int32_t piece, const Model &model, std::vector<Symbol> &symbols);
    std::int32_t symbol_of(char32_t c) const
    {
        return c < low_.size() ? low_[c] : high_symbol(c);
    }
    std::int32_t high_symbol(char32_t c) const;
    std::size_t split(std::string_view text, Symbol *symbols) const;
    MergeTable::Join join(std::int32_t left, std::int32_t right) const
    {
        if (left == UNKNOWN || right == UNKNOWN)
            return {0, 0};
        return joins_.find(MergeTable::pair_key(left, right));
    }
    MergeTable::Join first_join(std::string_view text, const Symbol *symbols) const;
    std::size_t merge(std::string_view text, Symbol *symbols) const;
    std::size_t merge_few(std::string_view text, Symbol *symbols, std::size_t n) const;
    std::size_t merge_many(Symbol *symbols, std::size_t n) const;
    void put(const Symbol *symbols, std::size_t n, std::string_view text,
             std::vector<int> &ids) const;

    std::int32_t n_pieces_ = 0;
    std::int32_t unknown_id_ = 0;
    std::int32_t space_symbol_ = UNKNOWN;
    bool byte_fallback_ = false;
    std::array<int, 256> byte_ids_ = {};
    std::vector<std::int32_t> low_;              /* symbols of the characters below its size */
    MergeTable characters_;                      /* of the others; key: the character; order: 1 */
    MergeTable joins_;                           /* of two symbols */
    std::vector<MergeTable::Join> common_joins_; /* of two characters that are met most */
};

} // namespace calib_sp

#endif
