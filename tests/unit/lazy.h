/* SPDX-License-Identifier: MIT */
/* Sources of all formats and kinds, opened with documents that are lazy or not. */
#ifndef CALIB_TEST_LAZY_H
#define CALIB_TEST_LAZY_H

#include "arrow.h"
#include "corpus/corpus.h"
#include "packed.h"
#include "test.h"
#include "tokenizers.h"

#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

enum { N_TEXTS = 40, LONG = 300000, N_ARROW = 20 };

/* ---- what goes in ---- */

static char path[64], other_path[80];

static inline void write_file(const char *name, const char *text, size_t len)
{
    FILE *file = fopen(name, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

/* Random texts: some are empty, one is so long that it is cut. */
static char *texts[N_TEXTS];

static inline void make_texts(uint32_t seed, bool with_cr)
{
    for (size_t i = 0; i < N_TEXTS; i++) {
        size_t len = i == 7 ? LONG : i % 5 == 3 ? 0 : test_random(&seed) % 400;
        free(texts[i]);
        texts[i] = calloc(1, len + 1);
        test_words_text(texts[i], len, test_random(&seed));
        for (char *c = texts[i]; *c && !with_cr; c++)
            *c = *c == '\r' ? ' ' : *c;
    }
}

static inline void add(calib_buffer *out, const char *text)
{
    assert_ok(calib_buffer_append(out, text, strlen(text)));
}

static inline void add_string(calib_buffer *out, const char *text)
{
    add(out, "\"");
    for (; *text; text++) {
        char one[2] = {*text, '\0'};
        add(out, *text == '\n' ? "\\n" : *text == '\r' ? "\\r" : one);
    }
    add(out, "\"");
}

static inline void add_record(calib_buffer *out, size_t i, bool chat)
{
    if (i % 7 == 5) {
        add(out, i % 2 ? "{\"text\": null}" : "{\"text\" 1}");
        return;
    }
    add(out, chat ? " {\"messages\": [{\"role\": \"user\", \"content\": " : " {\"text\": ");
    add_string(out, texts[i]);
    add(out, chat ? "}]} " : "} ");
}

/* The bytes of a source in the format. */
static inline calib_buffer make_bytes(const calib_documents *documents)
{
    static const char *const between[] = {
        [CALIB_DOCUMENTS_LINES] = "\n",         [CALIB_DOCUMENTS_BLANK] = "\n\n",
        [CALIB_DOCUMENTS_SEPARATOR] = "\n==\n", [CALIB_DOCUMENTS_JSONL] = "\n",
        [CALIB_DOCUMENTS_JSON] = ",",
    };
    bool array = documents->format == CALIB_DOCUMENTS_JSON;
    bool records = array || documents->format == CALIB_DOCUMENTS_JSONL;
    calib_buffer out = {0};
    add(&out, records ? "\xef\xbb\xbf" : "");
    add(&out, array ? "[" : "");
    for (size_t i = 0; i < N_TEXTS; i++) {
        add(&out, i ? between[documents->format] : "");
        if (records)
            add_record(&out, i, documents->renderer || documents->render);
        else
            add(&out, texts[i]);
    }
    add(&out, array ? "]" : "");
    return out;
}

static const char RECORDS[] =
    "{\"text\": \"first\"}\n\n  {\"text\": \"\"}\r\n{\"text\": \"third\"}";

/* ---- callbacks ---- */

typedef struct callbacks {
    size_t n_next, n_render, fail_at; /* the call that fails, from 1 */
    size_t empty_from;                /* calls from this one on give nothing; 0: none */
} callbacks;

static inline int next(void *ctx, calib_put_fn put, void *put_ctx)
{
    callbacks *c = ctx;
    size_t i = c->n_next++;
    if (c->n_next == c->fail_at)
        return 5;
    if (i == N_TEXTS)
        return 1;
    size_t len = strlen(texts[i]), half = i % 3 == 1 ? strcspn(texts[i], " ") : len;
    int status = put(put_ctx, texts[i], half, 0);
    return status ? status : put(put_ctx, texts[i] + half, len - half, CALIB_TEXT_PARSE_SPECIAL);
}

/* The record itself, twice if its length is odd. */
static inline int render(void *ctx, const char *record, size_t len, calib_put_fn put, void *put_ctx)
{
    callbacks *c = ctx;
    if (++c->n_render == c->fail_at)
        return 5;
    if (c->empty_from && c->n_render >= c->empty_from)
        return 0;
    int status = put(put_ctx, record, len, 0);
    return status || len % 2 == 0 ? status : put(put_ctx, record, len, 0);
}

static inline struct ArrowArray *build_rows(test_blocks *blocks, size_t batch, void *ctx)
{
    const char *rows[N_ARROW];
    (void)ctx;
    for (size_t i = 0; i < N_ARROW; i++)
        rows[i] = i % 6 == 4 ? NULL : i == 3 ? "" : batch ? "text of the second" : "one text";
    struct ArrowArray *column = test_strings(blocks, 4, rows, N_ARROW);
    return test_struct(blocks, N_ARROW, 1, &column);
}

/* ---- corpora ---- */

typedef enum kind { MEMORY, PATH, GZIP, ZSTD, PIPE, N_KINDS } kind;

typedef struct pipe_writer {
    const char *name;
    const calib_buffer *bytes;
} pipe_writer;

static inline void *write_pipe(void *argument)
{
    const pipe_writer *writer = argument;
    write_file(writer->name, writer->bytes->data, writer->bytes->len);
    return NULL;
}

static const calib_options no_store = {
    .struct_size = sizeof no_store, .max_memo_bytes = 1 << 16, .flags = CALIB_NO_TOKEN_STORE};

static inline int open_pipe(const calib_tokenizer_vtable *tok, calib_source source,
                            const calib_buffer *bytes, calib_corpus **out)
{
    pthread_t thread;
    pipe_writer writer = {other_path, bytes};
    unlink(other_path);
    assert_int_equal(mkfifo(other_path, 0600), 0);
    assert_int_equal(pthread_create(&thread, NULL, write_pipe, &writer), 0);
    source.location = other_path;
    int status = calib_corpus_open(tok, &source, 1, &no_store, out);
    assert_int_equal(pthread_join(thread, NULL), 0);
    unlink(other_path);
    return status;
}

/* Opens the bytes, which must stay until the corpus is closed. */
static inline int open_kind(const calib_tokenizer_vtable *tok, kind how,
                            const calib_documents *documents, const calib_buffer *bytes,
                            calib_corpus **out)
{
    calib_source source = {.struct_size = sizeof source, .documents = documents};
    if (how == PIPE)
        return open_pipe(tok, source, bytes, out);
    if (how == PATH) {
        write_file(path, bytes->data, bytes->len);
        source.location = path;
    } else if (bytes->len) {
        source.bytes = bytes->data;
        source.n_bytes = bytes->len;
    }
    return calib_corpus_open(tok, &source, 1, &no_store, out);
}

static inline calib_documents lazy(calib_documents documents)
{
    documents.flags |= CALIB_DOCUMENTS_LAZY;
    return documents;
}

static inline calib_info info_of(const calib_corpus *corpus)
{
    calib_info info = {.struct_size = sizeof info};
    assert_ok(calib_corpus_info(corpus, &info));
    return info;
}

static inline calib_source_info source_info(const calib_corpus *corpus)
{
    calib_source_info info = {.struct_size = sizeof info};
    assert_ok(calib_corpus_source(corpus, 0, &info));
    return info;
}

static inline calib_document_info document_info(calib_corpus *corpus, uint64_t i)
{
    calib_document_info info = {.struct_size = sizeof info};
    assert_ok(calib_corpus_document(corpus, i, &info));
    return info;
}

/* Asks for a document of the lazy corpus as a sampler does. Returns the status of the first call
 * that fails. */
static inline int ask(const calib_view *view, uint64_t document, int32_t **ids, uint64_t *n)
{
    *ids = NULL;
    int status = view->length(view->ctx, document, n);
    if (status)
        return status;
    *ids = calloc((size_t)*n + 1, sizeof **ids);
    return view->tokens(view->ctx, document, 0, (size_t)*n, *ids);
}

static inline void same_document(calib_corpus *eager, const calib_view *view, uint64_t i)
{
    calib_document_info info = document_info(eager, i);
    int32_t *wanted = calloc((size_t)info.n_tokens + 1, sizeof *wanted), *ids;
    uint64_t n;
    assert_ok(calib_corpus_tokens(eager, info.first_token, (size_t)info.n_tokens, wanted));
    assert_ok(ask(view, i, &ids, &n));
    assert_int_equal(n, info.n_tokens);
    assert_memory_equal(ids, wanted, (size_t)n * sizeof *ids);
    if (n > 3) {
        assert_ok(view->tokens(view->ctx, i, 2, (size_t)n - 3, ids));
        assert_memory_equal(ids, wanted + 2, (size_t)(n - 3) * sizeof *ids);
    }
    free(ids);
    free(wanted);
}

static inline calib_documents jsonl(void)
{
    return (calib_documents){.struct_size = sizeof(calib_documents),
                             .format = CALIB_DOCUMENTS_JSONL};
}

static inline calib_buffer text_buffer(const char *text)
{
    return (calib_buffer){(void *)(uintptr_t)text, strlen(text), 0};
}

static inline int make_places(void **unused)
{
    (void)unused;
    const char *folder = getenv("TMPDIR");
    snprintf(path, sizeof path, "%.40s/calib-XXXXXX", folder ? folder : "/tmp");
    int fd = mkstemp(path);
    snprintf(other_path, sizeof other_path, "%s.other", path);
    return fd < 0 || close(fd);
}

static inline int remove_places(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < N_TEXTS; i++)
        free(texts[i]);
    unlink(other_path);
    return unlink(path);
}

#endif
