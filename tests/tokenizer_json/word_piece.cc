/* SPDX-License-Identifier: MIT */
/* Pieces of words, against a search that tries every length. TAP. */
#include "word_piece.h"

#include "adapter/error.h"
#include "adapter/utf8.h"
#include "tell.h"

#include <map>
#include <random>
#include <string>
#include <vector>

using namespace calib_tj;

namespace
{

using Ids = std::vector<std::int32_t>;
using Entries = std::map<std::string, std::int32_t>;

struct Model {
    Entries entries;
    std::string unknown = "[UNK]", prefix = "##";
    std::size_t most = 100;
};

/* What is built points into the model. */
ModelSpec spec;

int build(const Model &from, WordPiece &out)
{
    spec = ModelSpec();
    for (const auto &[text, id] : from.entries) {
        spec.entries.add(text);
        spec.ids.push_back(id);
    }
    spec.unknown = from.unknown;
    spec.prefix = from.prefix;
    spec.most_characters = from.most;
    return out.build(spec);
}

/* False: there is no token for an unknown word. */
bool pieces(const Model &model, const std::string &word, Ids &ids)
{
    std::size_t n = ids.size();
    bool good = count_characters(word) <= model.most;
    for (std::size_t at = 0; good && at < word.size();) {
        std::size_t end = word.size();
        auto found = model.entries.end();
        for (; end > at && found == model.entries.end(); end--)
            found = model.entries.find((at ? model.prefix : "") + word.substr(at, end - at));
        good = found != model.entries.end();
        if (good)
            ids.push_back(found->second);
        at = end + 1;
    }
    if (good)
        return true;
    ids.resize(n);
    auto unknown = model.entries.find(model.unknown);
    if (unknown != model.entries.end())
        ids.push_back(unknown->second);
    return unknown != model.entries.end();
}

int encode(const WordPiece &built, const std::string &word, Ids &ids)
{
    IdList list;
    list.append(ids.data(), ids.size());
    int status = built.encode(word, list);
    ids.assign(list.data(), list.data() + list.size());
    return status;
}

bool same(const Model &model, const WordPiece &built, const std::string &word)
{
    Ids expected = {7}, ids = {7};
    bool good = pieces(model, word, expected);
    return (encode(built, word, ids) == (good ? 0 : CALIB_E_ENCODE)) && ids == expected;
}

std::string random_word(std::mt19937 &random, std::size_t most)
{
    static const std::vector<std::string> letters = {"a", "b", "a", "\xc3\xa9", "\xe4\xb8\xad",
                                                     "#"};
    std::string word;
    for (std::size_t n = 1 + random() % most; n > 0; n--)
        word += letters[random() % letters.size()];
    return word;
}

void test_random()
{
    std::mt19937 random(1);
    bool good = true;
    WordPiece built;
    for (int i = 0; i < 150 && good; i++) {
        Model model;
        model.prefix = std::vector<std::string>{"##", "", "#", "\xc3\xa9", "a##"}[random() % 5];
        model.most = std::vector<std::size_t>{0, 3, 20, 1000}[random() % 4];
        if (random() % 4)
            model.entries["[UNK]"] = 1000000;
        for (std::size_t n = random() % 300; n > 0; n--) {
            std::string text = random_word(random, random() % 8 ? 4 : 90);
            if (random() % 2)
                text = model.prefix + text;
            model.entries.emplace(text, static_cast<std::int32_t>(3 * model.entries.size()));
        }
        good = build(model, built) == 0;
        for (int k = 0; k < 200 && good; k++)
            good = same(model, built, random_word(random, k % 10 ? 8 : 300));
    }
    tell(good, "random words are divided as by a search that tries every length");
}

/* Entries of up to 200 bytes, each of which is the longest at some word. */
void test_lengths()
{
    Model model;
    model.entries["[UNK]"] = 0;
    for (std::int32_t n = 1; n <= 200; n++) {
        model.entries[std::string(static_cast<std::size_t>(n), 'a')] = n;
        model.entries["##" + std::string(static_cast<std::size_t>(n), 'a')] = 1000 + n;
    }
    model.most = 500;
    WordPiece built;
    bool good = build(model, built) == 0;
    for (std::size_t n = 1; n <= 501 && good; n++)
        good = same(model, built, std::string(n, 'a')) &&
               same(model, built, std::string(n, 'a') + "b");
    tell(good, "entries of every length");
}

void test_unknown()
{
    Model model;
    model.entries = {{"a", 5}, {"##b", 6}};
    WordPiece built;
    Ids ids = {1};
    bool good = build(model, built) == 0 && encode(built, "ab", ids) == 0;
    tell(good && ids == Ids({1, 5, 6}), "pieces");
    clear_error();
    tell(encode(built, "abc", ids) == CALIB_E_ENCODE && ids == Ids({1, 5, 6}) &&
             std::string(last_error().message).find("unk_token") != std::string::npos,
         "without the unknown token a text is refused, and nothing is appended");
    tell(built.token(6) == "##b" && built.token(7).empty() && built.prefix() == "##",
         "texts of entries");
    model.entries["[UNK]"] = 9;
    good = build(model, built) == 0 && encode(built, "abc", ids) == 0;
    tell(good && ids == Ids({1, 5, 6, 9}), "it can be built again");
}

} // namespace

int main()
{
    test_random();
    test_lengths();
    test_unknown();
    return told_all();
}
