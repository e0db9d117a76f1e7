/* SPDX-License-Identifier: MIT */
/* Segments of a text: where they may begin, and their ids. The tables are built when the first
 * segment is needed, so that a load that finds stored tokens does not wait for them. */
#ifndef CALIB_SENTENCEPIECE_SEGMENTS_H
#define CALIB_SENTENCEPIECE_SEGMENTS_H

#include "cuts.h"
#include "library.h"
#include "merges.h"
#include "normalizer.h"
#include "symbol_table.h"

namespace calib_sp
{

class Segments
{
public:
    /** Builds the tables of a model for which why_whole() gives no reason. Loads the model into the
     *  library once more if the library must merge its segments. 0, E_NOMEM, E_MODEL. */
    int build(const Model &model, const std::string &bytes, Library &library);

    /** Returns the reason why texts are encoded whole although build() succeeded, or NULL. */
    const char *why_whole() const
    {
        return why_whole_;
    }

    /** Writes the offsets of cuts in `text`, at most `cap`, and returns their number. */
    std::size_t cuts(std::string_view text, std::size_t *offsets, std::size_t cap) const
    {
        return why_whole_ ? 0 : cuts_.scan(text, offsets, cap);
    }

    /** Replaces the contents of `ids` with the ids of a segment. 0, E_ENCODE. */
    int encode(const Library &library, std::string_view segment, bool begins_text, bool ends_text,
               std::vector<int> &ids) const;

private:
    bool check(const Model &model, const Library &library) const;
    bool check_text(const Library &library, std::string_view text) const;

    Cuts cuts_;
    std::unique_ptr<SymbolTable> symbols_;
    Merges merges_;
    std::unique_ptr<Normalizer> normalizer_;
    bool merges_built_ = false;
    const char *why_whole_ = nullptr;
};

} // namespace calib_sp

#endif
