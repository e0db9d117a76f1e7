/* SPDX-License-Identifier: MIT */
/* Reads the strings and numbers of a JSON value that has been checked before: what stands between
 * them is skipped unread. Many times faster than a strict reader, and safe on any bytes. */
#ifndef CALIB_TOKENIZER_JSON_CHECKED_JSON_H
#define CALIB_TOKENIZER_JSON_CHECKED_JSON_H

#include "spec.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace calib_tj
{

/** A string of the file. */
struct JsonText {
    std::string_view text;    /* Vocabulary::READ bytes behind its end are readable */
    std::string_view spelled; /* as in the file, with escapes: one printable line */
    std::string copy;         /* what `text` points into if it is not in the file like this */
};

class CheckedJson
{
public:
    CheckedJson(std::string_view json, const Range &range);

    /** Reads the next string. Returns false if there is none. `out` must stay where it is. */
    bool text(JsonText &out);

    /** Reads the number that follows, from 0 to INT32_MAX. Returns false if there is none. */
    bool number(std::int32_t &out);

private:
    void copy(JsonText &out, bool escaped) const;

    const char *at_, *end_, *readable_; /* `end_` of the value, `readable_` of the file */
};

} // namespace calib_tj

#endif
