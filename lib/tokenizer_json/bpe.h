/* SPDX-License-Identifier: MIT */
/* The model: ids of a pre-token. */
#ifndef CALIB_TOKENIZER_JSON_BPE_H
#define CALIB_TOKENIZER_JSON_BPE_H

#include "id_list.h"
#include "spec.h"
#include "substitution.h"

#include <cstdint>
#include <memory>
#include <string_view>

namespace calib_tj
{

class Bpe
{
public:
    Bpe();
    ~Bpe();
    Bpe(Bpe &&) noexcept;
    Bpe &operator=(Bpe &&) noexcept;

    /** Builds the tables. The model's entries must outlive this object.
     *  `byte_level`: symbols are bytes, written in the vocabulary in the byte alphabet of GPT-2.
     *  `substitution`: what encode_known() reads for what.
     *  0, E_MODEL, E_UNSUPPORTED; throws std::bad_alloc. After a failure this object is as it was
     *  before. The other functions may be called after a success only. */
    int build(const ModelSpec &model, bool byte_level, Substitution substitution = {});

    /** Appends the ids of a pre-token: bytes if `byte_level`, else valid UTF-8. Throws
     *  std::bad_alloc. */
    void encode(std::string_view pre_token, IdList &ids) const;

    /** Appends the ids of a text that becomes one pre-token, whether or not the substitution has
     *  been made in it. Does not look at ignore_merges. Returns false, and appends nothing, if the
     *  text is empty or long, has a character that is no entry, or the model has a prefix or
     *  suffix. Throws std::bad_alloc. */
    bool encode_known(std::string_view text, IdList &ids) const;

    /** Returns the text of a token of the vocabulary as it stands there; empty if there is none. */
    std::string_view token(std::int32_t id) const;

    /* For the proof of cuts inside a pre-token of characters. */

    /** Returns true if every text may be cut between these two characters, given that they meet in
     *  no merge. False for all characters if a merge takes byte tokens or the unknown token, with a
     *  prefix or suffix of symbols, and with ignore_merges (a part of a text may be an entry that
     * its merges do not make); false beside a character that is dropped, and between two that are
     * not in the vocabulary unless all such become bytes. */
    bool are_apart(std::string_view left, std::string_view right) const;

private:
    struct Tables;

    std::unique_ptr<const Tables> tables_;
};

} // namespace calib_tj

#endif
