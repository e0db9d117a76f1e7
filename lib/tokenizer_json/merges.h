/* SPDX-License-Identifier: MIT */
/* The list of merges: what two entries of the vocabulary side by side become. Most pairs that are
 * looked up are not merged: a filter, small enough to stay in the cache, answers most of those.
 *
 * A look-up waits for memory more than for anything else, so a slot has only 64 bits. The hash of a
 * pair is a permutation of its two numbers: the place in the table tells the upper bits, the slot
 * holds the lower ones, and no pair is taken for another one. */
#ifndef CALIB_TOKENIZER_JSON_MERGES_H
#define CALIB_TOKENIZER_JSON_MERGES_H

#include "adapter/merge_queue.h"
#include "table.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace calib_tj
{

class Merges
{
public:
    /** A look-up that has begun. */
    struct Probe {
        std::uint64_t tag;
        std::size_t slot;
        bool maybe;
    };

    /** Number of hashes to choose from when a table is built. One multiplication scatters some
     *  lists badly, such as a suffix behind thousands of entries in a row: what collides with one
     *  hash rarely does with the next. */
    static constexpr unsigned N_HASHES = 8;

    /** Builds the table: `fill()` adds all merges, and returns false as soon as add() does. It is
     *  then called again with another hash. Returns false if the merges collide with every hash.
     *  The numbers are those of reserve(). Throws std::bad_alloc. */
    template <typename Fill>
    bool build(std::size_t n, std::size_t n_places, std::size_t n_entries, Fill &&fill)
    {
        for (unsigned hash = 0; hash < N_HASHES; hash++) {
            reserve(n, n_places, n_entries, hash);
            if (fill())
                return true;
        }
        return false;
    }

    /** Empties the table and makes room for `n` merges, with places below `n_places`, of entries
     *  below `n_entries`. These numbers are below 2^27, and `hash` is below N_HASHES. Throws
     *  std::bad_alloc. */
    void reserve(std::size_t n, std::size_t n_places, std::size_t n_entries, unsigned hash);

    /** A merge that is not in the table yet. */
    struct Pending {
        std::uint64_t pair, merge;
    };

    /** Begins to add the entry that a pair of entries becomes, and its place in the list: what
     *  stands first is merged first. Several can be under way at once. */
    Pending prepare(std::int32_t left, std::int32_t right, std::int32_t result, std::size_t place)
    {
        std::uint64_t pair = pair_of(left, right), merge = place + 1;
        std::size_t slot = slot_of(hash_of(pair));
        prefetch_line(&slots_[slot]);
        prefetch_line(&filter_[slot >> FILTER_SHIFT]);
        if (result_mask_ != 0)
            merge |= static_cast<std::uint64_t>(result) << place_bits_;
        else
            results_[place] = result;
        return {pair, merge};
    }

    /** Adds a merge. Of a pair that comes twice the later one counts. Returns false if too many
     *  pairs collide with this hash. */
    bool add(const Pending &pending)
    {
        std::uint64_t hash = hash_of(pending.pair), tag = tag_of(hash);
        std::size_t at = slot_of(hash);
        filter_[at >> FILTER_SHIFT] |= filter_mask(pending.pair);
        for (std::uint64_t n = 0; n < TRIES; n++, tag += distance_, at = (at + 1) & mask_) {
            std::uint64_t &slot = slots_[at];
            if (slot == 0 || (slot & tag_mask_) == tag) {
                slot = tag | pending.merge;
                return true;
            }
        }
        return false;
    }

    /** Begins a look-up. If `is_pair` is false, find() finds nothing, and no slot but the first is
     *  asked for: what is never read would only push other lines out of the cache. */
    Probe probe(std::int32_t left, std::int32_t right, bool is_pair = true) const
    {
        std::uint64_t pair = pair_of(left, right), hash = hash_of(pair), mask = filter_mask(pair);
        std::size_t slot = slot_of(hash) & (std::size_t{0} - is_pair);
        prefetch_line(&slots_[slot]); /* not only if the filter says so, which would come late */
        bool maybe = is_pair & ((filter_[slot >> FILTER_SHIFT] & mask) == mask);
        return {tag_of(hash), slot, maybe};
    }

    /** Ends a look-up. Returns order 0 if the pair is not merged. */
    Merge find(const Probe &probe) const
    {
        if (!probe.maybe)
            return {0, 0};
        std::size_t at = probe.slot;
        std::uint64_t tag = probe.tag;
        for (std::uint64_t n = 0; n < TRIES; n++, tag += distance_, at = (at + 1) & mask_) {
            std::uint64_t slot = slots_[at];
            if (slot == 0)
                break;
            if ((slot & tag_mask_) == tag)
                return merge_in(slot);
        }
        return {0, 0};
    }

private:
    /* A word of the filter serves this many slots. */
    static constexpr unsigned FILTER_SHIFT = 4;

    /* Slots that a pair may be in. In a table that is 5/8 full no run is that long by chance. */
    static constexpr unsigned DISTANCE_BITS = 8;
    static constexpr std::uint64_t TRIES = 1 << DISTANCE_BITS;

    /* Each step of this and of hash_of() can be undone, so the hashes of two pairs differ. */
    std::uint64_t pair_of(std::int32_t left, std::int32_t right) const
    {
        auto l = static_cast<std::uint32_t>(left), r = static_cast<std::uint32_t>(right);
        return std::uint64_t{l} << entry_bits_ | (l ^ r);
    }

    /* The hash stands in the upper bits, of which the highest depend on all of the pair. */
    std::uint64_t hash_of(std::uint64_t pair) const
    {
        return pair * factor_;
    }

    std::size_t slot_of(std::uint64_t hash) const
    {
        return static_cast<std::size_t>(hash >> slot_shift_);
    }

    std::uint64_t tag_of(std::uint64_t hash) const
    {
        return hash << (64 - slot_shift_); /* what the slot tells is shifted out */
    }

    /* Two bits of a word, by another hash than the one that chooses the word. */
    static std::uint64_t filter_mask(std::uint64_t pair)
    {
        std::uint64_t other = pair * UINT64_C(0xd6e8feb86659fd93);
        return std::uint64_t{1} << (other >> 58) | std::uint64_t{1} << (other >> 52 & 63);
    }

    Merge merge_in(std::uint64_t slot) const
    {
        auto place = static_cast<std::size_t>(slot & place_mask_);
        return {std::numeric_limits<std::uint32_t>::max() - static_cast<std::uint32_t>(place),
                result_mask_ != 0 ? static_cast<std::int32_t>(slot >> place_bits_ & result_mask_)
                                  : results_[place - 1]};
    }

    /* A slot is 0, or from its lowest bits on: the merge's place and 1, the entry that it makes,
     * how far the slot is behind the one where the pair belongs, and the lower bits of the hash. */
    Table<std::uint64_t> slots_;
    Table<std::uint64_t> filter_;       /* both bits set: the pair may be in the table */
    std::vector<std::int32_t> results_; /* by place, if they have no room in the slots */
    std::size_t mask_ = 0;
    unsigned place_bits_ = 0, entry_bits_ = 0, slot_shift_ = 0;
    std::uint64_t place_mask_ = 0, result_mask_ = 0, factor_ = 0, tag_mask_ = 0, distance_ = 0;
};

} // namespace calib_tj

#endif
