/* SPDX-License-Identifier: MIT */
/* Times the first cut, which builds the tables of a SentencePiece model or a tokenizer.json:
 * tables TOKENIZER [REPEATS]. Prints the median and the least milliseconds of processor time of
 * some times (51) in one process, each with the tokenizer opened anew. */
#include "tokenizer.h"

#include <calib.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { MOST = 1001 };

static int by_size(const void *a, const void *b)
{
    double one = *(const double *)a, other = *(const double *)b;
    return (one > other) - (one < other);
}

static int time_first_cut(const char *path, double *milliseconds)
{
    bench_tokenizer tokenizer;
    int status = bench_open(path, true, &tokenizer);
    if (status)
        return status;
    const calib_tokenizer_vtable *tok = bench_vtable(&tokenizer);
    size_t offset, n;
    clock_t start = clock();
    status = tok->cuts ? tok->cuts(tok->ctx, "a b", 3, 0, &offset, 1, &n) : CALIB_E_UNSUPPORTED;
    *milliseconds = (double)(clock() - start) * 1e3 / (double)CLOCKS_PER_SEC;
    bench_close(&tokenizer);
    return status;
}

int main(int argc, char **argv)
{
    static double times[MOST];
    int repeats = argc == 3 ? (int)strtol(argv[2], NULL, 10) : 51;
    if ((argc != 2 && argc != 3) || repeats < 1 || repeats > MOST)
        return 2;
    for (int i = 0; i < repeats; i++) {
        int status = time_first_cut(argv[1], &times[i]);
        if (status) {
            fprintf(stderr, "%s\n", calib_status_name(status));
            return 1;
        }
    }
    qsort(times, (size_t)repeats, sizeof *times, by_size);
    printf("%.3f %.3f\n", times[repeats / 2], times[0]);
    return 0;
}
