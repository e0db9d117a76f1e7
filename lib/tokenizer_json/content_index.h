/* SPDX-License-Identifier: MIT */
/* Contents of tokens, to be found among the many entries of a vocabulary. */
#ifndef CALIB_TOKENIZER_JSON_CONTENT_INDEX_H
#define CALIB_TOKENIZER_JSON_CONTENT_INDEX_H

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace calib_tj
{

/* A sorted list behind a filter, instead of a hash table: a hostile file cannot make it slow. */
class ContentIndex
{
public:
    static constexpr std::size_t NONE = static_cast<std::size_t>(-1);

    /** Indexes the contents, which must stay where they are; one may come twice. */
    void build(std::vector<std::string_view> contents);

    std::size_t size() const
    {
        return contents_.size();
    }

    /** Returns the place of a content, below size(), or NONE. */
    std::size_t find(std::string_view content) const;

    /** Id of the content in the vocabulary; -1: none. */
    std::int32_t model_id(std::size_t place) const
    {
        return model_ids_[place];
    }

    void set_model_id(std::size_t place, std::int32_t id)
    {
        model_ids_[place] = id;
    }

private:
    static constexpr std::size_t FILTER = std::size_t{1} << 16;

    static std::size_t filter_of(std::string_view content);

    std::vector<std::string_view> contents_; /* sorted, each once */
    std::vector<std::int32_t> model_ids_;
    std::bitset<FILTER> filter_;
};

} // namespace calib_tj

#endif
