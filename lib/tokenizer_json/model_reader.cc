/* SPDX-License-Identifier: MIT */
#include "model_reader.h"

#include "adapter/error.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <string_view>

namespace calib_tj
{

namespace
{

/* What a message shows of a text, on one line. */
std::string shown(std::string_view text)
{
    std::size_t len = std::min<std::size_t>(text.size(), 60);
    while (len < text.size() && len > 0 && (text[len] & 0xc0) == 0x80)
        len--;
    std::string line;
    for (char c : text.substr(0, len)) {
        unsigned code = static_cast<unsigned char>(c);
        char escape[8];
        std::snprintf(escape, sizeof escape, "\\u%04x", code);
        line += code < 0x20 || code == 0x7f ? std::string(escape) : std::string(1, c);
    }
    return line;
}

/* Takes the merges in batches: the slots of all are asked for before the first is written. */
class MergeReader
{
public:
    MergeReader(const ModelSpec &model, const Vocabulary &vocabulary, Merges &out,
                std::vector<bool> &is_part)
        : prefix_(model.prefix), texts_(model.merges), vocabulary_(vocabulary), out_(out),
          is_part_(is_part), n_marks_(is_part.size())
    {
    }

    int read()
    {
        std::size_t n = texts_.size() / 2;
        if (!out_.build(n, n, vocabulary_.size(), [&] { return read_all(n); }))
            return fail(CALIB_E_UNSUPPORTED, "too many merges of the model collide in a table");
        return status_;
    }

private:
    static constexpr std::size_t AT_ONCE = Vocabulary::AT_ONCE / 2;

    /* Returns false if merges collide. Stops if there is a status. */
    bool read_all(std::size_t n)
    {
        bool fits = true;
        for (std::size_t i = 0; i < n && fits && !status_; i += AT_ONCE)
            fits = read(i, std::min(AT_ONCE, n - i));
        return fits;
    }

    bool read(std::size_t begin, std::size_t n)
    {
        std::array<std::int32_t, 2 * AT_ONCE> parts;
        std::array<Merges::Pending, AT_ONCE> pending;
        vocabulary_.find_all(texts_, 2 * begin, 2 * n, parts.data());
        for (std::size_t i = 0; i < n && !status_; i++)
            status_ = prepare(begin + i, parts[2 * i], parts[2 * i + 1], pending[i]);
        bool fits = true;
        for (std::size_t i = 0; i < n && fits && !status_; i++)
            fits = out_.add(pending[i]);
        return fits;
    }

    int prepare(std::size_t merge, std::int32_t l, std::int32_t r, Merges::Pending &pending)
    {
        if (l == Vocabulary::NONE || r == Vocabulary::NONE)
            return refuse(merge, CALIB_E_MODEL, "has a part that is not in the vocabulary");
        std::string_view left = texts_[2 * merge], right = texts_[2 * merge + 1];
        if (right.size() <= prefix_.size())
            return refuse(merge, CALIB_E_UNSUPPORTED, "has an empty right part");
        std::int32_t result = result_of(left, right);
        if (result == Vocabulary::NONE)
            return refuse(merge, CALIB_E_MODEL, "makes a text that is not in the vocabulary");
        mark(static_cast<std::size_t>(l));
        mark(static_cast<std::size_t>(r));
        pending = out_.prepare(l, r, result, merge);
        return 0;
    }

    void mark(std::size_t part)
    {
        if (part < n_marks_)
            is_part_[part] = true;
    }

    std::int32_t result_of(std::string_view left, std::string_view right)
    {
        if (prefix_.empty()) {
            std::string_view text(left.data(), left.size() + right.size()); /* side by side */
            return find_result(text, Vocabulary::key_of(text));
        }
        joined_.assign(left);
        joined_.append(right.substr(prefix_.size()));
        return find_result(joined_, Vocabulary::safe_key_of(joined_));
    }

    /* Most lists are in the order of their results, so that a result is the last one again or the
     * entry behind it. No branch tells which: it would be mispredicted half of the time. */
    std::int32_t find_result(std::string_view text, Vocabulary::Key key)
    {
        auto size = static_cast<std::int32_t>(vocabulary_.size());
        std::int32_t entry = last_ + !(last_key_ == key);
        entry = entry < size ? entry : 0;
        last_key_ = vocabulary_.key(entry);
        if (!vocabulary_.is_text(entry, last_key_, text, key)) {
            entry = vocabulary_.find(text, key);
            last_key_ = key;
        }
        last_ = entry; /* nothing is read behind one that is not found */
        return entry;
    }

    int refuse(std::size_t merge, int status, const char *why) const
    {
        return fail(status, "the merge \"%s\" \"%s\" %s", shown(texts_[2 * merge]).c_str(),
                    shown(texts_[2 * merge + 1]).c_str(), why);
    }

    const std::string_view prefix_;
    const Texts &texts_;
    const Vocabulary &vocabulary_;
    Merges &out_;
    std::vector<bool> &is_part_;
    const std::size_t n_marks_; /* size of is_part_ */
    int status_ = 0;
    std::int32_t last_ = 0; /* the last result */
    Vocabulary::Key last_key_ = {0, 0};
    std::string joined_;
};

} // namespace

int read_vocabulary(const ModelSpec &model, Vocabulary &out)
{
    std::int32_t entry = 0;
    Vocabulary::Built built = out.build(model.entries, model.ids, model.ignore_merges, entry);
    std::string text = shown(built == Vocabulary::Built::whole ? "" : out.text(entry));
    switch (built) {
    case Vocabulary::Built::repeated:
        if (model.is_ranked)
            return fail(CALIB_E_MODEL, "vocab[%ld] has the bytes of another token",
                        static_cast<long>(entry));
        return fail(CALIB_E_UNSUPPORTED, "the vocabulary's entry \"%s\" is there twice",
                    text.c_str());
    case Vocabulary::Built::collides:
        return fail(CALIB_E_UNSUPPORTED,
                    "the vocabulary's entry \"%s\" collides with too many others in a table",
                    text.c_str());
    case Vocabulary::Built::whole: break;
    }
    return 0;
}

int read_merges(const ModelSpec &model, const Vocabulary &vocabulary, Merges &out,
                std::vector<bool> &is_part)
{
    return MergeReader(model, vocabulary, out, is_part).read();
}

} // namespace calib_tj
