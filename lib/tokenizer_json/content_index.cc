/* SPDX-License-Identifier: MIT */
#include "content_index.h"

#include <algorithm>
#include <utility>

namespace calib_tj
{

std::size_t ContentIndex::filter_of(std::string_view content)
{
    /* Reserved tokens differ at the end, words everywhere. */
    std::uint32_t hash = static_cast<std::uint32_t>(content.size());
    std::size_t n = std::min<std::size_t>(content.size(), 4);
    for (std::size_t i = 0; i < n; i++) {
        hash = hash * 0x01000193u ^ static_cast<unsigned char>(content[i]);
        hash = hash * 0x01000193u ^ static_cast<unsigned char>(content[content.size() - 1 - i]);
    }
    return (hash ^ hash >> 16) % FILTER;
}

void ContentIndex::build(std::vector<std::string_view> contents)
{
    contents_ = std::move(contents);
    std::sort(contents_.begin(), contents_.end());
    contents_.erase(std::unique(contents_.begin(), contents_.end()), contents_.end());
    model_ids_.assign(contents_.size(), -1);
    filter_.reset();
    for (std::string_view content : contents_)
        filter_.set(filter_of(content));
}

std::size_t ContentIndex::find(std::string_view content) const
{
    if (!filter_.test(filter_of(content)))
        return NONE;
    auto at = std::lower_bound(contents_.begin(), contents_.end(), content);
    return at != contents_.end() && *at == content
               ? static_cast<std::size_t>(at - contents_.begin())
               : NONE;
}

} // namespace calib_tj
