/* SPDX-License-Identifier: MIT */
#include "scan_block.h"

namespace calib_tj
{

namespace
{

constexpr std::size_t WORD = 8;

using Words = std::uint64_t[WORD];

/* The lowest byte of the classes of eight characters. */
std::uint64_t classes_of_word(const char *text)
{
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < WORD; i++) {
        Classes classes = byte_classes[static_cast<unsigned char>(text[i])];
        word |= std::uint64_t{classes & 0xff} << 8 * i;
    }
    return word;
}

/* Exchanges what `mask` selects with what stands `shift` bits higher. */
void exchange(std::uint64_t &low, std::uint64_t &high, std::uint64_t mask, unsigned shift)
{
    std::uint64_t both = (low >> shift ^ high) & mask;
    high ^= both;
    low ^= both << shift;
}

/* Transposes a matrix of 8 x 8 bits: bit j of byte i becomes bit i of byte j. */
std::uint64_t transpose_bits(std::uint64_t word)
{
    auto step = [&word](std::uint64_t mask, unsigned shift) {
        std::uint64_t both = (word >> shift ^ word) & mask;
        word ^= both ^ both << shift;
    };
    step(0x00aa00aa00aa00aa, 7);
    step(0x0000cccc0000cccc, 14);
    step(0x00000000f0f0f0f0, 28);
    return word;
}

/* Transposes a matrix of 8 x 8 bytes: byte j of word i becomes byte i of word j. */
void transpose_bytes(Words &words)
{
    auto step = [&words](std::size_t distance, std::uint64_t mask) {
        for (std::size_t i = 0; i < WORD; i++)
            if (!(i & distance))
                exchange(words[i], words[i + distance], mask, static_cast<unsigned>(8 * distance));
    };
    step(4, 0x00000000ffffffff);
    step(2, 0x0000ffff0000ffff);
    step(1, 0x00ff00ff00ff00ff);
}

} // namespace

BlockSets read_block(const char *text, std::size_t n)
{
    static_assert(UPPER == 1 && OTHER == 1u << 7, "the sets are the bits of the lowest byte");
    Words words = {};
    for (std::size_t i = 0; WORD * i < n; i++)
        words[i] = transpose_bits(classes_of_word(text + WORD * i));
    transpose_bytes(words);
    return {words[0], words[1], words[2], words[3], words[4], words[5], words[6], words[7]};
}

} // namespace calib_tj
