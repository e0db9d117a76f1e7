/* SPDX-License-Identifier: MIT */
#include "protobuf.h"

#include "little_endian.h"

namespace calib_sp
{

bool Fields::varint(std::uint64_t &value)
{
    value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
        unsigned char byte = static_cast<unsigned char>(rest_.front());
        rest_.remove_prefix(1);
        value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

bool Fields::fixed(unsigned n)
{
    if (rest_.size() < n)
        return false;
    value_ = little_endian(rest_, n);
    rest_.remove_prefix(n);
    return true;
}

bool Fields::next()
{
    if (rest_.empty() || damaged_)
        return false;
    damaged_ = true;
    std::uint64_t tag = 0, len = 0;
    if (!varint(tag) || tag > UINT32_MAX || tag < 8)
        return false;
    number_ = static_cast<std::uint32_t>(tag >> 3);
    wire_ = static_cast<unsigned>(tag & 7);
    switch (wire_) {
    case VARINT: damaged_ = !varint(value_); break;
    case FIXED64: damaged_ = !fixed(8); break;
    case FIXED32: damaged_ = !fixed(4); break;
    case BYTES:
        if (!varint(len) || len > rest_.size())
            return false;
        bytes_ = rest_.substr(0, static_cast<std::size_t>(len));
        rest_.remove_prefix(bytes_.size());
        damaged_ = false;
        break;
    default: break;
    }
    return !damaged_;
}

} // namespace calib_sp
