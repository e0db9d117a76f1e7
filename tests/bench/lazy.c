/* SPDX-License-Identifier: MIT */
/* A few documents of many: lazy TOKENIZER JSONL DOCUMENTS REPEATS. Opens the file lazily and asks
 * for DOCUMENTS of its documents at random. Prints the best CPU seconds of this and of one hashing
 * pass over the file, taken in turn, their ratio, and the share of the documents that were
 * tokenized. */
#include "corpus/corpus.h"
#include "input/reader.h"
#include "tokenizer.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void must(int status)
{
    if (!status)
        return;
    calib_error error = {.struct_size = sizeof error};
    calib_last_error(&error);
    fprintf(stderr, "%s\n", error.message);
    exit(1);
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

/* Returns the number of documents in the file. */
static uint64_t ask(const calib_tokenizer_vtable *tok, const char *path, uint64_t n)
{
    calib_documents documents = {.struct_size = sizeof documents,
                                 .format = CALIB_DOCUMENTS_JSONL,
                                 .flags = CALIB_DOCUMENTS_LAZY};
    calib_source source = {.struct_size = sizeof source, .location = path, .documents = &documents};
    calib_corpus *corpus;
    calib_views views;
    must(calib_corpus_open(tok, &source, 1, NULL, &corpus));
    must(calib_views_open(&views, corpus, true));
    const calib_view *view = &views.views[0];
    uint64_t n_documents = view->n_documents, random = 1;
    for (uint64_t i = 0; i < n; i++) {
        uint64_t n_tokens, document;
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
        document = (random >> 33) % n_documents;
        must(view->length(view->ctx, document, &n_tokens));
        int32_t id;
        must(n_tokens ? view->tokens(view->ctx, document, n_tokens / 2, 1, &id) : 0);
    }
    calib_views_close(&views);
    calib_corpus_close(corpus);
    return n_documents;
}

int main(int argc, char **argv)
{
    if (argc != 5)
        return 2;
    bench_tokenizer tokenizer;
    double best[2] = {1e9, 1e9};
    uint64_t n = strtoull(argv[3], NULL, 10), n_documents = 0;
    if (bench_open(argv[1], true, &tokenizer))
        return 1;
    ask(bench_vtable(&tokenizer), argv[2], n); /* the tables are built once */
    for (long i = 0; i < 2 * strtol(argv[4], NULL, 10); i++) {
        clock_t start = clock();
        if (i % 2)
            n_documents = ask(bench_vtable(&tokenizer), argv[2], n);
        else
            hash(argv[2]);
        double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
        best[i % 2] = seconds < best[i % 2] ? seconds : best[i % 2];
    }
    printf("hashing %.3f s, lazy %.3f s: %.2fx; %.2f %% of %llu documents\n", best[0], best[1],
           best[1] / best[0], 100 * (double)n / (double)n_documents,
           (unsigned long long)n_documents);
    bench_close(&tokenizer);
    return 0;
}
