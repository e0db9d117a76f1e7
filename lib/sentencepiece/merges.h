/* SPDX-License-Identifier: MIT */
/* BPE on a normalized text by the model's pieces and scores: the ids of the library's Encode, many
 * times faster. Only for models for which that is proven; docs/proofs.md has the proof. */
#ifndef CALIB_SENTENCEPIECE_MERGES_H
#define CALIB_SENTENCEPIECE_MERGES_H

#include "model.h"
#include "piece_table.h"
#include "symbol_table.h"

#include <array>
#include <cstdint>

namespace calib_sp
{

class Merges
{
public:
    /** Returns false if the merges are not proven for the model; then encode() must not be called.
     *  `unused_is_unknown` tells which id the library gives a character whose piece is UNUSED: that
     *  of <unk>, or the piece's. The symbols and the model's bytes must outlive this object. */
    bool build(const Model &model, const SymbolTable &symbols, bool unused_is_unknown);

    /** Appends the ids of a normalized text, which is valid UTF-8. */
    void encode(std::string_view normalized, std::vector<int> &ids) const;

private:
    class Lookup;
    class PartsLookup;
    class Output;

    void add_piece(std::string_view text, Merge merge);
    bool split_unused(const Model &model);
    std::size_t find_left(std::string_view piece) const;
    void merge(std::string_view between, Output &output) const;

    /* Length of the part that an UNUSED piece begins with when it is taken apart; 0: it is not. */
    std::size_t left_length(std::int32_t id) const
    {
        return left_lengths_.empty() ? 0 : left_lengths_[static_cast<std::size_t>(id)];
    }

    const SymbolTable *symbols_ = nullptr;
    std::int32_t unknown_id_ = 0;
    bool byte_fallback_ = false;
    std::array<int, 256> byte_ids_ = {};
    PieceTable pieces_;
    std::vector<Merge> common_pairs_;         /* merges of two of the most frequent characters */
    std::vector<std::uint32_t> left_lengths_; /* by id; empty if no piece is UNUSED */
};

} // namespace calib_sp

#endif
