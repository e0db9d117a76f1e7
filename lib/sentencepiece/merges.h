/* SPDX-License-Identifier: MIT */
/* BPE on a normalized text, by the model's pieces and scores: the ids of the library's Encode, many
 * times faster. For models of which that is proven; docs/tokenizing.md has the proof in words. */
#ifndef CALIB_SENTENCEPIECE_MERGES_H
#define CALIB_SENTENCEPIECE_MERGES_H

#include "agenda.h"
#include "model.h"
#include "piece_table.h"

#include <array>
#include <cstdint>

namespace calib_sp
{

class Merges
{
public:
    /** False when the model is not one of those: then nothing else may be called. The model's bytes
     *  outlive this. */
    bool build(const Model &model);

    /** Appends the ids of a normalized text, which is UTF-8. */
    void encode(std::string_view normalized, std::vector<int> &ids) const;

private:
    void add_piece(std::string_view text, PieceTable::Entry entry);
    Places split(std::string_view text, Agenda &agenda) const;
    Places merge(std::string_view text, std::int32_t *ids) const;
    void encode_few(std::string_view text, std::vector<int> &ids) const;
    void encode_many(std::string_view text, std::vector<int> &ids) const;
    void put(std::string_view text, std::int32_t id, bool &after_unknown,
             std::vector<int> &ids) const;

    std::int32_t unknown_id_ = 0;
    bool byte_fallback_ = false;
    std::array<int, 256> byte_ids_ = {};
    PieceTable pieces_;
    std::vector<PieceTable::Entry> common_pairs_; /* of two characters that are met most */
};

} // namespace calib_sp

#endif
