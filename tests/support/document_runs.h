/* SPDX-License-Identifier: MIT */
/* Random documents, a run of the driver over them, and what came out. */
#ifndef CALIB_TESTS_DOCUMENT_RUNS_H
#define CALIB_TESTS_DOCUMENT_RUNS_H

#include "base/error.h"
#include "base/memory.h"
#include "test.h"
#include "tokenize/tokenize.h"
#include "tokenizers.h"

enum { MOST_PARTS = 4 };

static const uint32_t thread_counts[] = {1, 2, 8};

/* ---- what goes in ---- */

typedef struct corpus {
    char *text;
    size_t len;
    calib_document *documents;
    calib_part *parts; /* [n * MOST_PARTS] */
    size_t n;
} corpus;

/* Divides `text` into parts of random lengths whose flags differ from their neighbours'. */
static inline size_t make_parts(calib_part *parts, const char *text, size_t len, uint32_t *seed)
{
    static const uint32_t flags[] = {0, CALIB_TEXT_PARSE_SPECIAL, CALIB_TEXT_PLAIN};
    size_t n = 0, at = 0;
    for (uint32_t kind = test_random(seed); at < len; kind += 1 + test_random(seed) % 2) {
        size_t most = len - at, part = n + 1 == MOST_PARTS ? most : 1 + test_random(seed) % most;
        parts[n++] = (calib_part){text + at, part, flags[kind % 3]};
        at += part;
    }
    return n;
}

/* Records without text stand between the documents. */
static inline corpus make_corpus(const size_t *sizes, size_t n, bool in_parts, uint32_t seed)
{
    corpus made = {.n = n};
    for (size_t i = 0; i < n; i++)
        made.len += sizes[i];
    made.text = malloc(made.len + 1);
    made.documents = calloc(n, sizeof *made.documents);
    made.parts = calloc(n * MOST_PARTS, sizeof *made.parts);
    test_words_text(made.text, made.len, seed);
    for (size_t i = 0, at = 0; i < n; at += sizes[i++]) {
        calib_part *parts = made.parts + i * MOST_PARTS;
        size_t n_parts = sizes[i] > 0;
        parts[0] = (calib_part){made.text + at, sizes[i], 0};
        if (in_parts)
            n_parts = make_parts(parts, made.text + at, sizes[i], &seed);
        made.documents[i] = (calib_document){parts, n_parts, 3 * i + 1, at, sizes[i], NULL};
    }
    return made;
}

static inline corpus equal_documents(size_t n, size_t size)
{
    size_t *sizes = malloc(n * sizeof *sizes);
    for (size_t i = 0; i < n; i++)
        sizes[i] = size;
    corpus made = make_corpus(sizes, n, false, 5);
    free(sizes);
    return made;
}

static inline void free_corpus(corpus *made)
{
    free(made->text);
    free(made->documents);
    free(made->parts);
}

/* ---- what comes out ---- */

typedef struct document_end {
    uint64_t record;
    size_t n_ids; /* so far */
} document_end;

typedef struct document_ids {
    calib_buffer ids;        /* int32 */
    calib_buffer ends;       /* of document_end */
    size_t n_calls, fail_at; /* fails at this call, counted from 1 */
} document_ids;

static inline int call(document_ids *got)
{
    return ++got->n_calls == got->fail_at ? calib_fail(CALIB_E_SYSTEM, "call %zu", got->n_calls)
                                          : 0;
}

static inline int put(void *ctx, const int32_t *ids, size_t n)
{
    document_ids *got = ctx;
    int status = call(got);
    return status ? status : calib_ids_append(&got->ids, ids, n);
}

static inline int end(void *ctx, uint64_t record)
{
    document_ids *got = ctx;
    document_end here = {record, got->ids.len / sizeof(int32_t)};
    int status = call(got);
    return status ? status : calib_buffer_append(&got->ends, &here, sizeof here);
}

static inline size_t n_ended(const document_ids *got)
{
    return got->ends.len / sizeof(document_end);
}

static inline void reset(document_ids *got)
{
    got->ids.len = got->ends.len = got->n_calls = 0;
}

static inline void free_ids(document_ids *got)
{
    calib_buffer_free(&got->ids);
    calib_buffer_free(&got->ends);
}

static inline int emit(void *ctx, const int32_t *ids, size_t n)
{
    document_ids *got = ctx;
    return calib_ids_append(&got->ids, ids, n);
}

/* Encodes every part alone. */
static inline void naive(const calib_tokenizer_vtable *tok, uint32_t flags, const corpus *from,
                         document_ids *out)
{
    for (size_t i = 0; i < from->n; i++) {
        const calib_document *document = &from->documents[i];
        size_t n = document->n_parts;
        if (n == 0)
            assert_ok(tok->encode(tok->ctx, "", 0, flags | 3, emit, out));
        for (size_t p = 0; p < n; p++) {
            const calib_part *part = &document->parts[p];
            uint32_t ends = (p == 0 ? CALIB_TEXT_BEGIN : 0u) | (p + 1 == n ? CALIB_TEXT_END : 0u);
            assert_ok(tok->encode(tok->ctx, part->text, part->len, flags | part->flags | ends, emit,
                                  out));
        }
        end(out, document->record);
    }
}

static inline int put_all(calib_tokenizing *run, const corpus *from)
{
    int status = CALIB_OK;
    for (size_t i = 0; i < from->n && !status; i++)
        status = calib_tokenizing_document(run, &from->documents[i]);
    return status;
}

static inline int tokenize(const calib_tokenize_request *request, const corpus *from,
                           document_ids *got)
{
    calib_tokenizing *run;
    calib_progress progress = {0};
    calib_tokenize_request mine = *request;
    mine.sink = (calib_id_sink){put, end, got};
    if (!mine.progress)
        mine.progress = &progress;
    reset(got);
    assert_ok(calib_tokenizing_begin(&mine, &run));
    int status = put_all(run, from);
    if (!status)
        status = calib_tokenizing_end(run, true);
    calib_tokenizing_free(run);
    return status;
}

static inline calib_tokenize_request make_request(const calib_tokenizer_vtable *tok)
{
    return (calib_tokenize_request){
        .tok = tok, .max_whole_bytes = 64 << 20, .max_memo_bytes = 8 << 20, .threads = 1};
}

static inline void assert_same(const document_ids *got, const document_ids *expected)
{
    assert_int_equal(got->ids.len, expected->ids.len);
    assert_memory_equal(got->ids.data, expected->ids.data, got->ids.len);
    assert_int_equal(got->ends.len, expected->ends.len);
    assert_memory_equal(got->ends.data, expected->ends.data, got->ends.len);
}

#endif
