/* SPDX-License-Identifier: MIT */
/* The first places of a shuffled order: order SHUFFLE DOCUMENTS N SEED, where SHUFFLE is
 * generator or legacy. Prints the CPU seconds, and the order's sum of place times document, for
 * order.py. */
#include "sample/order.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double shuffle(calib_order_fn make_order, const calib_sampler_input *input, uint64_t n,
                      uint64_t *sum)
{
    uint32_t *order = NULL;
    clock_t start = clock();
    if (make_order(input, n, &order))
        exit(1);
    double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    *sum = 0;
    for (uint64_t i = 0; i < n; i++)
        *sum += i * order[i];
    free(order);
    return seconds;
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    calib_progress silent = {0};
    calib_view view = {.n_documents = strtoull(argv[2], NULL, 10)};
    calib_sampler_input input = {
        .view = &view, .seed = strtoull(argv[4], NULL, 10), .progress = &silent};
    bool legacy = strcmp(argv[1], "legacy") == 0;
    uint64_t sum;
    double seconds = shuffle(legacy ? calib_order_numpy_legacy : calib_order_numpy, &input,
                             strtoull(argv[3], NULL, 10), &sum);
    printf("%.6f %" PRIu64 "\n", seconds, sum);
    return 0;
}
