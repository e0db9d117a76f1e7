/* SPDX-License-Identifier: MIT */
/* Times calib_load_ex() on a text with a SentencePiece model:
 * load MODEL TEXT THREADS proven|whole REPEATS; prints the best seconds, the tokens and a hash of
 * the rows. The model is opened anew each time, so tables and memo are cold. */
#include <calib.h>
#include <calib_sentencepiece.h>
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

int main(int argc, char **argv)
{
    if (argc != 6)
        return 2;
    calib_sentencepiece_options model = {.struct_size = sizeof model, .path = argv[1]};
    model.cuts =
        strcmp(argv[4], "whole") ? CALIB_SENTENCEPIECE_CUTS_PROVEN : CALIB_SENTENCEPIECE_CUTS_NONE;
    calib_options options = {.struct_size = sizeof options, .source = argv[2]};
    options.threads = (uint32_t)strtoul(argv[3], NULL, 10);
    options.max_whole_bytes = UINT64_C(1) << 30;
    options.flags = CALIB_NO_TOKEN_STORE;
    double best = 1e9;
    uint64_t n_tokens = 0, hash = 0;
    for (long i = 0; i < strtol(argv[5], NULL, 10); i++) {
        calib_sentencepiece *sp;
        calib_samples *samples;
        int status = calib_sentencepiece_open(&model, &sp);
        if (status)
            return failed(status);
        double start = now();
        status =
            calib_load_ex(calib_sentencepiece_vtable(sp), -1, 512, 123, &options, NULL, &samples);
        double seconds = now() - start;
        if (status)
            return failed(status);
        best = seconds < best ? seconds : best;
        n_tokens = samples->n_tokens;
        hash = hash_of(samples);
        calib_samples_free(samples);
        calib_sentencepiece_close(sp);
    }
    printf("%.6f %llu %016llx\n", best, (unsigned long long)n_tokens, (unsigned long long)hash);
    return 0;
}
