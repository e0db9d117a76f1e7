/* SPDX-License-Identifier: MIT */
/* The normalization rules of a model: a double-array trie (darts-clone) from texts to their
 * replacements. */
#ifndef CALIB_SENTENCEPIECE_CHARSMAP_H
#define CALIB_SENTENCEPIECE_CHARSMAP_H

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace calib_sp
{

class Charsmap
{
public:
    /** Takes the blob, which may be empty (no rules). Returns false if a walk through it could
     * leave it. */
    bool load(std::string_view blob);

    /** Returns the length of the longest rule that `text` begins with, 0 if there is none, and
     * gives its replacement. */
    std::size_t match(std::string_view text, std::string_view &replacement) const;

    /** Returns true if a rule may begin with `text`, or `text` with a rule. */
    bool meets(std::string_view text) const;

    bool empty() const
    {
        return units_.empty();
    }

    /** All bases are below this. */
    std::size_t size() const
    {
        return units_.size();
    }

    /** The base at which every rule begins. Only if there are rules. */
    std::size_t root() const;

    /** A byte that continues the rules at a base. */
    struct Child {
        unsigned char byte;
        std::size_t base;       /* where the rules that begin with it continue */
        bool has_value;         /* a rule ends with it */
        std::string_view value; /* its replacement */
    };

    /** The children of all bases. The map must outlive it. */
    class Children
    {
    public:
        /** Calls `visit` with each child of a base. Stops and returns false once it does. */
        template <typename Visit> bool all_of(std::size_t base, const Visit &visit) const
        {
            for (std::uint32_t i = first_[base]; i < first_[base + 1]; i++)
                if (!visit(map_->child(order_[i])))
                    return false;
            return true;
        }

        /** Returns true if a base has none. */
        bool none(std::size_t base) const
        {
            return first_[base] == first_[base + 1];
        }

    private:
        friend class Charsmap;

        const Charsmap *map_ = nullptr;
        /* The children of base b are the units order_[i] with first_[b] <= i < first_[b + 1]. */
        std::vector<std::uint32_t> first_, order_;
    };

    /** Sorts the units by the base from which a walk reaches them. */
    Children children() const;

private:
    Child child(std::size_t unit) const;
    std::string_view value(std::size_t at) const;

    std::vector<std::uint32_t> units_;
    std::string_view values_;
};

} // namespace calib_sp

#endif
