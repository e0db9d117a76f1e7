/* SPDX-License-Identifier: MIT */
/* Pieces by their text. Many of the texts that are looked up are not pieces: a filter of one bit
 * each, small enough to stay in the cache, answers most of those. */
#ifndef CALIB_SENTENCEPIECE_PIECE_TABLE_H
#define CALIB_SENTENCEPIECE_PIECE_TABLE_H

#include "adapter/merge_queue.h"
#include "shared/masked.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace calib_sp
{

class PieceTable
{
    static constexpr std::size_t SHORT = 15, BITS_PER_SLOT = 8;

    /* Number of slots that a key may be in. Two or three are nearly always enough. If a model is
     * made so that its pieces collide, a piece that finds all of them taken is kept like a long
     * text. */
    static constexpr std::size_t TRIES = 32;

    /* The first SHORT bytes of a text, padded with zeros, and its length as the last byte: `high`
     * is 0 for an empty text only. A text of up to SHORT bytes is its key; a longer one is also
     * looked up as a string. */
    struct Key {
        std::uint64_t low, high;

        bool operator==(const Key &other) const
        {
            return low == other.low && high == other.high;
        }
    };

public:
    /** A look-up that has begun. */
    struct Probe {
        std::string_view text;
        Key key;
        std::size_t slot;
        bool maybe;
    };

    /** Number of bytes from the beginning of a text that must be readable when it is looked up. */
    static constexpr std::size_t READ = 16;

    /** Maps a finite score to the order of its merge: equal for equal scores, larger for larger
     * ones, never 0. */
    static std::uint32_t order_of(float score);

    /** Empties the table and makes room for `n` pieces; more are found slower. Must be called
     *  first. */
    void reserve(std::size_t n);

    /** Adds a piece. `text` is not empty and must outlive the table. */
    void insert(std::string_view text, Merge piece);

    /** Begins a look-up. A look-up has two steps, so that a second one can begin before the first
     *  has its answer. An empty text is not a piece. */
    Probe probe(std::string_view text) const
    {
        Key key = key_of(text.data(), text.size());
        std::size_t bit = bit_of(key);
        return {text, key, bit / BITS_PER_SLOT, (filter_[bit / 64] >> bit % 64 & 1) != 0};
    }

    /** Ends a look-up. Returns order 0 if the text is not a piece. */
    Merge find(const Probe &probe) const
    {
        if (!probe.maybe)
            return {0, 0};
        if (probe.text.size() <= SHORT)
            for (std::size_t i = 0; i < TRIES; i++) {
                const Slot &slot = slots_[(probe.slot + i) & mask_];
                if (slot.key.high == 0 || slot.key == probe.key)
                    return slot.piece;
            }
        return find_other(probe.text);
    }

    Merge find(std::string_view text) const
    {
        return find(probe(text));
    }

private:
    struct Slot {
        Key key; /* high 0: free */
        Merge piece;
    };

    /* The last byte in memory order holds the length, so that no two texts have one key. */
    static Key key_of(const char *text, std::size_t size)
    {
        static constexpr unsigned char last_byte[8] = {0, 0, 0, 0, 0, 0, 0, 1};
        std::size_t shown = std::min(size, SHORT);
        std::uint64_t len = std::min<std::size_t>(size, 255), last;
        std::memcpy(&last, last_byte, sizeof last);
        return {calib_masked_word(text, shown, 0), calib_masked_word(text, shown, 1) | last * len};
    }

    /* The bit of a key in the filter; divided by BITS_PER_SLOT, its slot. Only the upper bits of
     * the sum are used: they depend on the whole key. */
    std::size_t bit_of(const Key &key) const
    {
        std::uint64_t hash =
            key.low * UINT64_C(0x9e3779b97f4a7c15) + key.high * UINT64_C(0xe7037ed1a0b428db);
        return static_cast<std::size_t>(hash >> filter_shift_);
    }

    Merge find_other(std::string_view text) const;

    std::vector<Slot> slots_;
    std::vector<std::uint64_t> filter_; /* bit set: the key may be in the table */
    std::size_t mask_ = 0;
    unsigned filter_shift_ = 0;
    std::unordered_map<std::string_view, Merge> others_; /* long texts, and those without a slot */
};

} // namespace calib_sp

#endif
