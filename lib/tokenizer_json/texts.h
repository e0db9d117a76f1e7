/* SPDX-License-Identifier: MIT */
/* Many short texts in one block of memory. */
#ifndef CALIB_TOKENIZER_JSON_TEXTS_H
#define CALIB_TOKENIZER_JSON_TEXTS_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace calib_tj
{

class Texts
{
public:
    /** All together must have less than 4 GiB. */
    void add(std::string_view text)
    {
        bytes_.append(text);
        bounds_.push_back(static_cast<std::uint32_t>(bytes_.size()));
    }

    std::size_t size() const
    {
        return bounds_.size() - 1;
    }

    std::string_view operator[](std::size_t i) const
    {
        return from_to(i, i);
    }

    /** Texts `first` to `last` as one. */
    std::string_view from_to(std::size_t first, std::size_t last) const
    {
        return {bytes_.data() + bounds_[first], bounds_[last + 1] - bounds_[first]};
    }

    /** Returns true if `n` bytes from the beginning of text `i` are readable. */
    bool shows(std::size_t i, std::size_t n) const
    {
        return bytes_.size() - bounds_[i] >= n;
    }

    /** Drops all texts but the first `n`. */
    void keep(std::size_t n)
    {
        bounds_.resize(n + 1);
        bytes_.resize(bounds_.back());
    }

private:
    std::string bytes_;
    std::vector<std::uint32_t> bounds_ = {0}; /* where each begins in `bytes_`, and the end */
};

} // namespace calib_tj

#endif
