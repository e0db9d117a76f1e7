/* SPDX-License-Identifier: MIT */
/* BPE on a normalized text, by the model's pieces and scores: the ids of the library's Encode, many
 * times faster. For models of which that is proven; docs/tokenizing.md has the proof in words. */
#ifndef CALIB_SENTENCEPIECE_MERGES_H
#define CALIB_SENTENCEPIECE_MERGES_H

#include "model.h"

#include <array>
#include <cstdint>

namespace calib_sp
{

/** Finds the value of a 64-bit key other than 0: open addressing. */
class MergeTable
{
public:
    struct Entry {
        std::uint64_t key; /* 0: free */
        std::int32_t merged;
        float score;
    };

    void reserve(std::size_t n);
    void insert(const Entry &entry);
    const Entry *find(std::uint64_t key) const
    {
        std::size_t slot = start(key);
        while (slots_[slot].key && slots_[slot].key != key)
            slot = (slot + 1) & mask_;
        return slots_[slot].key ? &slots_[slot] : nullptr;
    }

private:
    std::size_t start(std::uint64_t key) const
    {
        return static_cast<std::size_t>(key * UINT64_C(0x9e3779b97f4a7c15) >> 32) & mask_;
    }

    std::vector<Entry> slots_;
    std::size_t mask_ = 0;
};

class Merges
{
public:
    /** False when the model is not one of those: then nothing else may be called. */
    bool build(const Model &model);

    /** Appends the ids of a normalized text, which is UTF-8. */
    void encode(std::string_view normalized, std::vector<int> &ids) const;

private:
    /* A symbol is the id of a piece, or of a character that is no piece (from n_pieces_ on), or
     * UNKNOWN: a character in no piece. */
    enum : std::int32_t { UNKNOWN = -1 };

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
    void split(std::string_view text, std::vector<Symbol> &symbols) const;
    const MergeTable::Entry *pair(std::int32_t left, std::int32_t right) const;
    void merge(std::vector<Symbol> &symbols) const;
    void merge_few(std::vector<Symbol> &symbols) const;
    void merge_many(std::vector<Symbol> &symbols) const;
    void put(const std::vector<Symbol> &symbols, std::string_view text,
             std::vector<int> &ids) const;

    std::int32_t n_pieces_ = 0;
    std::int32_t unknown_id_ = 0;
    bool byte_fallback_ = false;
    std::array<int, 256> byte_ids_ = {};
    std::vector<std::int32_t> low_; /* symbols of the characters below its size */
    MergeTable characters_;         /* of the others; key: the character */
    MergeTable merges_;             /* key: two symbols */
};

} // namespace calib_sp

#endif
