/* SPDX-License-Identifier: MIT */
/* Whether a character alone decides that it stands in a match of a regular expression. */
#ifndef CALIB_TOKENIZER_JSON_MATCH_STATUS_H
#define CALIB_TOKENIZER_JSON_MATCH_STATUS_H

#include "regex.h"

namespace calib_tj
{

enum class MatchStatus { never, always, either };

MatchStatus match_status(const Regex &regex, char32_t c);

} // namespace calib_tj

#endif
