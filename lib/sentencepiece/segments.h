/* SPDX-License-Identifier: MIT */
/* Parts of texts: where they may begin, and their ids. Made of tables that are built when the first
 * part is asked for, so that who never tokenizes does not wait for them. */
#ifndef CALIB_SENTENCEPIECE_SEGMENTS_H
#define CALIB_SENTENCEPIECE_SEGMENTS_H

#include "cuts.h"
#include "library.h"
#include "merges.h"
#include "normalizer.h"

namespace calib_sp
{

class Segments
{
public:
    /** Builds the tables for a model that why_whole() says nothing about; loads the library once
     *  more where it is needed. 0, E_NOMEM, E_MODEL. */
    int build(const Model &model, const std::string &bytes, Library &library);

    /** After build(): why texts are encoded whole nevertheless, or NULL. */
    const char *why_whole() const
    {
        return why_whole_;
    }

    std::size_t cuts(std::string_view text, std::size_t *offsets, std::size_t cap) const
    {
        return why_whole_ ? 0 : cuts_.scan(text, offsets, cap);
    }

    /** Ids of a part, replacing what is in `ids`. 0, E_ENCODE. */
    int encode(const Library &library, std::string_view part, bool begins_text, bool ends_text,
               std::vector<int> &ids) const;

private:
    bool check(const Model &model, const Library &library) const;
    bool check_text(const Library &library, std::string_view text) const;

    Cuts cuts_;
    Merges merges_;
    std::unique_ptr<Normalizer> normalizer_;
    bool merges_built_ = false;
    const char *why_whole_ = nullptr;
};

} // namespace calib_sp

#endif
