/* SPDX-License-Identifier: MIT */
#include "repeats.h"

#include "sort.h"

#include <stdlib.h>

uint64_t cli_repeats_hash(uint64_t hash, const int32_t *ids, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        hash = (hash ^ (uint32_t)ids[i]) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 29;
    }
    return hash;
}

bool cli_repeats_add(cli_repeats *repeats, uint64_t hash)
{
    if (repeats->n == repeats->cap) {
        size_t cap = repeats->cap ? 2 * repeats->cap : 1024;
        uint64_t *grown =
            cap <= SIZE_MAX / sizeof *grown ? realloc(repeats->items, cap * sizeof *grown) : NULL;
        if (!grown)
            return false;
        repeats->items = grown;
        repeats->cap = cap;
    }
    repeats->items[repeats->n++] = hash;
    return true;
}

uint64_t cli_repeats_count(cli_repeats *repeats)
{
    uint64_t n = 0;
    cli_sort(repeats->items, repeats->n);
    for (size_t i = 1; i < repeats->n; i++)
        n += repeats->items[i] == repeats->items[i - 1];
    return n;
}
