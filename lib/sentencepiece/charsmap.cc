/* SPDX-License-Identifier: MIT */
#include "charsmap.h"

#include <string>

namespace calib_sp
{

namespace
{

/* The library collects matches in an array of this size and does not check it. */
constexpr std::size_t MOST_NESTED_RULES = 32;

constexpr std::size_t MOST_WAYS = 16;

/* The parts of a unit. A leaf has the top bit set, so its label is no byte's. */
std::uint32_t label(std::uint32_t unit)
{
    return unit & (UINT32_C(1) << 31 | 0xff);
}

bool is_leaf(std::uint32_t unit)
{
    return unit >> 31;
}

bool has_leaf(std::uint32_t unit)
{
    return unit >> 8 & 1;
}

std::size_t offset(std::uint32_t unit)
{
    return static_cast<std::size_t>(unit >> 10) << ((unit & UINT32_C(1) << 9) >> 6);
}

std::uint32_t little_endian(std::string_view bytes, std::size_t at)
{
    std::uint32_t value = 0;
    for (unsigned i = 0; i < 4; i++)
        value |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
    return value;
}

} // namespace

bool Charsmap::load(std::string_view blob)
{
    if (blob.empty())
        return true;
    if (blob.size() < 4)
        return false;
    std::size_t size = little_endian(blob, 0);
    if (size >= blob.size() - 4 || size < 4 || size % 4 != 0)
        return false;
    values_ = blob.substr(4 + size);
    units_.reserve(size / 4);
    for (std::size_t at = 0; at < size; at += 4)
        units_.push_back(little_endian(blob, 4 + at));
    return check();
}

/* From a unit the next step reads any of the 256 around its base, and its value when it has one.
 * A walk goes on from the first unit whatever that is, and from no leaf. */
bool Charsmap::check() const
{
    if (values_.back() != '\0' || units_.size() % 256 != 0 || is_leaf(units_[0]))
        return false;
    for (std::size_t id = 0; id < units_.size(); id++) {
        if (is_leaf(units_[id]))
            continue;
        std::size_t base = id ^ offset(units_[id]);
        if ((base | 0xff) >= units_.size())
            return false;
        if (has_leaf(units_[id]) && (units_[base] & 0x7fffffff) >= values_.size())
            return false;
    }
    return true;
}

std::string_view Charsmap::value(std::size_t at) const
{
    return values_.substr(at, values_.find('\0', at) - at);
}

std::size_t Charsmap::match(std::string_view text, std::string_view &replacement) const
{
    if (units_.empty())
        return 0;
    std::size_t longest = 0, found = 0, at = offset(units_[0]);
    for (std::size_t i = 0; i < text.size(); i++) {
        unsigned char byte = static_cast<unsigned char>(text[i]);
        std::uint32_t unit = units_[at ^ byte];
        if (label(unit) != byte)
            break;
        at ^= byte ^ offset(unit);
        if (has_leaf(unit)) {
            longest = i + 1;
            found = units_[at] & 0x7fffffff;
        }
    }
    if (longest)
        replacement = value(found);
    return longest;
}

bool Charsmap::meets(std::string_view text) const
{
    if (units_.empty())
        return false;
    std::size_t at = offset(units_[0]);
    for (char c : text) {
        unsigned char byte = static_cast<unsigned char>(c);
        std::uint32_t unit = units_[at ^ byte];
        if (label(unit) != byte)
            return false;
        if (has_leaf(unit))
            return true;
        at ^= byte ^ offset(unit);
    }
    return true;
}

/* The units by the base from which a walk comes to them: the children of node b are the units
 * units_[order[i]], first[b] <= i < first[b + 1]. */
void Charsmap::sort_children(std::vector<std::uint32_t> &first,
                             std::vector<std::uint32_t> &order) const
{
    first.assign(units_.size() + 1, 0);
    order.resize(units_.size());
    auto base_of = [this](std::size_t id) { return id ^ label(units_[id]); };
    for (std::size_t id = 0; id < units_.size(); id++)
        if (!is_leaf(units_[id]))
            first[base_of(id) + 1]++;
    for (std::size_t base = 0; base < units_.size(); base++)
        first[base + 1] += first[base];
    std::vector<std::uint32_t> next(first);
    for (std::size_t id = 0; id < units_.size(); id++)
        if (!is_leaf(units_[id]))
            order[next[base_of(id)]++] = static_cast<std::uint32_t>(id);
}

bool Charsmap::visit_rules(const Visit &visit) const
{
    struct Step {
        std::uint32_t unit;
        std::uint32_t depth;   /* length of the key before it */
        std::uint32_t n_rules; /* that are beginnings of the key */
    };
    if (units_.empty())
        return true;
    std::vector<std::uint32_t> first, order;
    sort_children(first, order);
    std::vector<Step> pending;
    auto push_children = [&](std::size_t base, std::uint32_t depth, std::uint32_t n_rules) {
        for (std::uint32_t i = first[base]; i < first[base + 1]; i++)
            pending.push_back({order[i], depth, n_rules});
    };
    std::string key;
    /* Ends of rules share their nodes, so there are more ways than units; a walk through a damaged
     * trie could go round and round. */
    std::size_t n_steps = 0, most = MOST_WAYS * units_.size();
    push_children(offset(units_[0]), 0, 0);
    while (!pending.empty()) {
        Step step = pending.back();
        pending.pop_back();
        std::uint32_t unit = units_[step.unit];
        std::size_t child = step.unit ^ offset(unit);
        key.resize(step.depth);
        key += static_cast<char>(label(unit));
        step.n_rules += has_leaf(unit);
        if (++n_steps > most || step.n_rules > MOST_NESTED_RULES)
            return false;
        if (has_leaf(unit) && !visit(key, value(units_[child] & 0x7fffffff)))
            return false;
        push_children(child, step.depth + 1, step.n_rules);
    }
    return true;
}

} // namespace calib_sp
