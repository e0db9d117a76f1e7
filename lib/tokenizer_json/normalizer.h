/* SPDX-License-Identifier: MIT */
/* The normalizer: its steps, one after the other, on a piece of text that holds no added token. */
#ifndef CALIB_TOKENIZER_JSON_NORMALIZER_H
#define CALIB_TOKENIZER_JSON_NORMALIZER_H

#include "regex.h"
#include "spec.h"
#include "splitter.h"

#include <string>
#include <string_view>
#include <vector>

namespace calib_tj
{

class Normalizer
{
public:
    /** 0, E_UNSUPPORTED with a message; throws std::bad_alloc. The object then is as before. */
    int build(const std::vector<NormalizerStep> &steps);

    /** Returns true if no step changes any text. */
    bool is_identity() const
    {
        return steps_.empty();
    }

    /** Returns false if normalize() would give the piece as it is. Returns true for a few more. */
    bool changes(std::string_view piece, Position position) const;

    /** Makes `out` the normalized form of a piece, which is valid UTF-8, may be empty, and is not
     *  in `out`. Strip acts on the ends of the piece wherever they stand. Throws std::bad_alloc,
     *  and std::length_error if the form is hundreds of times as long as the piece. */
    void normalize(std::string_view piece, Position position, std::string &out) const;

private:
    struct Step {
        NormalizerStep spec;
        Regex regex; /* compiled for replace_regex only */
    };

    static bool finds(const Step &step, std::string_view text, std::size_t from, std::size_t &begin,
                      std::size_t &end);
    static bool changes(const Step &step, std::string_view text, Position position);
    static void apply(const Step &step, std::string_view text, std::size_t most, std::string &out);

    std::vector<Step> steps_;
};

} // namespace calib_tj

#endif
