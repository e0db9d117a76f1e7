/* SPDX-License-Identifier: MIT */
#include "rank_reader.h"

#include "adapter/error.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace calib_tj
{

namespace
{

/* Every part of a token is looked up, which takes the square of its length in letters. The
 * published files have 7 million in all. */
constexpr std::uint64_t MOST_WORK = std::uint64_t{1} << 30;

/* Two tokens side by side, and what they become. */
struct Pair {
    std::int32_t left, right, result;
};

/* Returns true if a letter of the alphabet begins with this byte. */
bool begins_letter(char byte)
{
    return (byte & 0xc0) != 0x80;
}

int check_work(const Vocabulary &vocabulary)
{
    std::uint64_t work = 0;
    auto n = static_cast<std::int32_t>(vocabulary.size());
    for (std::int32_t entry = 0; entry < n; entry++) {
        std::string_view text = vocabulary.text(entry);
        auto n_letters =
            static_cast<std::uint64_t>(std::count_if(text.begin(), text.end(), begins_letter));
        work += n_letters * n_letters;
        if (work > MOST_WORK)
            return fail(CALIB_E_UNSUPPORTED, "the vocabulary has too many long tokens");
    }
    return 0;
}

/* Finds the pairs that make a token. Works on many tokens at a time: the lines of all their parts
 * are asked for before the first is looked at. */
class Splits
{
public:
    Splits(const Vocabulary &vocabulary, std::vector<Pair> &out)
        : vocabulary_(vocabulary), out_(out)
    {
    }

    void add_all()
    {
        auto size = static_cast<std::int32_t>(vocabulary_.size());
        for (std::int32_t begin = 0; begin < size; begin += AT_ONCE)
            add(begin, std::min(begin + AT_ONCE, size));
    }

private:
    static constexpr std::int32_t AT_ONCE = 16;

    struct Split {
        Vocabulary::Probe left, right;
        std::int32_t result;
    };

    void add(std::int32_t begin, std::int32_t end)
    {
        splits_.clear();
        for (std::int32_t result = begin; result < end; result++)
            split(vocabulary_.text(result), result);
        for (const Split &split : splits_) {
            std::int32_t left = vocabulary_.find(split.left);
            if (left == Vocabulary::NONE)
                continue;
            std::int32_t right = vocabulary_.find(split.right);
            if (right != Vocabulary::NONE)
                out_.push_back({left, right, split.result});
        }
    }

    void split(std::string_view text, std::int32_t result)
    {
        for (std::size_t at = 1; at < text.size(); at++)
            if (begins_letter(text[at]))
                splits_.push_back({part(text.substr(0, at)), part(text.substr(at)), result});
    }

    Vocabulary::Probe part(std::string_view text) const
    {
        return vocabulary_.probe(text, Vocabulary::key_of(text));
    }

    const Vocabulary &vocabulary_;
    std::vector<Pair> &out_;
    std::vector<Split> splits_;
};

/* Returns false if too many pairs collide. */
bool add_pairs(const std::vector<Pair> &pairs, Merges &out)
{
    std::array<Merges::Pending, 32> pending;
    for (std::size_t begin = 0; begin < pairs.size(); begin += pending.size()) {
        std::size_t n = std::min(pending.size(), pairs.size() - begin);
        for (std::size_t i = 0; i < n; i++) { /* the lowest rank is merged first */
            const Pair &pair = pairs[begin + i];
            pending[i] = out.prepare(pair.left, pair.right, pair.result,
                                     static_cast<std::size_t>(pair.result));
        }
        for (std::size_t i = 0; i < n; i++)
            if (!out.add(pending[i]))
                return false;
    }
    return true;
}

} // namespace

int find_merges(const Vocabulary &vocabulary, Merges &out)
{
    if (int status = check_work(vocabulary))
        return status;
    std::vector<Pair> pairs;
    Splits(vocabulary, pairs).add_all();
    bool fits = out.build(pairs.size(), vocabulary.size(), vocabulary.size(),
                          [&] { return add_pairs(pairs, out); });
    return fits ? 0 : fail(CALIB_E_UNSUPPORTED, "too many pairs of tokens collide in a table");
}

} // namespace calib_tj
