/* SPDX-License-Identifier: MIT */
#include "sample/shares.h"

#include "base/error.h"

#include <stdbool.h>
#include <stdlib.h>

typedef struct remainder {
    uint64_t value;
    size_t source;
} remainder;

/* Returns a * b / divisor and the remainder; b <= divisor. One bit of `a` after another, so that no
 * intermediate number is beyond 64 bits. */
static uint64_t divide(uint64_t a, uint64_t b, uint64_t divisor, uint64_t *rest)
{
    uint64_t quotient = 0, left = 0; /* of the bits so far: left < divisor */
    for (int bit = 63; bit >= 0; bit--) {
        bool carries = left >= divisor - left;
        left = carries ? left - (divisor - left) : left + left;
        quotient = 2 * quotient + carries;
        if (!(a >> bit & 1))
            continue;
        bool wraps = b >= divisor - left;
        left = wraps ? b - (divisor - left) : left + b;
        quotient += wraps;
    }
    *rest = left;
    return quotient;
}

static int larger_first(const void *a, const void *b)
{
    const remainder *x = a, *y = b;
    if (x->value != y->value)
        return x->value > y->value ? -1 : 1;
    return x->source < y->source ? -1 : 1;
}

int calib_shares(const uint64_t *weights, size_t n, uint64_t total, uint64_t *shares)
{
    uint64_t sum = 0, left = total;
    for (size_t i = 0; i < n; i++) {
        if (weights[i] > UINT64_MAX - sum)
            return calib_fail(CALIB_E_ARGUMENT,
                              "the weights of the sources add up to more than 2^64 - 1");
        sum += weights[i];
    }
    remainder *rest = malloc(n * sizeof *rest);
    if (!rest)
        return calib_fail_memory(n * sizeof *rest);
    for (size_t i = 0; i < n; i++) {
        rest[i].source = i;
        shares[i] = divide(total, weights[i], sum, &rest[i].value);
        left -= shares[i];
    }
    qsort(rest, n, sizeof *rest, larger_first);
    for (size_t i = 0; i < left; i++)
        shares[rest[i].source]++;
    free(rest);
    return CALIB_OK;
}
