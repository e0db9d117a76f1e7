/* SPDX-License-Identifier: MIT */
/* The vocabulary: the id of a text and the text of an id. A text of up to 15 bytes is found without
 * a look at anything but its line of the table. */
#ifndef CALIB_TOKENIZER_JSON_VOCABULARY_H
#define CALIB_TOKENIZER_JSON_VOCABULARY_H

#include "table.h"
#include "texts.h"

#include "shared/masked.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace calib_tj
{

class Vocabulary
{
    static constexpr std::size_t SHORT = 15;

    /* Lines that a key may be in. In a table that is 2/3 full a run is never that long by
     * chance: such a vocabulary was made to be slow, and is refused. */
    static constexpr std::size_t TRIES = 256;

public:
    /** Entries are numbered in the order in which they are given. */
    static constexpr std::int32_t NONE = -1;

    /** Number of bytes from the beginning of a text that must be readable for key_of(). */
    static constexpr std::size_t READ = SHORT + 1;
    static_assert(Texts::SLACK >= READ, "key_of() reads texts of a list");

    /** What a text is looked up by: up to SHORT bytes themselves, padded with zeros, or two hashes.
     *  The last byte in memory order holds the length and 1, or 255. */
    struct Key {
        std::uint64_t low, high; /* `high` is never 0 */

        /* One comparison, so that no branch is needed. */
        bool operator==(Key other) const
        {
            return ((low ^ other.low) | (high ^ other.high)) == 0;
        }
    };

    enum class Built { whole, repeated, collides };

    /** Takes entries and their ids, which all differ; both must outlive this object. `filters`:
     *  find_rare() is about to be called often. Unless it returns `whole`, `entry` is one that is
     *  there twice, or that collides with too many others. Throws std::bad_alloc. */
    Built build(const Texts &texts, const std::vector<std::int32_t> &ids, bool filters,
                std::int32_t &entry);

    static Key key_of(std::string_view text)
    {
        return text.size() <= SHORT ? short_key(text) : long_key(text);
    }

    /** Like key_of(), for any text. */
    static Key safe_key_of(std::string_view text)
    {
        if (text.size() > SHORT)
            return long_key(text);
        char copy[READ] = {};
        text.copy(copy, SHORT);
        return short_key({copy, text.size()});
    }

    /** A look-up that has begun. */
    struct Probe {
        std::string_view text;
        Key key;
        std::size_t line;
    };

    /** Begins to look up a text: several can be under way at once. */
    Probe probe(std::string_view text, Key key) const
    {
        std::size_t line = line_of(key);
        prefetch_line(&lines_[line]);
        return {text, key, line};
    }

    /** Returns the entry with this text, or NONE. */
    std::int32_t find(const Probe &probe) const
    {
        std::int32_t entry = find_in_first(probe);
        return entry != NONE ? entry : search(probe);
    }

    /** Number of texts that find_all() looks up side by side. */
    static constexpr std::size_t AT_ONCE = 64;

    /** Looks up the texts [begin, begin + n) of a list, at most AT_ONCE, and writes the entry of
     *  each, or NONE. */
    void find_all(const Texts &texts, std::size_t begin, std::size_t n,
                  std::int32_t *entries) const;

    std::int32_t find(std::string_view text, Key key) const
    {
        return find({text, key, line_of(key)});
    }

    /** Like find(), for texts of which many are no entry's: if the table was built with a filter,
     *  which is small enough to stay in the cache, the filter answers most of those. */
    std::int32_t find_rare(std::string_view text, Key key) const
    {
        std::size_t bit = bit_of(key), line = bit >> FILTER_LOG2;
        prefetch_line(&lines_[line]); /* not only if the filter says so, which would come late */
        bool maybe = !filters_ || (filter_[bit / 64] >> bit % 64 & 1);
        return maybe ? find({text, key, line}) : NONE;
    }

    /** Returns true if the entry, whose key this is, has a text. */
    bool is_text(std::int32_t entry, Key own, std::string_view text, Key key) const
    {
        return own == key && (text.size() <= SHORT || this->text(entry) == text);
    }

    std::int32_t find(std::string_view text) const
    {
        return find(text, safe_key_of(text));
    }

    std::size_t size() const
    {
        return texts_->size();
    }

    std::int32_t id(std::int32_t entry) const
    {
        return numbered_ ? entry : (*ids_)[static_cast<std::size_t>(entry)];
    }

    std::string_view text(std::int32_t entry) const
    {
        return (*texts_)[static_cast<std::size_t>(entry)];
    }

    Key key(std::int32_t entry) const
    {
        return key_of(text(entry));
    }

    /** Returns the entry with this id, or NONE. */
    std::int32_t entry_of(std::int32_t id) const;

    /** Length in bytes of the longest text. */
    std::size_t longest() const
    {
        return longest_;
    }

private:
    static Key short_key(std::string_view text)
    {
        return {calib_masked_word(text.data(), text.size(), 0),
                calib_masked_word(text.data(), text.size(), 1) | last_byte(text.size() + 1)};
    }

    /* A word whose last byte in memory order is this one. */
    static std::uint64_t last_byte(std::uint64_t byte)
    {
        static constexpr unsigned char one[8] = {0, 0, 0, 0, 0, 0, 0, 1};
        std::uint64_t word;
        std::memcpy(&word, one, sizeof word);
        return word * byte;
    }

    static Key long_key(std::string_view text);

    /* What a look-up reads is one line of the cache. */
    struct alignas(64) Line {
        static constexpr std::size_t SIZE = 3, MEAN = 2;

        /* Where a key stands if it is in this line, or SIZE, told by its first word alone. Any
         * number if another key or a free place has that word too: the caller checks the key. No
         * branch chooses the place: it would be mispredicted half of the time. */
        unsigned place_of(Key key) const
        {
            static_assert(SIZE == 3, "every place is counted");
            return 3 - 3 * unsigned{keys[0].low == key.low} - 2 * unsigned{keys[1].low == key.low} -
                   unsigned{keys[2].low == key.low};
        }

        Key keys[SIZE]; /* `high` 0: free, as are those behind it */
        std::int32_t entries[SIZE];
    };

    static constexpr unsigned FILTER_LOG2 = 4; /* bits of the filter for a line */

    std::size_t line_of(Key key) const
    {
        return bit_of(key) >> FILTER_LOG2;
    }

    std::size_t bit_of(Key key) const
    {
        std::uint64_t hash =
            key.low * UINT64_C(0x9e3779b97f4a7c15) ^ key.high * UINT64_C(0xe7037ed1a0b428db);
        hash = (hash ^ hash >> 32) * UINT64_C(0xd6e8feb86659fd93);
        return static_cast<std::size_t>(hash >> shift_);
    }

    Built add(std::int32_t entry, const Probe &probe);

    /* Looks at the first line only, where most entries stand. */
    std::int32_t find_in_first(const Probe &probe) const
    {
        const Line &line = lines_[probe.line];
        unsigned i = line.place_of(probe.key);
        if (i < Line::SIZE && is_text(line.entries[i], line.keys[i], probe.text, probe.key))
            return line.entries[i];
        return NONE;
    }

    std::int32_t search(const Probe &probe) const;
    void sort_ids();

    Table<Line> lines_;
    Table<std::uint64_t> filter_; /* bit set: the key may be in the table */
    std::size_t mask_ = 0;
    unsigned shift_ = 0;
    const Texts *texts_ = nullptr;
    const std::vector<std::int32_t> *ids_ = nullptr;
    std::vector<std::int32_t> by_id_; /* entries; empty: entries are sorted by id */
    bool filters_ = false;            /* there is a filter */
    bool numbered_ = false;           /* the id of each entry is its number */
    std::size_t longest_ = 0;
};

} // namespace calib_tj

#endif
