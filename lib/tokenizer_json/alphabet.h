/* SPDX-License-Identifier: MIT */
/* GPT-2's byte alphabet: a printable character for each byte. A byte that is a printable character
 * of Latin-1 stands for itself, the others are U+0100 to U+0143. */
#ifndef CALIB_TOKENIZER_JSON_ALPHABET_H
#define CALIB_TOKENIZER_JSON_ALPHABET_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace calib_tj
{

class Alphabet
{
public:
    constexpr Alphabet()
    {
        unsigned next = 0x100;
        for (unsigned byte = 0; byte < 256; byte++) {
            unsigned c = is_printable(byte) ? byte : next++;
            lengths_[byte] = c < 0x80 ? 1 : 2;
            letters_[byte][0] = static_cast<char>(c < 0x80 ? c : 0xc0 | c >> 6);
            letters_[byte][1] = static_cast<char>(c < 0x80 ? 0 : 0x80 | (c & 0x3f));
            bytes_[c] = static_cast<std::int16_t>(byte + 1);
        }
    }

    std::string_view letter(unsigned char byte) const
    {
        return {letters_[byte].data(), lengths_[byte]};
    }

    /** Writes bytes as letters: up to two for each, of which the last may be overwritten. Returns
     *  the length. */
    std::size_t spell(std::string_view bytes, char *out) const
    {
        std::size_t len = 0;
        for (char c : bytes) {
            auto byte = static_cast<unsigned char>(c);
            std::memcpy(out + len, letters_[byte].data(), 2);
            len += lengths_[byte];
        }
        return len;
    }

    /** Reads letters as bytes. Returns false if there is another character among them. */
    bool read(std::string_view letters, std::string &out) const
    {
        out.clear();
        for (std::size_t at = 0; at < letters.size(); at++) {
            unsigned c = static_cast<unsigned char>(letters[at]);
            if (c >= 0xc2 && c <= 0xc5 && at + 1 < letters.size())
                c = (c & 0x1f) << 6 | (static_cast<unsigned char>(letters[++at]) & 0x3f);
            else if (c >= 0x80)
                return false;
            if (bytes_[c] == 0)
                return false;
            out += static_cast<char>(bytes_[c] - 1);
        }
        return true;
    }

private:
    static constexpr bool is_printable(unsigned c)
    {
        return (c > 0x20 && c < 0x7f) || (c > 0xa0 && c != 0xad);
    }

    std::array<std::array<char, 2>, 256> letters_ = {};
    std::array<std::uint8_t, 256> lengths_ = {};
    std::array<std::int16_t, 0x180> bytes_ = {}; /* by letter: the byte and 1; 0: no letter */
};

inline constexpr Alphabet ALPHABET;

} // namespace calib_tj

#endif
