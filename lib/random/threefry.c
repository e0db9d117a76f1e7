/* SPDX-License-Identifier: MIT */
/* Threefry-2x32-20 and the key schedule of MLX's global generator. */
#include "random/threefry.h"

#define ROTATE(x, n) ((x) << (n) | (x) >> (32 - (n)))
#define ROUND(n) (x += y, y = ROTATE(y, n), y ^= x)

/* A key is injected after every fourth round; the schedule rotates by one word each time. */
#define EVEN_ROUNDS (ROUND(13), ROUND(15), ROUND(26), ROUND(6))
#define ODD_ROUNDS (ROUND(17), ROUND(29), ROUND(16), ROUND(24))
#define INJECT(k, l, n) (x += (k), y += (l) + (n))

static inline void block(uint32_t k0, uint32_t k1, uint32_t k2, uint32_t x, uint32_t y,
                         uint32_t *first, uint32_t *second)
{
    x += k0, y += k1;
    EVEN_ROUNDS, INJECT(k1, k2, 1);
    ODD_ROUNDS, INJECT(k2, k0, 2);
    EVEN_ROUNDS, INJECT(k0, k1, 3);
    ODD_ROUNDS, INJECT(k1, k2, 4);
    EVEN_ROUNDS, INJECT(k2, k0, 5);
    *first = x;
    *second = y;
}

static uint32_t third_key_word(calib_threefry_key key)
{
    return key.word[0] ^ key.word[1] ^ 0x1BD11BDAu;
}

void calib_threefry_block(calib_threefry_key key, uint32_t a, uint32_t b, uint32_t out[2])
{
    block(key.word[0], key.word[1], third_key_word(key), a, b, &out[0], &out[1]);
}

void calib_threefry_blocks(calib_threefry_key key, uint32_t a, uint32_t b, uint32_t count,
                           uint32_t *first, uint32_t *second)
{
    uint32_t k0 = key.word[0], k1 = key.word[1], k2 = third_key_word(key);
    for (uint32_t i = 0; i < count; i++)
        block(k0, k1, k2, a + i, b + i, &first[i], &second[i]);
}

calib_threefry_key calib_threefry_seed(uint64_t seed)
{
    return (calib_threefry_key){{(uint32_t)(seed >> 32), (uint32_t)seed}};
}

/* MLX takes bits(state, 4): words 0 and 2 are the block of counter (0, 2), words 1 and 3 that of
 * (1, 3). The first half is the new state, the second half the key. */
calib_threefry_key calib_threefry_split(calib_threefry_key *state)
{
    uint32_t even[2], odd[2];
    calib_threefry_block(*state, 0, 2, even);
    calib_threefry_block(*state, 1, 3, odd);
    *state = (calib_threefry_key){{even[0], odd[0]}};
    return (calib_threefry_key){{even[1], odd[1]}};
}
