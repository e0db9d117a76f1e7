/* SPDX-License-Identifier: MIT */
/* Tables for a rule that says whether texts may be cut between two characters: sets of pairs, flags
 * of characters, and the scan of a text. */
#ifndef CALIB_ADAPTER_CUT_TABLES_H
#define CALIB_ADAPTER_CUT_TABLES_H

#include "adapter.h"
#include "utf8.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace CALIB_ADAPTER
{

/** A set of pairs of characters, with open addressing: the scan looks up every place outside
 *  ASCII. */
class PairSet
{
public:
    /** Returns true if the pair was not in the set. */
    bool insert(char32_t left, char32_t right);
    bool has(char32_t left, char32_t right) const;

private:
    std::size_t slot_of(std::uint64_t key) const;
    void grow();

    std::vector<std::uint64_t> slots_; /* 0: free */
    std::size_t n_ = 0;
};

/** A number for each character, 0 at first, in pages that are allocated at the first write. */
template <typename Number> class CharacterTable
{
public:
    CharacterTable() : pages_(0x110000 >> 8)
    {
    }

    Number &at(char32_t c)
    {
        std::unique_ptr<Page> &page = pages_[c >> 8];
        if (!page)
            page = std::make_unique<Page>(Page{});
        return (*page)[c & 0xff];
    }

    Number operator[](char32_t c) const
    {
        const Page *page = pages_[c >> 8].get();
        return page ? (*page)[c & 0xff] : Number{0};
    }

private:
    using Page = std::array<Number, 256>;

    std::vector<std::unique_ptr<Page>> pages_;
};

using CharacterFlags = CharacterTable<std::uint8_t>;

/** Finds the cuts of a text by a rule, `bool allowed(char32_t left, char32_t right)`. */
class CutScanner
{
public:
    /** Tabulates the rule for ASCII. */
    template <typename Rule> void build(const Rule &allowed)
    {
        ascii_.assign(128 * 128, 0);
        for (char32_t left = 0; left < 128; left++)
            for (char32_t right = 0; right < 128; right++)
                ascii_[left << 7 | right] = allowed(left, right);
    }

    /** Writes the offsets of cuts in `text`, at most `cap`, and returns their number. There is no
     *  cut beside bytes that are not UTF-8. */
    template <typename Rule>
    std::size_t scan(std::string_view text, std::size_t *offsets, std::size_t cap,
                     const Rule &allowed) const
    {
        std::size_t n = 0, len = 0;
        if (text.empty() || cap == 0)
            return 0;
        char32_t left = first_character(text, len);
        for (std::size_t at = len; at < text.size() && n < cap;) {
            if (left < 0x80) {
                std::size_t until = std::min(text.size(), at + (cap - n));
                bool all_ascii = scan_ascii(text, at, until, offsets, n);
                left = static_cast<unsigned char>(text[at - 1]);
                if (all_ascii)
                    continue;
            }
            char32_t right = first_character(text.substr(at), len);
            if (left != NO_CHARACTER && right != NO_CHARACTER && allowed(left, right))
                offsets[n++] = at;
            left = right;
            at += len;
        }
        return n;
    }

private:
    bool scan_ascii(std::string_view text, std::size_t &at, std::size_t until, std::size_t *offsets,
                    std::size_t &n) const;

    std::vector<std::uint8_t> ascii_; /* [left << 7 | right] */
};

} // namespace CALIB_ADAPTER

#endif
