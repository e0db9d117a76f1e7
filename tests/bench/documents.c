/* SPDX-License-Identifier: MIT */
/* Many small documents against the same bytes as one text: documents TOKENIZER TEXT BYTES THREADS
 * REPEATS. Each document is about BYTES long and ends before a space. Prints the best CPU seconds
 * of both, taken in turn, and the speed of the documents as a ratio. */
#include "base/memory.h"
#include "tokenize/tokenize.h"
#include "tokenizer.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef struct bench {
    const calib_tokenizer_vtable *tok;
    char *text;
    size_t len;
    size_t document; /* bytes; 0: one text */
    uint32_t threads;
    uint64_t n_ids, n_documents;
} bench;

static int count_ids(void *ctx, const int32_t *ids, size_t n)
{
    bench *b = ctx;
    (void)ids;
    b->n_ids += n;
    return 0;
}

static int count_document(void *ctx, uint64_t record)
{
    (void)record;
    bench *b = ctx;
    b->n_documents++;
    return 0;
}

static int put_documents(bench *b, calib_tokenizing *run)
{
    int status = 0;
    for (size_t at = 0, end; at < b->len && !status; at = end) {
        end = b->len - at > b->document ? at + b->document : b->len;
        while (end < b->len && b->text[end] != ' ')
            end++;
        calib_part part = {b->text + at, end - at, 0};
        calib_document document = {&part, 1, b->n_documents, at, end - at, NULL};
        status = calib_tokenizing_document(run, &document);
    }
    return status;
}

static double cpu_seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

/* Returns the CPU seconds of one run. */
static double tokenize(bench *b)
{
    calib_progress progress = {0};
    calib_tokenize_request request = {
        .tok = b->tok,
        .max_whole_bytes = UINT64_C(1) << 30,
        .max_memo_bytes = UINT64_C(256) << 20,
        .threads = b->threads,
        .total = b->len,
        .progress = &progress,
        .sink = {count_ids, b->document ? count_document : NULL, b},
    };
    calib_tokenizing *run;
    double start = cpu_seconds();
    b->n_ids = b->n_documents = 0;
    int status = calib_tokenizing_begin(&request, &run);
    if (!status)
        status = b->document ? put_documents(b, run) : calib_tokenizing_feed(run, b->text, b->len);
    if (!status)
        status = calib_tokenizing_end(run, true);
    calib_tokenizing_free(run);
    if (status) {
        calib_error error = {.struct_size = sizeof error};
        calib_last_error(&error);
        fprintf(stderr, "%s\n", error.message);
        exit(1);
    }
    return cpu_seconds() - start;
}

static void read_text(bench *b, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END)) {
        perror(path);
        exit(1);
    }
    b->len = (size_t)ftell(file);
    b->text = malloc(b->len + 1);
    rewind(file);
    if (!b->text || fread(b->text, 1, b->len, file) != b->len) {
        perror(path);
        exit(1);
    }
    fclose(file);
}

int main(int argc, char **argv)
{
    if (argc != 6)
        return 2;
    bench_tokenizer tokenizer;
    bench b = {.threads = (uint32_t)strtoul(argv[4], NULL, 10)};
    if (bench_open(argv[1], true, &tokenizer))
        return 1;
    b.tok = bench_vtable(&tokenizer);
    read_text(&b, argv[2]);
    double best[2] = {1e9, 1e9};
    tokenize(&b); /* the tables are built once */
    for (long i = 0; i < 2 * strtol(argv[5], NULL, 10); i++) {
        b.document = i % 2 ? strtoul(argv[3], NULL, 10) : 0;
        double seconds = tokenize(&b);
        best[i % 2] = seconds < best[i % 2] ? seconds : best[i % 2];
    }
    printf("one text %.3f s, %llu documents %.3f s: %.2fx\n", best[0],
           (unsigned long long)b.n_documents, best[1], best[0] / best[1]);
    free(b.text);
    bench_close(&tokenizer);
    return 0;
}
