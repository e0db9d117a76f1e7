/* SPDX-License-Identifier: MIT */
/* Reads the fields of a protobuf message one by one, without the protobuf library. Checks every
 * length. Refuses groups, which SentencePiece models do not have. */
#ifndef CALIB_SENTENCEPIECE_PROTOBUF_H
#define CALIB_SENTENCEPIECE_PROTOBUF_H

#include <cstdint>
#include <string_view>

namespace calib_sp
{

class Fields
{
public:
    enum Wire : unsigned { VARINT = 0, FIXED64 = 1, BYTES = 2, FIXED32 = 5 };

    explicit Fields(std::string_view message) : rest_(message)
    {
    }

    /** Goes to the next field. Returns false at the end and at damage. */
    bool next();

    bool damaged() const
    {
        return damaged_;
    }

    /** Returns true if this is field `number` of type `wire`. Protobuf treats a field of another
     *  type as unknown. */
    bool is(std::uint32_t number, Wire wire) const
    {
        return number_ == number && wire_ == wire;
    }

    /** The value of a VARINT, FIXED32 or FIXED64 field. */
    std::uint64_t value() const
    {
        return value_;
    }

    /** The content of a BYTES field; points into the message. */
    std::string_view bytes() const
    {
        return bytes_;
    }

private:
    bool varint(std::uint64_t &value);
    bool fixed(unsigned n);

    std::string_view rest_;
    std::uint32_t number_ = 0;
    unsigned wire_ = 0;
    std::uint64_t value_ = 0;
    std::string_view bytes_;
    bool damaged_ = false;
};

} // namespace calib_sp

#endif
