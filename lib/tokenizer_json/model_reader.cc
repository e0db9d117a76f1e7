/* SPDX-License-Identifier: MIT */
#include "model_reader.h"

#include "adapter/error.h"
#include "checked_json.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>

namespace calib_tj
{

namespace
{

/* Length of what a message shows of a text. */
int shown(std::string_view text)
{
    std::size_t len = std::min<std::size_t>(text.size(), 60);
    while (len < text.size() && len > 0 && (text[len] & 0xc0) == 0x80)
        len--;
    return static_cast<int>(len);
}

/* Reads the merges in batches: the slots of all texts of a batch are asked for before the first is
 * looked at. */
class MergeReader
{
public:
    MergeReader(const ModelSpec &model, std::string_view json, const Vocabulary &vocabulary,
                Merges &out, Roles &roles)
        : model_(model), json_(json, model.merges), vocabulary_(vocabulary), out_(out),
          roles_(roles)
    {
    }

    int read()
    {
        if (model_.merges.n >= std::numeric_limits<std::uint32_t>::max())
            return fail(CALIB_E_UNSUPPORTED, "the model has too many merges");
        roles_.is_part.assign(vocabulary_.size(), false);
        roles_.is_result.assign(vocabulary_.size(), false);
        out_.reserve(model_.merges.n);
        for (bool more = true; more;) {
            n_ = 0;
            int status = read_batch(more);
            if (!status)
                status = resolve_batch();
            if (status)
                return status;
        }
        return 0;
    }

private:
    struct Part {
        JsonText json;
        Vocabulary::Key key;
        std::int32_t entry;
    };
    struct Line {
        Part left, right;
        std::int32_t result;
    };

    int read_batch(bool &more)
    {
        while (n_ < batch_.size()) {
            Line &line = batch_[n_];
            more = json_.text(line.left.json);
            if (!more)
                return 0;
            bool pairs = model_.merges_are_pairs;
            if (!pairs && line.left.json.text.substr(0, 8) == "#version")
                continue;
            if (n_read_++ == model_.merges.n)
                return fail(CALIB_E_MODEL, "the model has more merges than were counted");
            if (pairs ? !json_.text(line.right.json) : !split(line))
                return fail(CALIB_E_MODEL, "merge %zu is not two texts: \"%.*s\"", n_read_,
                            shown(line.left.json.spelled), line.left.json.spelled.data());
            prepare(line.left);
            prepare(line.right);
            n_++;
        }
        return 0;
    }

    static bool split(Line &line)
    {
        std::string_view both = line.left.json.text;
        std::size_t space = both.find(' ');
        if (space == both.npos || both.find(' ', space + 1) != both.npos)
            return false;
        JsonText &right = line.right.json;
        right.text = both.substr(space + 1);
        right.spelled = {};
        line.left.json.text = both.substr(0, space);
        return true;
    }

    void prepare(Part &part)
    {
        part.key = Vocabulary::key_of(part.json.text);
        vocabulary_.prefetch(part.key);
    }

    int resolve_batch()
    {
        for (std::size_t i = 0; i < n_; i++) {
            Line &line = batch_[i];
            for (Part *part : {&line.left, &line.right}) {
                part->entry = vocabulary_.find(part->json.text, part->key);
                if (part->entry == Vocabulary::NONE)
                    return refuse(line, CALIB_E_MODEL, "has a part that is not in the vocabulary");
                roles_.is_part[static_cast<std::size_t>(part->entry)] = true;
            }
            if (line.right.json.text.size() <= model_.prefix.size())
                return refuse(line, CALIB_E_UNSUPPORTED, "has an empty right part");
            line.result = result_of(line);
            if (line.result == Vocabulary::NONE)
                return refuse(line, CALIB_E_MODEL, "makes a text that is not in the vocabulary");
            roles_.is_result[static_cast<std::size_t>(line.result)] = true;
            out_.prefetch(line.left.entry, line.right.entry);
        }
        return store_batch();
    }

    /* Most lists are in the order of their results, so that a result is the last one again or the
     * entry behind it. */
    std::int32_t result_of(const Line &line)
    {
        std::string_view left = line.left.json.text;
        std::string_view right = line.right.json.text.substr(model_.prefix.size());
        auto size = static_cast<std::int32_t>(vocabulary_.size());
        for (std::int32_t until = std::min(size - 2, last_) + 2; last_ < until; last_++) {
            std::string_view text = vocabulary_.text(last_);
            if (text.size() == left.size() + right.size() && text.substr(0, left.size()) == left &&
                text.substr(left.size()) == right)
                return last_;
        }
        joined_.assign(left);
        joined_.append(right);
        std::int32_t found = vocabulary_.find(joined_);
        last_ = found == Vocabulary::NONE ? 0 : found;
        return found;
    }

    int store_batch()
    {
        for (std::size_t i = 0; i < n_; i++) {
            const Line &line = batch_[i];
            Merge merge = {next_order_--, line.result};
            if (!out_.set(line.left.entry, line.right.entry, merge))
                return fail(CALIB_E_UNSUPPORTED, "too many merges of the model collide in a table");
        }
        return 0;
    }

    int refuse(const Line &line, int status, const char *why) const
    {
        std::string_view left = line.left.json.spelled, right = line.right.json.spelled;
        if (model_.merges_are_pairs)
            return fail(status, "the merge \"%.*s\" \"%.*s\" %s", shown(left), left.data(),
                        shown(right), right.data(), why);
        return fail(status, "the merge \"%.*s\" %s", shown(left), left.data(), why);
    }

    const ModelSpec &model_;
    CheckedJson json_;
    const Vocabulary &vocabulary_;
    Merges &out_;
    Roles &roles_;

    std::array<Line, 32> batch_ = {};
    std::size_t n_ = 0;      /* lines in the batch */
    std::size_t n_read_ = 0; /* of the list */
    std::uint32_t next_order_ = std::numeric_limits<std::uint32_t>::max();
    std::int32_t last_ = 0; /* the last result */
    std::string joined_;
};

/* Reads the entries in batches, likewise. */
class VocabularyReader
{
public:
    VocabularyReader(const ModelSpec &model, std::string_view json, Vocabulary &out)
        : n_(model.vocab.n), n_bytes_(model.vocab.end - model.vocab.begin),
          json_(json, model.vocab), out_(out)
    {
    }

    int read()
    {
        if (n_ > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max()))
            return fail(CALIB_E_UNSUPPORTED, "the vocabulary is too large");
        out_.reserve(n_, n_bytes_);
        for (bool more = true; more;) {
            std::size_t n = 0;
            int status = read_batch(n, more);
            for (std::size_t i = 0; i < n && !status; i++)
                status = add(batch_[i]);
            if (status)
                return status;
        }
        if (!out_.finish())
            return fail(CALIB_E_UNSUPPORTED, "two entries of the vocabulary have the same id");
        return 0;
    }

private:
    struct Entry {
        JsonText json;
        Vocabulary::Key key;
        std::int32_t id;
    };

    int read_batch(std::size_t &n, bool &more)
    {
        for (; n < batch_.size(); n++) {
            Entry &entry = batch_[n];
            more = json_.text(entry.json);
            if (!more)
                return 0;
            if (!json_.number(entry.id))
                return refuse(entry, CALIB_E_MODEL, "has no id");
            entry.key = Vocabulary::key_of(entry.json.text);
            out_.prefetch(entry.key);
        }
        return 0;
    }

    int add(const Entry &entry)
    {
        if (out_.size() == n_)
            return refuse(entry, CALIB_E_MODEL, "is one more than were counted");
        switch (out_.add(entry.json.text, entry.key, entry.id)) {
        case Vocabulary::Added::repeated:
            return refuse(entry, CALIB_E_UNSUPPORTED, "is there twice");
        case Vocabulary::Added::collides:
            return refuse(entry, CALIB_E_UNSUPPORTED, "collides with too many others in a table");
        case Vocabulary::Added::yes: break;
        }
        return 0;
    }

    static int refuse(const Entry &entry, int status, const char *why)
    {
        std::string_view text = entry.json.spelled;
        return fail(status, "the vocabulary's entry \"%.*s\" %s", shown(text), text.data(), why);
    }

    std::size_t n_, n_bytes_; /* entries; bytes of them all in the file */
    CheckedJson json_;
    Vocabulary &out_;
    std::array<Entry, 32> batch_ = {};
};

} // namespace

int read_vocabulary(const ModelSpec &model, std::string_view json, Vocabulary &out)
{
    return VocabularyReader(model, json, out).read();
}

int read_merges(const ModelSpec &model, std::string_view json, const Vocabulary &vocabulary,
                Merges &out, Roles &roles)
{
    return MergeReader(model, json, vocabulary, out, roles).read();
}

} // namespace calib_tj
