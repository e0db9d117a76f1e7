/* SPDX-License-Identifier: MIT */
/* A BPE model of seven pieces, byte by byte. */
#ifndef CALIB_TESTS_GOLDEN_H
#define CALIB_TESTS_GOLDEN_H

/* clang-format off */
static const unsigned char golden_model[] = {
    /* "<unk>", "<s>", "</s>", "ab", "a", "b", U+2581 with scores 0, 0, 0, 0, -1, -2, -3 */
    0x0a, 14, 0x0a, 5, '<', 'u', 'n', 'k', '>', 0x15, 0, 0, 0, 0, 0x18, 2,
    0x0a, 12, 0x0a, 3, '<', 's', '>', 0x15, 0, 0, 0, 0, 0x18, 3,
    0x0a, 13, 0x0a, 4, '<', '/', 's', '>', 0x15, 0, 0, 0, 0, 0x18, 3,
    0x0a, 11, 0x0a, 2, 'a', 'b', 0x15, 0, 0, 0, 0, 0x18, 1,
    0x0a, 10, 0x0a, 1, 'a', 0x15, 0, 0, 0x80, 0xbf, 0x18, 1,
    0x0a, 10, 0x0a, 1, 'b', 0x15, 0, 0, 0x00, 0xc0, 0x18, 1,
    0x0a, 12, 0x0a, 3, 0xe2, 0x96, 0x81, 0x15, 0, 0, 0x40, 0xc0, 0x18, 1,
    /* model_type BPE; normalizer "identity" with add_dummy_prefix */
    0x12, 2, 0x18, 2,
    0x1a, 12, 0x0a, 8, 'i', 'd', 'e', 'n', 't', 'i', 't', 'y', 0x18, 1,
};
/* clang-format on */

#endif
