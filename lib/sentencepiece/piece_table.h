/* SPDX-License-Identifier: MIT */
/* Pieces by their text, and how soon one is made by merging. Of the texts that are asked for two in
 * five are no piece: a small table of bits, which stays near the processor, answers for most of
 * them. */
#ifndef CALIB_SENTENCEPIECE_PIECE_TABLE_H
#define CALIB_SENTENCEPIECE_PIECE_TABLE_H

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

    /* Slots that a key may be in. Two or three nearly always do; should a model be made so that its
     * pieces meet in one place, what finds all taken is kept like a long text. */
    static constexpr std::size_t TRIES = 32;

    /* A text's first SHORT bytes, or zeros, and its length as the last byte: `high` is 0 for an
     * empty text only. Up to SHORT bytes that is the text; a longer one is looked up otherwise. */
    struct Key {
        std::uint64_t low, high;

        bool operator==(const Key &other) const
        {
            return low == other.low && high == other.high;
        }
    };

public:
    /** Of two pieces the one of the larger `order` is made first. */
    struct Entry {
        std::uint32_t order; /* 0: no piece */
        std::int32_t id;
    };

    /** A look-up that has begun. */
    struct Probe {
        std::string_view text;
        Key key;
        std::size_t slot;
        bool maybe;
    };

    /** So many bytes from a text's beginning must be readable when it is asked for. */
    static constexpr std::size_t READ = 16;

    /** The order of a finite score: equal for equal scores, larger for larger ones, never 0. */
    static std::uint32_t order_of(float score);

    /** For `n` pieces; more are found slower. Forgets all; comes first. */
    void reserve(std::size_t n);

    /** `text` is not empty, and outlives the table. */
    void insert(std::string_view text, Entry entry);

    /** A look-up is in two steps, so that another can begin before the answer of the first is
     * waited for. An empty text is no piece. */
    Probe probe(std::string_view text) const
    {
        Key key = key_of(text.data(), text.size());
        std::size_t bit = bit_of(key);
        return {text, key, bit / BITS_PER_SLOT, (filter_[bit / 64] >> bit % 64 & 1) != 0};
    }

    Entry find(const Probe &probe) const
    {
        if (!probe.maybe)
            return {0, 0};
        if (probe.text.size() <= SHORT)
            for (std::size_t i = 0; i < TRIES; i++) {
                const Slot &slot = slots_[(probe.slot + i) & mask_];
                if (slot.key.high == 0 || slot.key == probe.key)
                    return slot.entry;
            }
        return find_other(probe.text);
    }

    Entry find(std::string_view text) const
    {
        return find(probe(text));
    }

private:
    struct Slot {
        Key key; /* high 0: free */
        Entry entry;
    };

    static std::uint64_t load(const void *bytes)
    {
        std::uint64_t word;
        std::memcpy(&word, bytes, sizeof word);
        return word;
    }

    static Key key_of(const char *text, std::size_t size)
    {
        /* The bytes from [16 - len] on mask a text in memory order, on either endianness. */
        static constexpr unsigned char mask[32] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                                   0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
        static constexpr unsigned char last_byte[8] = {0, 0, 0, 0, 0, 0, 0, 1};
        std::size_t shown = std::min(size, SHORT);
        std::uint64_t len = std::min<std::size_t>(size, 255);
        return {load(text) & load(mask + 16 - shown),
                (load(text + 8) & load(mask + 24 - shown)) | load(last_byte) * len};
    }

    /* A key's bit in the filter; divided by BITS_PER_SLOT, its slot. The upper bits of the sum,
     * which are used, depend on all of the key. */
    std::size_t bit_of(const Key &key) const
    {
        std::uint64_t hash =
            key.low * UINT64_C(0x9e3779b97f4a7c15) + key.high * UINT64_C(0xe7037ed1a0b428db);
        return static_cast<std::size_t>(hash >> filter_shift_);
    }

    Entry find_other(std::string_view text) const;

    std::vector<Slot> slots_;
    std::vector<std::uint64_t> filter_; /* the bit is set: may be there */
    std::size_t mask_ = 0;
    unsigned filter_shift_ = 0;
    std::unordered_map<std::string_view, Entry> others_; /* long, or without a slot */
};

} // namespace calib_sp

#endif
