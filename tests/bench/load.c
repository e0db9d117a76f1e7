/* SPDX-License-Identifier: MIT */
/* Times calib_load_from() on a text with a SentencePiece model or a tokenizer.json:
 * load TOKENIZER TEXT THREADS proven|whole REPEATS [MAX_MEMO_BYTES]. Prints the best seconds for
 * 128 rows of 512, the number of tokens, and a hash of all rows from one more load ("whole" has
 * only that load). It is opened for each load, so tables and memo are cold. */
#include "setup.h"
#include "tokenizer.h"

#include <calib.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static uint64_t hash_of(const calib_samples *samples)
{
    uint64_t hash = 1469598103934665603u;
    for (size_t i = 0; i < samples->n_rows * samples->seq_len; i++)
        hash = (hash ^ (uint64_t)samples->tokens[i]) * 1099511628211u;
    return hash;
}

static int failed(int status)
{
    calib_error error = {.struct_size = sizeof error};
    calib_last_error(&error);
    fprintf(stderr, "%s: %s\n", calib_status_name(status), error.message);
    return 1;
}

/* Opens the tokenizer, and loads with it in *seconds. */
static int load(const char *path, bool cuts, const test_setup *setup, int64_t n_samples,
                double *seconds, calib_samples **samples)
{
    bench_tokenizer tokenizer;
    int status = bench_open(path, cuts, &tokenizer);
    if (status)
        return status;
    double start = now();
    status = test_load(bench_vtable(&tokenizer), n_samples, 512, 123, setup, NULL, samples);
    *seconds = now() - start;
    bench_close(&tokenizer);
    return status;
}

int main(int argc, char **argv)
{
    if (argc != 6 && argc != 7)
        return 2;
    bool whole = strcmp(argv[4], "whole") == 0;
    test_setup setup = location_setup(argv[2]);
    setup.options.threads = (uint32_t)strtoul(argv[3], NULL, 10);
    setup.options.max_whole_bytes = UINT64_C(1) << 30;
    setup.options.max_memo_bytes = argc == 7 ? strtoull(argv[6], NULL, 10) : 0;
    setup.options.flags = CALIB_NO_TOKEN_STORE;
    double best = 1e9, seconds;
    calib_samples *samples;
    for (long i = 0; !whole && i < strtol(argv[5], NULL, 10); i++) {
        int status = load(argv[1], true, &setup, 128, &seconds, &samples);
        if (status)
            return failed(status);
        calib_samples_free(samples);
        best = seconds < best ? seconds : best;
    }
    int status = load(argv[1], !whole, &setup, -1, &seconds, &samples);
    if (status)
        return failed(status);
    if (whole)
        best = seconds;
    printf("%.6f %llu %016llx\n", best, (unsigned long long)samples->n_tokens,
           (unsigned long long)hash_of(samples));
    calib_samples_free(samples);
    return 0;
}
