/* SPDX-License-Identifier: MIT */
#include "bpe.h"

#include "adapter/merge_loop.h"
#include "alphabet.h"
#include "merges.h"
#include "model_reader.h"
#include "rank_reader.h"
#include "symbols.h"
#include "vocabulary.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace calib_tj
{

struct Bpe::Tables {
    int build(const ModelSpec &model, bool bytes, Substitution substitution);
    int read_merges(const ModelSpec &model);
    void pair_common_symbols();
    bool encode_whole(std::string_view text, IdList &ids) const;
    void encode_any(std::string_view text, IdList &ids) const;

    bool byte_level = false, ignore_merges = false;
    bool results_are_texts = false; /* what merges make is spelled as its characters are */
    Vocabulary vocabulary;
    Merges merges;
    Symbols symbols;
    std::vector<Merge> common_pairs; /* by the codes of two symbols */
};

namespace
{

/* Looks up two symbols by their ids. Offsets count symbols, not bytes. */
class Lookup
{
public:
    /* Without `codes` no symbol is a common one. */
    Lookup(const Merges &merges, const std::int32_t *ids, const std::uint8_t *codes,
           const Merge *common_pairs, std::size_t n_codes)
        : merges_(merges), ids_(ids), codes_(codes), common_pairs_(common_pairs), n_codes_(n_codes)
    {
    }

    std::size_t length(std::size_t) const
    {
        return 1;
    }

    std::int32_t id(std::size_t begin, std::size_t) const
    {
        return ids_[begin];
    }

    Merge first(const Neighbours &pair) const
    {
        std::size_t left = codes_[pair.left], right = codes_[pair.right];
        if (left >= n_codes_ || right >= n_codes_)
            return find(probe(pair));
        return common_pairs_[left * n_codes_ + right];
    }

    Merges::Probe probe(const Neighbours &pair) const
    {
        return merges_.probe(pair.left_id, pair.right_id, pair.end != pair.left);
    }

    Merge find(const Merges::Probe &probe) const
    {
        return merges_.find(probe);
    }

private:
    const Merges &merges_;
    const std::int32_t *ids_;
    const std::uint8_t *codes_;
    const Merge *common_pairs_;
    std::size_t n_codes_;
};

} // namespace

int Bpe::Tables::build(const ModelSpec &model, bool bytes, Substitution substitution)
{
    byte_level = bytes;
    ignore_merges = model.ignore_merges;
    int status = read_vocabulary(model, vocabulary);
    if (!status)
        status = symbols.build(model, vocabulary, bytes, substitution);
    if (status)
        return status;
    results_are_texts = model.prefix.empty() && model.suffix.empty();
    status = model.is_ranked ? find_merges(vocabulary, merges) : read_merges(model);
    if (!status)
        pair_common_symbols();
    return status;
}

int Bpe::Tables::read_merges(const ModelSpec &model)
{
    std::vector<bool> is_part; /* by entry, up to the last substitute */
    symbols.for_each_substitute([&](std::int32_t entry) {
        is_part.resize(std::max(is_part.size(), static_cast<std::size_t>(entry) + 1));
    });
    int status = calib_tj::read_merges(model, vocabulary, merges, is_part);
    symbols.for_each_substitute([&](std::int32_t entry) {
        if (is_part[static_cast<std::size_t>(entry)])
            results_are_texts = false;
    });
    return status;
}

void Bpe::Tables::pair_common_symbols()
{
    std::size_t n = symbols.n_codes();
    common_pairs.assign(n * n, {0, 0});
    for (std::size_t left = 0; left < n; left++)
        for (std::size_t right = 0; right < n; right++) {
            std::int32_t first = symbols.entry_of_code(left), second = symbols.entry_of_code(right);
            if (first >= 0 && second >= 0)
                common_pairs[left * n + right] = merges.find(merges.probe(first, second));
        }
}

/* The whole pre-token as an entry of the vocabulary. */
bool Bpe::Tables::encode_whole(std::string_view text, IdList &ids) const
{
    constexpr std::size_t LONGEST = 128;
    char letters[2 * LONGEST + Vocabulary::READ];
    std::int32_t entry = -1;
    if (text.size() > vocabulary.longest())
        return false;
    if (!byte_level) {
        entry = vocabulary.find_rare(text, Vocabulary::safe_key_of(text));
    } else if (text.size() <= LONGEST) {
        std::memset(letters, 0, Vocabulary::READ);
        std::string_view spelled(letters, ALPHABET.spell(text, letters));
        entry = vocabulary.find_rare(spelled, Vocabulary::key_of(spelled));
    } else {
        std::string long_letters(2 * text.size(), '\0');
        long_letters.resize(ALPHABET.spell(text, long_letters.data()));
        entry = vocabulary.find(long_letters);
    }
    if (entry >= 0)
        ids.append(vocabulary.id(entry));
    return entry >= 0;
}

void Bpe::Tables::encode_any(std::string_view text, IdList &ids) const
{
    std::vector<std::int32_t> first(text.size());
    std::vector<std::uint8_t> codes(text.size());
    first.resize(symbols.read(text, first.data(), codes.data()));
    if (first.empty())
        symbols.read_any(text, first);
    if (first.empty())
        return;
    auto put = [&](std::size_t, std::size_t, std::int32_t entry) {
        ids.append(vocabulary.id(entry));
    };
    codes.assign(first.size(), Symbols::UNCOMMON);
    Lookup lookup(merges, first.data(), codes.data(), nullptr, 0);
    if (first.size() <= MergeQueue::LONGEST)
        merge_short(lookup, first.size(), put);
    else
        merge_long(lookup, first.size(), put);
}

Bpe::Bpe() = default;
Bpe::~Bpe() = default;
Bpe::Bpe(Bpe &&) noexcept = default;
Bpe &Bpe::operator=(Bpe &&) noexcept = default;

int Bpe::build(const ModelSpec &model, bool byte_level, Substitution substitution)
{
    auto tables = std::make_unique<Tables>();
    int status = tables->build(model, byte_level, substitution);
    if (status == 0)
        tables_ = std::move(tables);
    return status;
}

void Bpe::encode(std::string_view pre_token, IdList &ids) const
{
    if (pre_token.empty() || (tables_->ignore_merges && tables_->encode_whole(pre_token, ids)))
        return;
    if (!encode_known(pre_token, ids))
        tables_->encode_any(pre_token, ids);
}

bool Bpe::encode_known(std::string_view text, IdList &ids) const
{
    const Tables &tables = *tables_;
    std::int32_t first[MergeQueue::LONGEST];
    std::uint8_t codes[MergeQueue::LONGEST];
    std::size_t n = text.size() > MergeQueue::LONGEST ? 0 : tables.symbols.read(text, first, codes);
    if (n == 0)
        return false;
    Lookup lookup(tables.merges, first, codes, tables.common_pairs.data(),
                  tables.symbols.n_codes());
    std::size_t n_merged = 0; /* never more than is read: `first` takes them */
    merge_short(lookup, n, [&](std::size_t, std::size_t, std::int32_t entry) {
        first[n_merged++] = tables.vocabulary.id(entry);
    });
    ids.append(first, n_merged);
    return true;
}

std::string_view Bpe::token(std::int32_t id) const
{
    std::int32_t entry = tables_->vocabulary.entry_of(id);
    return entry == Vocabulary::NONE ? std::string_view() : tables_->vocabulary.text(entry);
}

bool Bpe::are_apart(std::string_view left, std::string_view right) const
{
    const Symbols &symbols = tables_->symbols;
    if (!tables_->results_are_texts || tables_->ignore_merges)
        return false;
    if (symbols.falls_back()) /* no character is dropped or unknown */
        return true;
    return !symbols.is_dropped(left) && !symbols.is_dropped(right) &&
           (symbols.is_known(left) || symbols.is_known(right));
}

} // namespace calib_tj
