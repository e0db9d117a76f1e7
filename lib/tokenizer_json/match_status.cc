/* SPDX-License-Identifier: MIT */
#include "match_status.h"

#include "adapter/utf8.h"

#include <string>

namespace calib_tj
{

namespace
{

bool stands_beside_another(const Regex &regex, std::uint32_t kind)
{
    for (std::uint32_t other = 0; other < regex.n_kinds(); other++)
        if (regex.can_follow(kind, other) || regex.can_follow(other, kind))
            return true;
    return false;
}

} // namespace

MatchStatus match_status(const Regex &regex, char32_t c)
{
    std::uint32_t kind = regex.kind_of(c);
    if (!regex.is_unmatched(kind))
        return MatchStatus::always;
    std::string alone;
    append_utf8(c, alone);
    bool matched = regex.match(alone, 0) != Regex::npos || stands_beside_another(regex, kind);
    return matched ? MatchStatus::either : MatchStatus::never;
}

} // namespace calib_tj
