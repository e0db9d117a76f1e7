/* SPDX-License-Identifier: MIT */
/* Reads the fields of a protobuf message, one after the other, without the protobuf library. Every
 * length is checked; groups, which SentencePiece models do not have, are refused. */
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

    /** Goes to the next field; false at the end and at damage. */
    bool next();

    bool damaged() const
    {
        return damaged_;
    }
    /** Is this field `number` of type `wire`? One of another type is an unknown field. */
    bool is(std::uint32_t number, Wire wire) const
    {
        return number_ == number && wire_ == wire;
    }
    std::uint64_t value() const /* VARINT, FIXED32, FIXED64 */
    {
        return value_;
    }
    std::string_view bytes() const /* BYTES; points into the message */
    {
        return bytes_;
    }

private:
    bool varint(std::uint64_t &value);
    bool fixed(unsigned n);
    bool content();

    std::string_view rest_;
    std::uint32_t number_ = 0;
    unsigned wire_ = 0;
    std::uint64_t value_ = 0;
    std::string_view bytes_;
    bool damaged_ = false;
};

} // namespace calib_sp

#endif
