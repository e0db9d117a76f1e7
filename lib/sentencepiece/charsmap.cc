/* SPDX-License-Identifier: MIT */
#include "charsmap.h"

#include "little_endian.h"

namespace calib_sp
{

namespace
{

/* The parts of a unit. A leaf has the top bit set, so its label equals no byte. */
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

} // namespace

bool Charsmap::load(std::string_view blob)
{
    if (blob.empty())
        return true;
    if (blob.size() < 4)
        return false;
    std::size_t size = little_endian_32(blob.data());
    if (size >= blob.size() - 4 || size < 4 || size % 4 != 0)
        return false;
    values_ = blob.substr(4 + size);
    units_.resize(size / 4);
    for (std::size_t i = 0; i < units_.size(); i++)
        units_[i] = little_endian_32(blob.data() + 4 + 4 * i);
    /* From a unit, the next step reads any of the 256 units around its base, and its value if it
     * has one. A walk always continues from the first unit, and never from a leaf. */
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

std::size_t Charsmap::root() const
{
    return offset(units_[0]);
}

Charsmap::Child Charsmap::child(std::size_t id) const
{
    std::uint32_t unit = units_[id];
    std::size_t base = id ^ offset(unit);
    auto byte = static_cast<unsigned char>(label(unit));
    if (!has_leaf(unit))
        return {byte, base, false, {}};
    return {byte, base, true, value(units_[base] & 0x7fffffff)};
}

Charsmap::Children Charsmap::children() const
{
    Children children;
    children.map_ = this;
    std::vector<std::uint32_t> &first = children.first_, &order = children.order_;
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
    return children;
}

} // namespace calib_sp
