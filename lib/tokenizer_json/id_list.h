/* SPDX-License-Identifier: MIT */
/* Ids that are appended one after the other. The first ones stand in the list itself: a new segment
 * has few, and to allocate memory for each would take as long as to encode some. */
#ifndef CALIB_TOKENIZER_JSON_ID_LIST_H
#define CALIB_TOKENIZER_JSON_ID_LIST_H

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace calib_tj
{

/** Points into itself: not copied. */
class IdList
{
public:
    IdList() = default;

    IdList(const IdList &) = delete;
    IdList &operator=(const IdList &) = delete;

    /** Appends ids that do not lie in this list. Throws std::bad_alloc, and is then as before. */
    void append(const std::int32_t *ids, std::size_t n)
    {
        if (n > room_ - size_)
            grow(n);
        std::copy(ids, ids + n, data_ + size_);
        size_ += n;
    }

    void append(std::int32_t id)
    {
        append(&id, 1);
    }

    /** Drops all ids but the first `n`, which is at most size(). */
    void keep(std::size_t n)
    {
        size_ = n;
    }

    const std::int32_t *data() const
    {
        return data_;
    }

    std::size_t size() const
    {
        return size_;
    }

private:
    static constexpr std::size_t FEW = 64;

    void grow(std::size_t n)
    {
        std::size_t room = std::max(2 * room_, size_ + n);
        bool is_first = many_.empty();
        many_.resize(room);
        if (is_first)
            std::copy(few_, few_ + size_, many_.begin());
        data_ = many_.data();
        room_ = room;
    }

    std::int32_t few_[FEW];
    std::vector<std::int32_t> many_; /* empty while few_ has room */
    std::int32_t *data_ = few_;
    std::size_t size_ = 0, room_ = FEW;
};

} // namespace calib_tj

#endif
