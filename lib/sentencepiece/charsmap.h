/* SPDX-License-Identifier: MIT */
/* The normalization rules of a model: a double-array trie (darts-clone) from texts to their
 * replacements. */
#ifndef CALIB_SENTENCEPIECE_CHARSMAP_H
#define CALIB_SENTENCEPIECE_CHARSMAP_H

#include <cstddef>
#include <cstdint>
#include <functional>
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

    using Visit = std::function<bool(std::string_view key, std::string_view replacement)>;

    /** Calls `visit` with every rule. Returns false if it returns false, or if more rules begin
     * with one another than the library has room for. */
    bool visit_rules(const Visit &visit) const;

private:
    void sort_children(std::vector<std::uint32_t> &first, std::vector<std::uint32_t> &order) const;
    std::string_view value(std::size_t at) const;

    std::vector<std::uint32_t> units_;
    std::string_view values_;
};

} // namespace calib_sp

#endif
