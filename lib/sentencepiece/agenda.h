/* SPDX-License-Identifier: MIT */
/* A short text while it is merged: which neighbours can be joined, and which are the next. */
#ifndef CALIB_SENTENCEPIECE_AGENDA_H
#define CALIB_SENTENCEPIECE_AGENDA_H

#include "piece_table.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace calib_sp
{

/** A set of places: offsets below 64. */
class Places
{
public:
    Places() = default;

    bool empty() const
    {
        return bits_ == 0;
    }

    void add(std::size_t place)
    {
        bits_ |= bit(place);
    }

    void remove(std::size_t place)
    {
        bits_ &= ~bit(place);
    }

    /** Those above a place that is below 63. */
    Places behind(std::size_t place) const
    {
        return Places(bits_ & ~std::uint64_t{0} << (place + 1));
    }

    Places before(std::size_t place) const
    {
        return Places(bits_ & (bit(place) - 1));
    }

    /** Of a set that is not empty. */
    std::size_t first() const
    {
#ifdef __GNUC__
        return static_cast<std::size_t>(__builtin_ctzll(bits_));
#else
        std::size_t place = 0;
        while (!(bits_ & bit(place)))
            place++;
        return place;
#endif
    }

    std::size_t last() const
    {
#ifdef __GNUC__
        return static_cast<std::size_t>(63 - __builtin_clzll(bits_));
#else
        std::size_t place = 63;
        while (!(bits_ & bit(place)))
            place--;
        return place;
#endif
    }

private:
    explicit Places(std::uint64_t bits) : bits_(bits)
    {
    }

    static std::uint64_t bit(std::size_t place)
    {
        return std::uint64_t{1} << place;
    }

    std::uint64_t bits_ = 0;
};

/** The pairs of neighbours that can be joined, by the place where they begin. Each is one number,
 *  the order of what it makes and, in the lowest bits, how far from the right it is: the largest is
 *  the next, and no branch is needed to find it. */
class Agenda
{
public:
    /** Bytes of the longest text: a place for each, and one for its end. */
    static constexpr std::size_t LONGEST = 56;

    /** For a text of `size` bytes: no pair yet. */
    explicit Agenda(std::size_t size) : end_((size + STRIDE - 1) / STRIDE * STRIDE)
    {
        std::fill(pairs_, pairs_ + end_, 0);
    }

    /** `made` is no piece: the pair that begins there cannot be joined. */
    void set(std::size_t place, PieceTable::Entry made)
    {
        std::uint64_t order = made.order;
        pairs_[place] = order ? order << PLACE_BITS | (LAST_PLACE - place) : 0;
        ids_[place] = made.id;
    }

    void remove(std::size_t place)
    {
        pairs_[place] = 0;
    }

    /** The pair of the highest order, of equal ones the leftmost; false when there is none. */
    bool next(std::size_t &place) const
    {
        std::uint64_t best = 0;
        for (std::size_t at = 0; at < end_; at += STRIDE) {
            const std::uint64_t *p = pairs_ + at;
            std::uint64_t left = std::max(std::max(p[0], p[1]), std::max(p[2], p[3]));
            std::uint64_t right = std::max(std::max(p[4], p[5]), std::max(p[6], p[7]));
            best = std::max(best, std::max(left, right));
        }
        place = LAST_PLACE - (best & LAST_PLACE);
        return best != 0;
    }

    /** Of the piece that the pair makes. */
    std::int32_t id(std::size_t place) const
    {
        return ids_[place];
    }

private:
    static constexpr std::size_t STRIDE = 8;
    static constexpr unsigned PLACE_BITS = 6;
    static constexpr std::size_t LAST_PLACE = (1 << PLACE_BITS) - 1;
    static_assert(LONGEST % STRIDE == 0, "next() reads whole strides");
    static_assert(LONGEST < LAST_PLACE, "Places::behind()");

    std::uint64_t pairs_[LONGEST]; /* 0: none */
    std::int32_t ids_[LONGEST];
    std::size_t end_;
};

} // namespace calib_sp

#endif
