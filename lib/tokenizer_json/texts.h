/* SPDX-License-Identifier: MIT */
/* Many short texts in one block of memory, side by side. */
#ifndef CALIB_TOKENIZER_JSON_TEXTS_H
#define CALIB_TOKENIZER_JSON_TEXTS_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace calib_tj
{

/** Must not be used after it was moved from. */
class Texts
{
public:
    /** Number of bytes behind the end of each text that are readable. */
    static constexpr std::size_t SLACK = 16;

    /** All together must have less than 4 GiB. */
    void add(std::string_view text)
    {
        std::size_t end = bounds_.back() + text.size();
        if (bytes_.size() < end + SLACK)
            bytes_.resize(end + end / 2 + SLACK);
        text.copy(&bytes_[bounds_.back()], text.size());
        bounds_.push_back(static_cast<std::uint32_t>(end));
    }

    std::size_t size() const
    {
        return bounds_.size() - 1;
    }

    std::string_view operator[](std::size_t i) const
    {
        return {bytes_.data() + bounds_[i], bounds_[i + 1] - bounds_[i]};
    }

    /** Drops all texts but the first `n`. */
    void keep(std::size_t n)
    {
        bounds_.resize(n + 1);
    }

private:
    std::string bytes_;                       /* more than the texts have */
    std::vector<std::uint32_t> bounds_ = {0}; /* where each begins in `bytes_`, and the end */
};

} // namespace calib_tj

#endif
