/* SPDX-License-Identifier: MIT */
#include "compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Half of the part that a share `p`, beside the share `q`, has in a divergence. */
static double half(double p, double q)
{
    return p > 0 ? p * log2(2 * p / (p + q)) / 2 : 0;
}

/* By share, then by id: the order is the same everywhere. */
static int compare(const void *a, const void *b)
{
    const cli_difference *x = a, *y = b;
    if (x->share != y->share)
        return x->share < y->share ? 1 : -1;
    return (x->id > y->id) - (x->id < y->id);
}

bool cli_compare(const cli_tally *here, const cli_tally *there, size_t n, cli_comparison *out)
{
    *out = (cli_comparison){0};
    cli_difference *all = malloc((n + 1) * sizeof *all);
    size_t n_all = 0;
    if (!all)
        return false;
    for (size_t id = 0; id < n; id++) {
        double p = (double)here->counts[id] / (double)here->n_tokens;
        double q = (double)there->counts[id] / (double)there->n_tokens;
        double part = half(p, q) + half(q, p);
        if (part <= 0) /* of nearly equal shares, rounding can make it negative */
            continue;
        out->divergence += part;
        all[n_all++] = (cli_difference){id, here->counts[id], there->counts[id], part};
    }
    out->divergence = out->divergence < 1 ? out->divergence : 1;
    out->distance = sqrt(out->divergence);
    for (size_t i = 0; i < n_all; i++)
        all[i].share /= out->divergence;
    qsort(all, n_all, sizeof *all, compare);
    out->n_differences = n_all < CLI_DIFFERENCES ? n_all : CLI_DIFFERENCES;
    memcpy(out->differences, all, out->n_differences * sizeof *all);
    free(all);
    return true;
}
