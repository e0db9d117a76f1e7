/* SPDX-License-Identifier: MIT */
/* The merge loop over a look-up by pairs of ids, as a list of merges is read, compared with a loop
 * that replaces ids in a list. TAP. */
#include "adapter/merge_loop.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

using namespace CALIB_ADAPTER;

namespace
{

using Random = std::mt19937;
using Merges = std::map<std::pair<std::int32_t, std::int32_t>, Merge>;

constexpr std::int32_t N_LETTERS = 4;

/* Each byte of the text is a symbol, whose id is the byte. */
struct IdLookup {
    const Merges &merges;
    const std::string &text;

    std::size_t length(std::size_t) const
    {
        return 1;
    }

    std::int32_t id(std::size_t begin, std::size_t) const
    {
        return text[begin];
    }

    Merge first(const Neighbours &pair) const
    {
        return find(pair);
    }

    Neighbours probe(const Neighbours &pair) const
    {
        return pair;
    }

    Merge find(const Neighbours &pair) const
    {
        auto found = merges.find({pair.left_id, pair.right_id});
        return pair.end == pair.left || found == merges.end() ? Merge{0, 0} : found->second;
    }
};

Merges make_merges(Random &random)
{
    Merges merges;
    std::uint32_t order = 1000;
    std::int32_t n_ids = N_LETTERS;
    for (unsigned n = random() % 60; n > 0; n--) {
        auto left = static_cast<std::int32_t>(random() % static_cast<unsigned>(n_ids));
        auto right = static_cast<std::int32_t>(random() % static_cast<unsigned>(n_ids));
        if (merges.insert({{left, right}, {order, n_ids}}).second) {
            order -= random() % 2; /* some are of the same order */
            n_ids++;
        }
    }
    return merges;
}

std::vector<std::int32_t> expected_ids(const Merges &merges, const std::string &text)
{
    std::vector<std::int32_t> ids(text.begin(), text.end());
    for (;;) {
        std::size_t best = ids.size();
        Merge merge = {0, 0};
        for (std::size_t i = 0; i + 1 < ids.size(); i++) {
            auto found = merges.find({ids[i], ids[i + 1]});
            if (found == merges.end() || found->second.order <= merge.order)
                continue;
            best = i;
            merge = found->second;
        }
        if (best == ids.size())
            return ids;
        ids[best] = merge.id;
        ids.erase(ids.begin() + static_cast<std::ptrdiff_t>(best) + 1);
    }
}

bool check(Random &random, bool is_long)
{
    std::size_t longest = is_long ? 200 : MergeQueue::LONGEST;
    for (int i = 0; i < 20000; i++) {
        Merges merges = make_merges(random);
        std::string text(1 + random() % longest, '\0');
        for (char &c : text)
            c = static_cast<char>(random() % N_LETTERS);
        std::vector<std::int32_t> ids;
        std::size_t covered = 0;
        auto put = [&](std::size_t begin, std::size_t end, std::int32_t id) {
            ids.push_back(id);
            covered = begin == covered && end > begin ? end : text.size() + 1;
        };
        if (is_long)
            merge_long(IdLookup{merges, text}, text.size(), put);
        else
            merge_short(IdLookup{merges, text}, text.size(), put);
        if (covered != text.size() || ids != expected_ids(merges, text))
            return false;
    }
    return true;
}

} // namespace

int main()
{
    Random random(1);
    std::printf("1..2\n");
    std::printf("%sok 1 - short texts\n", check(random, false) ? "" : "not ");
    std::printf("%sok 2 - texts of any length\n", check(random, true) ? "" : "not ");
    return 0;
}
