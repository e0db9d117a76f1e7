/* SPDX-License-Identifier: MIT */
/* Times what comes after the first load; prints the best seconds.
 * stored load MODEL TEXT CACHE REPEATS   calib_load_from() of 128 rows from stored tokens
 * stored rows TEXT CACHE REPEATS         128 of as many rows as TEXT has bytes, from an open corpus
 */
#include "setup.h"

#include <calib.h>
#include <calib_sentencepiece.h>
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

static void check(int status)
{
    calib_error error = {.struct_size = sizeof error};
    if (status == CALIB_OK)
        return;
    calib_last_error(&error);
    fprintf(stderr, "%s: %s\n", calib_status_name(status), error.message);
    exit(1);
}

/* The second open must find what the first one stored. */
static calib_corpus *open_stored(const calib_tokenizer_vtable *tok, const test_setup *setup)
{
    calib_corpus *corpus;
    calib_info info = {.struct_size = sizeof info};
    check(test_open(tok, setup, &corpus));
    calib_corpus_close(corpus);
    check(test_open(tok, setup, &corpus));
    check(calib_corpus_info(corpus, &info));
    if (info.token_store != CALIB_CACHE_HIT) {
        fprintf(stderr, "the tokens are not stored\n");
        exit(1);
    }
    return corpus;
}

static double time_load(const calib_tokenizer_vtable *tok, const test_setup *setup)
{
    calib_samples *samples;
    double start = now();
    check(test_load(tok, 128, 512, 123, setup, NULL, &samples));
    double seconds = now() - start;
    calib_samples_free(samples);
    return seconds;
}

static double time_rows(calib_corpus *corpus)
{
    calib_samples *samples;
    double start = now();
    check(calib_corpus_sample(corpus, 128, 1, 123, NULL, &samples));
    double seconds = now() - start;
    calib_samples_free(samples);
    return seconds;
}

int main(int argc, char **argv)
{
    int loads = argc == 6 && strcmp(argv[1], "load") == 0;
    if (!loads && !(argc == 5 && strcmp(argv[1], "rows") == 0))
        return 2;
    test_setup setup = location_setup(argv[argc - 3]);
    setup.options.cache_dir = argv[argc - 2];
    calib_sentencepiece_options model = {.struct_size = sizeof model, .path = argv[2]};
    calib_sentencepiece *sp = NULL;
    if (loads)
        check(calib_sentencepiece_open(&model, &sp));
    const calib_tokenizer_vtable *tok =
        loads ? calib_sentencepiece_vtable(sp) : calib_bytes_tokenizer();
    calib_corpus *corpus = open_stored(tok, &setup);
    double best = 1e9;
    for (long i = strtol(argv[argc - 1], NULL, 10); i > 0; i--) {
        double seconds = loads ? time_load(tok, &setup) : time_rows(corpus);
        best = seconds < best ? seconds : best;
    }
    printf("%.6f\n", best);
    calib_corpus_close(corpus);
    calib_sentencepiece_close(sp);
    return 0;
}
