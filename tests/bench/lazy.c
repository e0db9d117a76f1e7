/* SPDX-License-Identifier: MIT */
/* A few documents of many: lazy TOKENIZER JSONL REPEATS. Writes 350,000 documents to JSONL, opens
 * it lazily and samples 128 rows with "gptq-document". Prints the best seconds of this and of
 * one hashing pass over the file, taken in turn, their ratio, the ratio of their CPU seconds, and
 * the share of the documents that were tokenized. */
#include "input/reader.h"
#include "tokenizer.h"

#include <calib_documents.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { N_DOCUMENTS = 350000, SENTENCES = 28, N_ROWS = 128, SEQ_LEN = 256 };

static void must(int status)
{
    if (!status)
        return;
    calib_error error = {.struct_size = sizeof error};
    calib_last_error(&error);
    fprintf(stderr, "%s\n", error.message);
    exit(1);
}

static uint64_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return *state >> 33;
}

/* Records of 2 KB on average, with an escape every 150 bytes or so, and a character outside ASCII
 * every 450. */
static void write_records(const char *path)
{
    static const char *const sentences[] = {
        "The weights of a layer are rounded in blocks, each with a scale of its own.\\n",
        "A row of calibration data is a window of the text that the model reads. ",
        "They called it \\\"good enough\\\", and measured the perplexity again. ",
        "Rows that are drawn twice weigh twice, which hardly matters for large sets. ",
        "The second layer got the errors of the first one, and so on to the last. ",
        "In the caf\xc3\xa9 nobody spoke of quantization until the rain had stopped. ",
    };
    uint64_t state = 1;
    FILE *file = fopen(path, "wb");
    for (int i = 0; file && i < N_DOCUMENTS; i++) {
        fprintf(file, "{\"id\": %d, \"text\": \"", i);
        for (uint64_t n = 1 + next_random(&state) % (2 * SENTENCES); n > 0; n--)
            fputs(sentences[next_random(&state) % 6], file);
        fputs("\"}\n", file);
    }
    if (!file || fclose(file)) {
        perror(path);
        exit(1);
    }
}

static void hash(const char *path)
{
    calib_reader reader;
    const char *block;
    size_t len = 1;
    must(calib_reader_open_path(&reader, path));
    while (len > 0)
        must(calib_reader_next(&reader, &block, &len));
    calib_reader_close(&reader);
}

static const calib_tokenizer_vtable *inner;
static int n_encoded;

static int encode_counted(void *ctx, const char *text, size_t len, uint32_t flags,
                          calib_emit_fn emit, void *emit_ctx)
{
    n_encoded++;
    return inner->encode(ctx, text, len, flags, emit, emit_ctx);
}

static void sample(const calib_tokenizer_vtable *tok, const char *path)
{
    calib_documents documents = {.struct_size = sizeof documents,
                                 .format = CALIB_DOCUMENTS_JSONL,
                                 .flags = CALIB_DOCUMENTS_LAZY};
    calib_source source = {.struct_size = sizeof source, .location = path, .documents = &documents};
    calib_sampling sampling = {.struct_size = sizeof sampling, .sampler = "gptq-document"};
    calib_corpus *corpus;
    calib_samples *samples;
    must(calib_corpus_open(tok, &source, 1, NULL, &corpus));
    must(calib_corpus_sample(corpus, N_ROWS, SEQ_LEN, 0, &sampling, &samples));
    calib_samples_free(samples);
    calib_corpus_close(corpus);
}

/* Seconds of the clock, and of processors. */
typedef struct times {
    double seconds, cpu;
} times;

static times now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (times){(double)t.tv_sec + (double)t.tv_nsec * 1e-9, (double)clock() / CLOCKS_PER_SEC};
}

static void keep_best(times *best, times start)
{
    times end = now();
    best->seconds = fmin(best->seconds, end.seconds - start.seconds);
    best->cpu = fmin(best->cpu, end.cpu - start.cpu);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    bench_tokenizer tokenizer;
    times hashing = {1e9, 1e9}, lazy = hashing;
    if (bench_open(argv[1], false, &tokenizer))
        return 1;
    inner = bench_vtable(&tokenizer);
    calib_tokenizer_vtable counted = *inner;
    counted.encode = encode_counted;
    write_records(argv[2]);
    sample(&counted, argv[2]); /* the tables are built once */
    for (long i = 0; i < strtol(argv[3], NULL, 10); i++) {
        times start = now();
        hash(argv[2]);
        keep_best(&hashing, start);
        n_encoded = 0;
        start = now();
        sample(&counted, argv[2]);
        keep_best(&lazy, start);
    }
    printf("hashing %.3f s, lazy %.3f s: %.2fx (CPU: %.2fx); %.3f %% of %d documents\n",
           hashing.seconds, lazy.seconds, lazy.seconds / hashing.seconds, lazy.cpu / hashing.cpu,
           100.0 * n_encoded / N_DOCUMENTS, N_DOCUMENTS);
    bench_close(&tokenizer);
    return 0;
}
