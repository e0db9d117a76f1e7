/* SPDX-License-Identifier: MIT */
/* Runs of lib/documents/ whose documents are written down as text. */
#ifndef CALIB_TESTS_UNIT_DOCUMENTS_H
#define CALIB_TESTS_UNIT_DOCUMENTS_H

#include "test.h"

#include "base/memory.h"
#include "documents/splitting.h"

/** What a run gave. */
typedef struct test_documents {
    calib_buffer
        text; /* "[a][b]"; parts are divided by '|', with p or s in front for their flags */
    calib_buffer spans; /* of uint64_t[3]: record, at, size */
    calib_document_counts counts;
    size_t fail_at; /* the number of the call of the sink that fails, from 1; 0: none */
    size_t n_calls;
} test_documents;

static inline int test_append(calib_buffer *buffer, const char *text)
{
    return calib_buffer_append(buffer, text, strlen(text));
}

/** The sink. */
static inline int test_put_document(void *ctx, const calib_document *document)
{
    test_documents *out = ctx;
    if (++out->n_calls == out->fail_at)
        return CALIB_E_NOSPACE;
    uint64_t span[3] = {document->record, document->at, document->size};
    int status = calib_buffer_append(&out->spans, span, sizeof span);
    if (!status)
        status = test_append(&out->text, "[");
    for (size_t i = 0; i < document->n_parts && !status; i++) {
        const calib_part *part = &document->parts[i];
        assert_true(part->len > 0);
        status = test_append(&out->text, i ? "|" : "");
        if (!status && part->flags)
            status = test_append(&out->text, part->flags == CALIB_TEXT_PLAIN ? "p:" : "s:");
        if (!status)
            status = calib_buffer_append(&out->text, part->text, part->len);
    }
    return status ? status : test_append(&out->text, "]");
}

static inline void test_documents_clear(test_documents *out)
{
    calib_buffer_free(&out->text);
    calib_buffer_free(&out->spans);
}

/** Feeds `text` in two blocks, the first of `cut` bytes, both again in pieces of at most `block`.
 *  Each piece stands in a block of its own, so that a sanitizer sees what is read behind it. */
static inline int test_feed(calib_splitting *run, const char *text, size_t len, size_t cut,
                            size_t block)
{
    int status = CALIB_OK;
    for (size_t at = 0, n; at < len && !status; at += n) {
        size_t end = at < cut ? cut : len;
        n = end - at < block ? end - at : block;
        char *piece = malloc(n);
        if (!piece)
            return CALIB_E_NOMEM;
        memcpy(piece, text + at, n);
        status = calib_splitting_feed(run, piece, n);
        free(piece);
    }
    return status ? status : calib_splitting_end(run);
}

static inline int test_split_at(const struct calib_documents *documents, const char *text,
                                size_t len, size_t cut, size_t block, test_documents *out)
{
    calib_documents_settings settings;
    calib_splitting *run = NULL;
    out->text.len = out->spans.len = out->n_calls = 0;
    int status = calib_documents_settings_read(documents, &settings);
    if (!status)
        status = calib_splitting_begin(&settings, "a.jsonl",
                                       (calib_document_sink){test_put_document, out}, &run);
    if (!status)
        status = test_feed(run, text, len, cut, block);
    if (!status)
        out->counts = calib_splitting_counts(run);
    calib_splitting_free(run);
    calib_documents_settings_free(&settings);
    return status;
}

static inline int test_split(const struct calib_documents *documents, const char *text, size_t len,
                             test_documents *out)
{
    return test_split_at(documents, text, len, len, len + 1, out);
}

static inline void assert_same_documents(const test_documents *a, const test_documents *b)
{
    assert_int_equal(a->text.len, b->text.len);
    if (a->text.len)
        assert_memory_equal(a->text.data, b->text.data, a->text.len);
    assert_int_equal(a->spans.len, b->spans.len);
    if (a->spans.len)
        assert_memory_equal(a->spans.data, b->spans.data, a->spans.len);
}

/** Splits in one block, in blocks of every size and at every place; all must give the same, or fail
 *  with the same message. Returns the status, with its error set. */
static inline int test_split_all(const struct calib_documents *documents, const char *text,
                                 size_t len, test_documents *out)
{
    char message[1024] = "";
    test_documents other = {0};
    int status = test_split(documents, text, len, out);
    if (status)
        snprintf(message, sizeof message, "%s", last_message());
    for (size_t i = 1; i < 2 * len; i++) {
        size_t cut = i < len ? i : len, block = i < len ? len : i - len + 1;
        assert_status(test_split_at(documents, text, len, cut, block, &other), status);
        if (status)
            assert_string_equal(last_message(), message);
        assert_same_documents(out, &other);
    }
    test_documents_clear(&other);
    return status;
}

#endif
