/* SPDX-License-Identifier: MIT */
#include "protobuf.h"

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

/* Little-endian, whatever the machine is. */
bool Fields::fixed(unsigned n)
{
    if (rest_.size() < n)
        return false;
    value_ = 0;
    for (unsigned i = 0; i < n; i++)
        value_ |= static_cast<std::uint64_t>(static_cast<unsigned char>(rest_[i])) << (8 * i);
    rest_.remove_prefix(n);
    return true;
}

bool Fields::content()
{
    std::uint64_t len = 0;
    switch (wire_) {
    case VARINT: return varint(value_);
    case FIXED64: return fixed(8);
    case FIXED32: return fixed(4);
    case BYTES:
        if (!varint(len) || len > rest_.size())
            return false;
        bytes_ = rest_.substr(0, static_cast<std::size_t>(len));
        rest_.remove_prefix(bytes_.size());
        return true;
    default: return false;
    }
}

bool Fields::next()
{
    if (rest_.empty() || damaged_)
        return false;
    std::uint64_t tag = 0;
    damaged_ = !varint(tag) || tag > UINT32_MAX || tag < 8;
    number_ = static_cast<std::uint32_t>(tag >> 3);
    wire_ = static_cast<unsigned>(tag & 7);
    if (!damaged_)
        damaged_ = !content();
    return !damaged_;
}

} // namespace calib_sp
