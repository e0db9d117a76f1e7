/* SPDX-License-Identifier: MIT */
#include "rank_reader.h"

#include "adapter/error.h"
#include "alphabet.h"

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace calib_tj
{

namespace
{

/* Every part of a token is looked up, which takes the square of its length. The published files
 * have 7 million in all. */
constexpr std::uint64_t MOST_WORK = std::uint64_t{1} << 30;

/* Two tokens side by side, and what they become. */
struct Pair {
    std::int32_t left, right, result;
};

std::string_view token(const Ranks &ranks, std::size_t rank)
{
    std::size_t begin = rank ? ranks.ends[rank - 1] : 0;
    return std::string_view(ranks.bytes).substr(begin, ranks.ends[rank] - begin);
}

int check_work(const Ranks &ranks)
{
    std::uint64_t work = 0;
    for (std::size_t rank = 0; rank < ranks.ends.size(); rank++) {
        std::uint64_t size = token(ranks, rank).size();
        work += size * size;
        if (work > MOST_WORK)
            return fail(CALIB_E_UNSUPPORTED, "the vocabulary has too many long tokens");
    }
    return 0;
}

/* Finds the pairs that make a token. Works on many tokens at a time: the slots of all their parts
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

    struct Part {
        std::string_view text;
        Vocabulary::Key key;
    };
    struct Split {
        Part left, right;
        std::int32_t result;
    };

    void add(std::int32_t begin, std::int32_t end)
    {
        texts_.clear();
        for (std::int32_t result = begin; result < end; result++)
            texts_.append(vocabulary_.text(result));
        texts_.append(Vocabulary::READ, '\0');
        splits_.clear();
        std::size_t at = 0;
        for (std::int32_t result = begin; result < end; result++) {
            std::size_t size = vocabulary_.text(result).size();
            split(std::string_view(texts_).substr(at, size), result);
            at += size;
        }
        for (const Split &split : splits_) {
            std::int32_t left = vocabulary_.find(split.left.text, split.left.key);
            if (left == Vocabulary::NONE)
                continue;
            std::int32_t right = vocabulary_.find(split.right.text, split.right.key);
            if (right != Vocabulary::NONE)
                out_.push_back({left, right, split.result});
        }
    }

    void split(std::string_view text, std::int32_t result)
    {
        for (std::size_t at = 1; at < text.size(); at++)
            if ((text[at] & 0xc0) != 0x80) /* a letter of the alphabet begins */
                splits_.push_back({part(text.substr(0, at)), part(text.substr(at)), result});
    }

    Part part(std::string_view text) const
    {
        Vocabulary::Key key = Vocabulary::key_of(text);
        vocabulary_.prefetch(key);
        return {text, key};
    }

    const Vocabulary &vocabulary_;
    std::vector<Pair> &out_;
    std::string texts_;
    std::vector<Split> splits_;
};

} // namespace

int read_vocabulary(const Ranks &ranks, Vocabulary &out)
{
    std::string letters;
    out.reserve(ranks.ends.size(), 2 * ranks.bytes.size());
    for (std::size_t rank = 0; rank < ranks.ends.size(); rank++) {
        std::string_view bytes = token(ranks, rank);
        letters.resize(2 * bytes.size() + Vocabulary::READ);
        std::string_view text(letters.data(), ALPHABET.spell(bytes, letters.data()));
        auto id = ranks.first_id + static_cast<std::int32_t>(rank);
        switch (out.add(text, Vocabulary::key_of(text), id)) {
        case Vocabulary::Added::repeated:
            return fail(CALIB_E_MODEL, "vocab[%zu] has the bytes of another token", rank);
        case Vocabulary::Added::collides:
            return fail(CALIB_E_UNSUPPORTED, "vocab[%zu] collides with too many others in a table",
                        rank);
        case Vocabulary::Added::yes: break;
        }
    }
    out.finish(); /* ids ascend */
    return 0;
}

int read_merges(const Ranks &ranks, const Vocabulary &vocabulary, Merges &out, Roles &roles)
{
    if (int status = check_work(ranks))
        return status;
    std::vector<Pair> pairs;
    Splits(vocabulary, pairs).add_all();
    roles.is_part.assign(vocabulary.size(), true);
    roles.is_result.assign(vocabulary.size(), true);
    out.reserve(pairs.size());
    for (std::size_t i = 0; i < pairs.size(); i++) {
        const Pair &pair = pairs[i];
        constexpr std::size_t AHEAD = 8;
        if (i + AHEAD < pairs.size())
            out.prefetch(pairs[i + AHEAD].left, pairs[i + AHEAD].right);
        auto order =
            std::numeric_limits<std::uint32_t>::max() - static_cast<std::uint32_t>(pair.result);
        if (!out.set(pair.left, pair.right, {order, pair.result}))
            return fail(CALIB_E_UNSUPPORTED, "too many pairs of tokens collide in a table");
    }
    return 0;
}

} // namespace calib_tj
