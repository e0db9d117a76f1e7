/* SPDX-License-Identifier: MIT */
/* Arrow streams made by hand. Each buffer is a block of its own, as long as it must be, so that a
 * sanitizer sees what is read beside it, and each batch is freed when it is released. */
#ifndef CALIB_TESTS_ARROW_H
#define CALIB_TESTS_ARROW_H

#include "documents/arrow_abi.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { TEST_BLOCKS = 128 };

/** What a batch owns. */
typedef struct test_blocks {
    void *all[TEST_BLOCKS];
    size_t n;
    size_t *n_open; /* batches that are not released */
} test_blocks;

static inline void *test_own(test_blocks *blocks, const void *data, size_t len)
{
    void *copy = malloc(len ? len : 1);
    if (!copy || blocks->n == TEST_BLOCKS)
        abort();
    if (len)
        memcpy(copy, data, len);
    return blocks->all[blocks->n++] = copy;
}

static inline void test_release_child(struct ArrowArray *array)
{
    array->release = NULL;
}

static inline void test_release_batch(struct ArrowArray *array)
{
    test_blocks *blocks = array->private_data;
    --*blocks->n_open;
    for (size_t i = 0; i < blocks->n; i++)
        free(blocks->all[i]);
    free(blocks);
    array->release = NULL;
}

/** Makes an array; `n_rows` also without an offset. `buffers` are owned blocks or NULL. */
static inline struct ArrowArray *test_array(test_blocks *blocks, int64_t n_rows, int n_buffers,
                                            const void **buffers)
{
    struct ArrowArray array = {
        .length = n_rows, .null_count = -1, .n_buffers = n_buffers, .release = test_release_child};
    array.buffers = test_own(blocks, buffers, (size_t)n_buffers * sizeof *buffers);
    return test_own(blocks, &array, sizeof array);
}

static inline void test_set_children(test_blocks *blocks, struct ArrowArray *array, int n,
                                     struct ArrowArray **children)
{
    array->n_children = n;
    array->children = test_own(blocks, children, (size_t)n * sizeof *children);
}

/** A bitmap of the rows that are not NULL; NULL if all are not. */
static inline void *test_validity(test_blocks *blocks, const char *const *rows, int64_t n)
{
    uint8_t bits[16] = {0};
    bool all = true;
    for (int64_t i = 0; i < n; i++) {
        bits[i / 8] |= (uint8_t)((rows[i] != NULL) << i % 8);
        all = all && rows[i];
    }
    return all ? NULL : test_own(blocks, bits, (size_t)(n + 7) / 8);
}

/** Strings of format u (width 4) or U (8). A NULL is a null. */
static inline struct ArrowArray *test_strings(test_blocks *blocks, int width,
                                              const char *const *rows, int64_t n)
{
    char text[4096];
    int64_t wide[64] = {0};
    int32_t narrow[64] = {0};
    for (int64_t i = 0; i < n; i++) {
        size_t len = rows[i] ? strlen(rows[i]) : 0;
        memcpy(text + wide[i], rows[i] ? rows[i] : "", len);
        wide[i + 1] = wide[i] + (int64_t)len;
        narrow[i + 1] = (int32_t)wide[i + 1];
    }
    const void *offsets = width == 8 ? (const void *)wide : (const void *)narrow;
    const void *buffers[] = {test_validity(blocks, rows, n),
                             test_own(blocks, offsets, (size_t)((n + 1) * width)),
                             test_own(blocks, text, (size_t)wide[n])};
    return test_array(blocks, n, 3, buffers);
}

/** Strings of format vu; the long ones are in one buffer for even rows and one for odd ones. */
static inline struct ArrowArray *test_views(test_blocks *blocks, const char *const *rows, int64_t n)
{
    char text[2][4096], views[64 * 16] = {0};
    int64_t lengths[2] = {0};
    for (int64_t i = 0; i < n; i++) {
        int32_t len = rows[i] ? (int32_t)strlen(rows[i]) : 0, buffer = (int32_t)(i % 2);
        int32_t offset = (int32_t)lengths[buffer];
        memcpy(views + 16 * i, &len, 4);
        if (len > 0)
            memcpy(views + 16 * i + 4, rows[i], (size_t)(len <= 12 ? len : 4));
        if (len <= 12)
            continue;
        memcpy(views + 16 * i + 8, &buffer, 4);
        memcpy(views + 16 * i + 12, &offset, 4);
        memcpy(text[buffer] + offset, rows[i], (size_t)len);
        lengths[buffer] += len;
    }
    const void *buffers[] = {
        test_validity(blocks, rows, n), test_own(blocks, views, (size_t)n * 16),
        test_own(blocks, text[0], (size_t)lengths[0]),
        test_own(blocks, text[1], (size_t)lengths[1]), test_own(blocks, lengths, sizeof lengths)};
    return test_array(blocks, n, 5, buffers);
}

/** A struct of `n` columns. */
static inline struct ArrowArray *test_struct(test_blocks *blocks, int64_t n_rows, int n,
                                             struct ArrowArray **columns)
{
    const void *none[] = {NULL};
    struct ArrowArray *array = test_array(blocks, n_rows, 1, none);
    test_set_children(blocks, array, n, columns);
    return array;
}

/** A stream whose batches `build` makes. */
typedef struct test_stream {
    struct ArrowSchema *schema; /* with all below it; its release is set here */
    struct ArrowArray *(*build)(test_blocks *blocks, size_t batch, void *ctx);
    void *ctx;
    size_t n_batches, at;
    size_t fail_at; /* the call that fails with 5, from 1 */
    size_t n_calls;
    size_t n_open; /* streams, schemas and batches that are not released */
    bool released_twice;
} test_stream;

static inline void test_release_schema(struct ArrowSchema *schema)
{
    test_stream *self = schema->private_data;
    self->n_open--;
    schema->release = NULL;
}

static inline int test_get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    test_stream *self = stream->private_data;
    if (++self->n_calls == self->fail_at)
        return 5;
    *out = *self->schema;
    out->private_data = self;
    out->release = test_release_schema;
    self->n_open++;
    return 0;
}

static inline int test_get_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    test_stream *self = stream->private_data;
    if (++self->n_calls == self->fail_at)
        return 5;
    memset(out, 0, sizeof *out);
    if (self->at == self->n_batches)
        return 0;
    test_blocks *blocks = calloc(1, sizeof *blocks);
    if (!blocks)
        abort();
    blocks->n_open = &self->n_open;
    *out = *self->build(blocks, self->at++, self->ctx);
    out->private_data = blocks;
    out->release = test_release_batch;
    self->n_open++;
    return 0;
}

static inline const char *test_get_last_error(struct ArrowArrayStream *stream)
{
    test_stream *self = stream->private_data;
    return self->fail_at == 1 ? NULL : "the disk is on fire";
}

static inline void test_release_stream(struct ArrowArrayStream *stream)
{
    test_stream *self = stream->private_data;
    self->released_twice = self->n_open == 0;
    self->n_open--;
    stream->release = NULL;
}

static inline struct ArrowArrayStream test_stream_begin(test_stream *self)
{
    self->n_open = 1;
    self->at = self->n_calls = 0;
    return (struct ArrowArrayStream){test_get_schema, test_get_next, test_get_last_error,
                                     test_release_stream, self};
}

#endif
