/* SPDX-License-Identifier: MIT */
#include "word_piece.h"

#include "adapter/error.h"
#include "adapter/utf8.h"
#include "model_reader.h"

#include <algorithm>
#include <functional>

namespace calib_tj
{

namespace
{

constexpr std::size_t LONG = 64; /* a length that has no bit of its own */
constexpr std::uint64_t LONG_BIT = std::uint64_t{1} << (LONG - 1);

std::uint64_t bits_up_to(std::size_t length)
{
    return length < LONG - 1 ? (std::uint64_t{1} << length) - 1 : LONG_BIT - 1;
}

/* Returns the number of the highest bit that is set. `bits` is not 0. */
unsigned highest_bit(std::uint64_t bits)
{
#ifdef __GNUC__
    return 63u - static_cast<unsigned>(__builtin_clzll(bits));
#else
    unsigned n = 0;
    while (bits >>= 1)
        n++;
    return n;
#endif
}

} // namespace

void WordPiece::Lengths::clear()
{
    slots_.fill(0);
    long_.clear();
}

std::size_t WordPiece::Lengths::slot_of(std::string_view text)
{
    auto byte = [text](std::size_t i) {
        return std::uint32_t{static_cast<unsigned char>(text[i])};
    };
    std::uint32_t hash = (byte(0) | byte(1) << 8 | byte(2) << 16) * UINT32_C(0x9e3779b1);
    return hash >> 20;
}

void WordPiece::Lengths::add(std::string_view text)
{
    if (text.size() < FIRST) /* these are always tried */
        return;
    std::size_t bit = std::min(text.size(), LONG) - 1;
    slots_[slot_of(text)] |= std::uint64_t{1} << bit;
    if (text.size() >= LONG)
        long_.push_back(text.size());
}

void WordPiece::Lengths::finish()
{
    std::sort(long_.begin(), long_.end(), std::greater<>());
    long_.erase(std::unique(long_.begin(), long_.end()), long_.end());
}

template <typename Found>
bool WordPiece::Lengths::try_all(std::string_view text, Found &&found) const
{
    std::uint64_t lengths = text.size() < FIRST ? 0 : slots_[slot_of(text)];
    if (lengths & LONG_BIT)
        for (std::size_t length : long_)
            if (length <= text.size() && found(length))
                return true;
    lengths = (lengths | bits_up_to(FIRST - 1)) & bits_up_to(text.size());
    for (; lengths; lengths &= bits_up_to(highest_bit(lengths)))
        if (found(std::size_t{highest_bit(lengths)} + 1))
            return true;
    return false;
}

int WordPiece::build(const ModelSpec &model)
{
    int status = read_vocabulary(model, vocabulary_);
    if (status)
        return status;
    prefix_ = model.prefix;
    most_characters_ = model.most_characters;
    unknown_ = vocabulary_.find(model.unknown);
    first_.clear();
    further_.clear();
    for (std::size_t entry = 0; entry < vocabulary_.size(); entry++) {
        std::string_view text = vocabulary_.text(static_cast<std::int32_t>(entry));
        first_.add(text);
        if (text.substr(0, prefix_.size()) == prefix_)
            further_.add(text.substr(prefix_.size()));
    }
    first_.finish();
    further_.finish();
    return 0;
}

/* `text` is the word behind room for the prefix. What has been read of it is overwritten by the
 * prefix of the piece that follows. Returns false if a part is no entry. */
bool WordPiece::append_pieces(char *text, std::size_t size, IdList &ids) const
{
    const std::size_t room = prefix_.size();
    for (std::size_t at = 0; at < size;) {
        bool is_first = at == 0;
        if (!is_first)
            prefix_.copy(text + at, room);
        const char *piece = text + at + (is_first ? room : 0);
        auto find = [&](std::size_t length) {
            std::string_view spelled(piece, length + (is_first ? 0 : room));
            std::int32_t entry = vocabulary_.find(spelled, Vocabulary::key_of(spelled));
            if (entry == Vocabulary::NONE)
                return false;
            ids.append(vocabulary_.id(entry));
            at += length;
            return true;
        };
        const Lengths &lengths = is_first ? first_ : further_;
        if (!lengths.try_all({text + room + at, size - at}, find))
            return false;
    }
    return true;
}

bool WordPiece::append_unknown(IdList &ids) const
{
    if (unknown_ == Vocabulary::NONE)
        return false;
    ids.append(vocabulary_.id(unknown_));
    return true;
}

int WordPiece::encode(std::string_view word, IdList &ids) const
{
    constexpr std::size_t SHORT = 128;
    char small[SHORT + Vocabulary::READ];
    std::string large;
    char *text = small;
    std::size_t n_before = ids.size();
    bool fits = word.size() <= most_characters_ || count_characters(word) <= most_characters_;
    if (fits && prefix_.size() + word.size() > SHORT) {
        large.resize(prefix_.size() + word.size() + Vocabulary::READ);
        text = large.data();
    }
    if (fits) {
        word.copy(text + prefix_.size(), word.size());
        if (append_pieces(text, word.size(), ids))
            return 0;
    }
    ids.keep(n_before);
    if (append_unknown(ids))
        return 0;
    return fail(CALIB_E_ENCODE, "the reference cannot encode this text: a word of it is not in the "
                                "vocabulary, nor is unk_token");
}

std::string_view WordPiece::token(std::int32_t id) const
{
    std::int32_t entry = vocabulary_.entry_of(id);
    return entry == Vocabulary::NONE ? std::string_view() : vocabulary_.text(entry);
}

} // namespace calib_tj
