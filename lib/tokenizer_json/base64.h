/* SPDX-License-Identifier: MIT */
/* Base64 (RFC 4648, section 4), in the one way in which an encoder writes it. */
#ifndef CALIB_TOKENIZER_JSON_BASE64_H
#define CALIB_TOKENIZER_JSON_BASE64_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace calib_tj
{

class Base64
{
public:
    constexpr Base64()
    {
        for (unsigned i = 0; i < 64; i++)
            values_[static_cast<unsigned char>(DIGITS[i])] = static_cast<std::uint8_t>(i);
    }

    /** Appends what `text` encodes. Returns false if it is not whole groups of four, is not padded
     *  by "=", or has other characters or bits behind its last byte. */
    bool read(std::string_view text, std::string &out) const
    {
        if (text.size() % 4 != 0)
            return false;
        for (; text.size() > 4; text.remove_prefix(4))
            if (!read_group(text.substr(0, 4), out))
                return false;
        while (!text.empty() && text.size() > 2 && text.back() == '=')
            text.remove_suffix(1);
        return text.empty() || read_group(text, out);
    }

private:
    static constexpr std::uint8_t NONE = 64;
    static constexpr char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                     "0123456789+/";

    static constexpr std::array<std::uint8_t, 256> none()
    {
        std::array<std::uint8_t, 256> values = {};
        for (std::uint8_t &value : values)
            value = NONE;
        return values;
    }

    /* Two to four digits are one to three bytes. */
    bool read_group(std::string_view digits, std::string &out) const
    {
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 4; i++) {
            std::uint32_t value =
                i < digits.size() ? values_[static_cast<unsigned char>(digits[i])] : 0u;
            if (value == NONE)
                return false;
            bits = bits << 6 | value;
        }
        std::size_t n = digits.size() - 1;
        for (std::size_t i = 0; i < n; i++)
            out += static_cast<char>(bits >> (16 - 8 * i));
        return (bits & 0xffffffu >> 8 * n) == 0;
    }

    std::array<std::uint8_t, 256> values_ = none();
};

inline constexpr Base64 BASE64;

} // namespace calib_tj

#endif
