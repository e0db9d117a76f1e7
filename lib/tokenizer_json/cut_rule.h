/* SPDX-License-Identifier: MIT */
/* The rule that says where every text may be cut: between which two characters, and between which
 * two if a pre-token ends there. docs/proofs.md has the proof. */
#ifndef CALIB_TOKENIZER_JSON_CUT_RULE_H
#define CALIB_TOKENIZER_JSON_CUT_RULE_H

#include "added_guard.h"
#include "boundaries.h"
#include "bpe.h"
#include "character_map.h"
#include "neighbours.h"

namespace calib_tj
{

class CutRule
{
public:
    /** Takes a file and its tables; `map` and `bpe` must outlive this object. 0, E_UNSUPPORTED;
     *  throws std::bad_alloc. After success, why_not() may give a reason why there are no cuts. */
    int build(const Spec &spec, const CharacterMap &map, const AddedTokens &raw,
              const AddedTokens &normalized, const Bpe &bpe, bool byte_level);

    const char *why_not() const
    {
        return why_not_;
    }

    /** Returns true if every text may be cut between these two characters, given that the one
     *  behind them is_settled() if the normalizer composes(). */
    bool is_pair(char32_t left, char32_t right) const;

    /** Returns true if every text may be cut between these two as far as added tokens are
     *  concerned. */
    bool is_guarded(char32_t left, char32_t right) const
    {
        return raw_guard_.allows(left, right) && normalized_guard_.allows(left, right);
    }

    const CharacterMap &map() const
    {
        return *map_;
    }

    /** Returns true if cuts come from the merges, and not from the steps of the pre-tokenizer
     *  alone. */
    bool by_merges() const
    {
        return by_merges_;
    }

    /** Returns true if the pre-tokenizer removes white space. */
    bool drops_space() const
    {
        return boundaries_.drops_space();
    }

private:
    void add_neighbours(const Texts &merges);
    void add_neighbours_in_bytes(const Texts &merges);
    bool is_apart_in_model(char32_t left, char32_t right) const;

    const CharacterMap *map_ = nullptr;
    AddedGuard raw_guard_, normalized_guard_;
    Boundaries boundaries_;
    const Bpe *bpe_ = nullptr;
    bool by_merges_ = false;
    bool keeps_words_ = false; /* no cuts between letters, marks and digits */
    const char *why_not_ = nullptr;
    bool byte_level_ = false;
    NeighbourSet neighbours_;
};

} // namespace calib_tj

#endif
