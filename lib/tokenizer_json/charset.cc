/* SPDX-License-Identifier: MIT */
#include "charset.h"

#include <algorithm>

namespace calib_tj
{

namespace
{

constexpr std::uint16_t NO_KIND = 0xffff;

template <typename Fn> void for_each_range(const CharSet &set, const Fn &fn)
{
    for (auto [first, last] : set.ranges)
        fn(first, last);
    for (const CharSet &member : set.members)
        for_each_range(member, fn);
    for (const CharSet &limit : set.limits)
        for_each_range(limit, fn);
}

/* Splits each kind by whether the set has the point. Returns the number of kinds. */
std::size_t refine(const CharSet &set, const std::vector<Point> &points,
                   std::vector<std::uint16_t> &kinds)
{
    std::array<std::uint16_t, 2 * (Kinds::MOST + 1)> renamed;
    renamed.fill(NO_KIND);
    std::uint16_t n = 0;
    for (std::size_t i = 0; i < points.size(); i++) {
        std::uint16_t &name = renamed[2u * kinds[i] + set.contains(points[i])];
        if (name == NO_KIND)
            name = n++;
        kinds[i] = name;
    }
    return n;
}

} // namespace

bool CharSet::contains(const Point &point) const
{
    auto has = [&point](const CharSet &set) { return set.contains(point); };
    auto holds = [&point](const std::pair<char32_t, char32_t> &range) {
        return range.first <= point.c && point.c <= range.second;
    };
    bool found = (categories >> static_cast<unsigned>(point.category) & 1) ||
                 (han && point.is_han) || std::any_of(ranges.begin(), ranges.end(), holds) ||
                 std::any_of(members.begin(), members.end(), has);
    return (found && std::all_of(limits.begin(), limits.end(), has)) != negated;
}

bool CharSet::operator==(const CharSet &other) const
{
    return categories == other.categories && han == other.han && negated == other.negated &&
           ranges == other.ranges && members == other.members && limits == other.limits;
}

std::size_t CharSet::size() const
{
    std::size_t n = 1 + ranges.size();
    for (const CharSet &member : members)
        n += member.size();
    for (const CharSet &limit : limits)
        n += limit.size();
    return n;
}

std::vector<Point> Kinds::points() const
{
    std::vector<Point> points;
    points.reserve(N_LOW + starts_.size() * 2 * N_CATEGORIES);
    for (char32_t c = 0; c < N_LOW; c++)
        points.push_back({c, category(c), is_han(c)});
    for (char32_t start : starts_)
        for (std::size_t i = 0; i < 2 * N_CATEGORIES; i++)
            points.push_back({start, static_cast<Category>(i / 2), i % 2 != 0});
    return points;
}

bool Kinds::build(const std::vector<CharSet> &sets, std::vector<KindSet> &members)
{
    starts_.assign(1, N_LOW);
    for (const CharSet &set : sets)
        for_each_range(set, [this](char32_t first, char32_t last) {
            starts_.push_back(std::max<char32_t>(first, N_LOW));
            starts_.push_back(std::max<char32_t>(last + 1, N_LOW));
        });
    std::sort(starts_.begin(), starts_.end());
    starts_.erase(std::unique(starts_.begin(), starts_.end()), starts_.end());

    std::vector<Point> all = points();
    std::vector<std::uint16_t> kinds(all.size());
    std::size_t n = 1;
    for (const CharSet &set : sets) {
        n = refine(set, all, kinds);
        if (n > MOST)
            return false;
    }
    members.assign(sets.size(), {});
    std::vector<bool> seen(n);
    for (std::size_t i = 0; i < all.size(); i++) {
        if (seen[kinds[i]])
            continue;
        seen[kinds[i]] = true;
        for (std::size_t k = 0; k < sets.size(); k++)
            members[k][kinds[i]] = sets[k].contains(all[i]);
    }
    auto narrow = [](std::uint16_t kind) { return static_cast<std::uint8_t>(kind); };
    auto middle = kinds.begin() + static_cast<std::ptrdiff_t>(N_LOW);
    std::transform(kinds.begin(), middle, low_.begin(), narrow);
    high_.resize(kinds.size() - N_LOW);
    std::transform(middle, kinds.end(), high_.begin(), narrow);
    n_ = static_cast<std::uint32_t>(n);
    return true;
}

std::uint32_t Kinds::of_high(char32_t c) const
{
    auto next =
        starts_.size() == 1 ? starts_.end() : std::upper_bound(starts_.begin(), starts_.end(), c);
    auto interval = static_cast<std::size_t>(next - starts_.begin()) - 1;
    auto trait = 2 * static_cast<std::size_t>(category(c)) + is_han(c);
    return high_[interval * 2 * N_CATEGORIES + trait];
}

} // namespace calib_tj
