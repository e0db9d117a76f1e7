/* SPDX-License-Identifier: MIT */
#include "lengths.h"

#include "sort.h"

static size_t bin_of(uint64_t length)
{
    size_t bin = 0;
    for (; length; length >>= 1)
        bin++;
    return bin;
}

uint64_t cli_bin_from(size_t bin)
{
    return bin ? UINT64_C(1) << (bin - 1) : 0;
}

uint64_t cli_bin_to(size_t bin)
{
    return bin ? cli_bin_from(bin) * 2 - 1 : 0;
}

void cli_lengths_describe(uint64_t *lengths, size_t n, cli_lengths *out)
{
    *out = (cli_lengths){0};
    cli_sort(lengths, n);
    for (size_t q = 0; q <= 4; q++)
        out->quartiles[q] = lengths[(n - 1) / 4 * q + (n - 1) % 4 * q / 4];
    for (size_t i = 0; i < n; i++)
        out->bins[bin_of(lengths[i])]++;
    out->first_bin = bin_of(lengths[0]);
    out->n_bins = bin_of(lengths[n - 1]) - out->first_bin + 1;
}
