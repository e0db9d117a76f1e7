/* SPDX-License-Identifier: MIT */
/* The model WordPiece: ids of a pre-token. At each place the longest entry of the vocabulary. */
#ifndef CALIB_TOKENIZER_JSON_WORD_PIECE_H
#define CALIB_TOKENIZER_JSON_WORD_PIECE_H

#include "id_list.h"
#include "spec.h"
#include "vocabulary.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace calib_tj
{

class WordPiece
{
public:
    /** Builds the tables. The entries of the model must outlive this object. After a failure it can
     *  be called again. 0, E_MODEL, E_UNSUPPORTED; throws std::bad_alloc. */
    int build(const ModelSpec &model);

    /* The rest may be called after build(). */

    /** Appends the ids of a pre-token, which is valid UTF-8: those of its pieces, or the unknown
     *  token's if it is too long or a part of it is no entry. 0; E_ENCODE if it is unknown and the
     *  vocabulary has no unknown token. Throws std::bad_alloc. */
    int encode(std::string_view word, IdList &ids) const;

    /** Returns the text of a token of the vocabulary as it stands there; empty if there is none. */
    std::string_view token(std::int32_t id) const;

    /** What stands before the text of entries that continue a word. */
    const std::string &prefix() const
    {
        return prefix_;
    }

private:
    /* Which lengths entries have, by hashes of their first bytes: few are tried at a place. */
    class Lengths
    {
    public:
        void clear();
        void add(std::string_view text);
        void finish();

        /** Calls `found(length)` for lengths that an entry may have with which `text` begins, the
         *  longest first, until it returns true. Returns false if it never does. */
        template <typename Found> bool try_all(std::string_view text, Found &&found) const;

    private:
        static constexpr std::size_t FIRST = 3; /* bytes that are hashed */
        static constexpr std::size_t N_SLOTS = 4096;

        static std::size_t slot_of(std::string_view text);

        /* The bits of a slot: lengths from 1 to 63, and if there are longer ones. */
        std::array<std::uint64_t, N_SLOTS> slots_{};
        std::vector<std::size_t> long_; /* sorted, the longest first */
    };

    bool append_pieces(char *text, std::size_t size, IdList &ids) const;
    bool append_unknown(IdList &ids) const;

    Vocabulary vocabulary_;
    std::string prefix_;
    std::size_t most_characters_ = 0;
    std::int32_t unknown_ = Vocabulary::NONE; /* an entry */
    Lengths first_, further_;                 /* of entries that begin and that continue a word */
};

} // namespace calib_tj

#endif
