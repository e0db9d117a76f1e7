/* SPDX-License-Identifier: MIT */
/* The rows that samplers plan over corpora given by a formula. Reads cases from standard input and
 * prints their rows; or compares those of a file of cases. Prints TAP itself then, because it is
 * also built for machines without cmocka.
 *
 * usage: rows < CASES, or rows GOLDEN
 *
 * A case is SAMPLER N SEQ_LEN SEED SKIP DOCUMENTS A B: document d has d * A % B tokens. Its rows
 * are "document:first+n", those of several spans joined by commas; or the name of the status. */
#include "base/error.h"
#include "sample/request.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct corpus {
    uint64_t n_documents, a, b;
    bool joined;
} corpus;

static uint64_t length(const corpus *c, uint64_t document)
{
    return document * c->a % c->b;
}

static int length_of(void *ctx, uint64_t document, uint64_t *n_tokens)
{
    const corpus *c = ctx;
    *n_tokens = length(c, document);
    if (c->joined) {
        *n_tokens = 0;
        for (uint64_t i = 0; i < c->n_documents; i++)
            *n_tokens += length(c, i);
    }
    return CALIB_OK;
}

/* Every fifth document repeats one token, from its first ones on. */
static int tokens_of(void *ctx, uint64_t document, uint64_t first, size_t n, int32_t *out)
{
    (void)ctx;
    for (size_t i = 0; i < n; i++) {
        uint64_t at = first + i;
        bool repeats = document % 5 == 3 && at >= document % 7;
        out[i] = repeats ? 7 : (int32_t)(document * 1000 + at);
    }
    return CALIB_OK;
}

typedef struct text {
    char *data;
    size_t len, cap;
} text;

static void append(text *to, const char *what)
{
    size_t len = strlen(what);
    if (to->len + len + 1 > to->cap) {
        to->cap = 2 * to->cap + len + 64;
        to->data = realloc(to->data, to->cap);
        if (!to->data)
            abort();
    }
    memcpy(to->data + to->len, what, len + 1);
    to->len += len;
}

static int begin(void *ctx, const calib_row_counts *counts, uint64_t *first, uint64_t *n)
{
    (void)ctx;
    *first = 0;
    *n = counts->n_rows;
    return CALIB_OK;
}

static int put(void *ctx, const calib_span *spans, size_t n_spans)
{
    text *rows = ctx;
    for (size_t i = 0; i < n_spans; i++) {
        char span[80];
        snprintf(span, sizeof span, "%s%" PRIu64 ":%" PRIu64 "+%" PRIu64,
                 i           ? ","
                 : rows->len ? " "
                             : "",
                 spans[i].document, spans[i].first, spans[i].n);
        append(rows, span);
    }
    return CALIB_OK;
}

static int plan(const calib_sample_request *request, corpus *c, text *rows)
{
    int status = calib_sample_check(request);
    bool joined = !request->sampler->sees_documents;
    c->joined = joined;
    calib_view view = {.ctx = c,
                       .n_documents = joined ? 1 : c->n_documents,
                       .length = length_of,
                       .tokens = tokens_of};
    calib_sampler_input input = calib_sample_input(request, &view, request->n_samples);
    return status ? status : request->sampler->plan(&input, &(calib_row_sink){rows, begin, put});
}

/* Returns the rows of a case; free() them. */
static char *rows_of(const char *line)
{
    static calib_progress silent;
    char name[32];
    corpus c;
    int64_t n_samples;
    uint64_t seq_len, seed, skip;
    text rows = {0};
    if (sscanf(line,
               "%31s %" SCNd64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
               " %" SCNu64,
               name, &n_samples, &seq_len, &seed, &skip, &c.n_documents, &c.a, &c.b) != 8)
        return NULL;
    calib_sampling sampling = {.struct_size = sizeof sampling, .sampler = name, .skip = skip};
    calib_sample_request request = {.n_samples = n_samples,
                                    .seq_len = (size_t)seq_len,
                                    .seed = seed,
                                    .bos_id = -1,
                                    .progress = &silent};
    int status = calib_sample_configure(&sampling, &request);
    if (!status && request.sampler->reads & CALIB_READS_SHORT)
        request.short_rows = CALIB_SHORT_PAD;
    if (!status)
        status = plan(&request, &c, &rows);
    append(&rows, "");
    if (!status)
        return rows.data;
    rows.len = 0;
    append(&rows, calib_status_name(status));
    return rows.data;
}

static void print_cases(void)
{
    char line[256];
    while (fgets(line, sizeof line, stdin)) {
        char *rows = rows_of(line);
        puts(rows ? rows : "?");
        free(rows);
    }
}

/* Each line of the file is a case, a tab and its rows. */
static int compare_cases(FILE *file)
{
    static char line[65536];
    int n = 0, n_wrong = 0;
    while (fgets(line, sizeof line, file)) {
        char *tab = strchr(line, '\t');
        if (line[0] == '#' || !tab)
            continue;
        *tab = '\0';
        tab[1 + strcspn(tab + 1, "\n")] = '\0';
        char *rows = rows_of(line);
        bool equal = rows && strcmp(rows, tab + 1) == 0;
        printf("%sok %d - %s\n", equal ? "" : "not ", ++n, line);
        if (!equal)
            printf("# %s\n# expected %s\n", rows ? rows : "?", tab + 1);
        n_wrong += !equal;
        free(rows);
    }
    printf("1..%d\n", n);
    return n_wrong != 0 || n == 0;
}

int main(int n_arguments, char **arguments)
{
    if (n_arguments < 2) {
        print_cases();
        return 0;
    }
    FILE *file = fopen(arguments[1], "r");
    if (!file) {
        printf("Bail out! cannot open %s\n", arguments[1]);
        return 1;
    }
    int status = compare_cases(file);
    fclose(file);
    return status;
}
