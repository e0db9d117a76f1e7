/* SPDX-License-Identifier: MIT */
#include "random/torch.h"

void calib_torch_seed(calib_mt19937 *generator, uint64_t seed)
{
    calib_mt19937_seed(generator, (uint32_t)seed);
}

uint64_t calib_torch_int64(calib_mt19937 *generator)
{
    uint64_t high = calib_mt19937_next(generator) & 0x7fffffffu;
    return high << 32 | calib_mt19937_next(generator);
}

uint32_t calib_torch_below(calib_mt19937 *generator, uint32_t below)
{
    return calib_mt19937_next(generator) % below;
}

/* The last place is not drawn. */
void calib_torch_randperm(calib_mt19937 *generator, uint32_t n_all, uint32_t first, uint32_t n,
                          uint32_t *order)
{
    for (uint32_t i = first; i < first + n && i + 1 < n_all; i++) {
        uint32_t j = i + calib_mt19937_next(generator) % (n_all - i);
        uint32_t moved = order[i];
        order[i] = order[j];
        order[j] = moved;
    }
}
