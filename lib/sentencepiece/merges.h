/* SPDX-License-Identifier: MIT */
/* BPE on a normalized text by the model's pieces and scores: the ids of the library's Encode, many
 * times faster. Only for models for which that is proven; docs/tokenizing.md has the proof. */
#ifndef CALIB_SENTENCEPIECE_MERGES_H
#define CALIB_SENTENCEPIECE_MERGES_H

#include "model.h"
#include "piece_table.h"

#include <array>
#include <cstdint>

namespace calib_sp
{

class Merges
{
public:
    /** Returns false if the merges are not proven for the model; then encode() must not be called.
     *  The model's bytes must outlive this object. */
    bool build(const Model &model);

    /** Appends the ids of a normalized text, which is valid UTF-8. */
    void encode(std::string_view normalized, std::vector<int> &ids) const;

private:
    class Lookup;
    class Output;

    std::int32_t unknown_id_ = 0;
    bool byte_fallback_ = false;
    std::array<int, 256> byte_ids_ = {};
    PieceTable pieces_;
    std::vector<Merge> common_pairs_; /* merges of two of the most frequent characters */
};

} // namespace calib_sp

#endif
