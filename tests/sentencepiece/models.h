/* SPDX-License-Identifier: MIT */
/* Shared by the adapter's tests: models named by the environment, lists of ids, messages. */
#ifndef CALIB_TESTS_MODELS_H
#define CALIB_TESTS_MODELS_H

#include <test.h>

#include <calib_sentencepiece.h>

enum { WHOLE = CALIB_TEXT_BEGIN | CALIB_TEXT_END };

typedef struct id_list {
    int32_t *ids;
    size_t n, cap;
    size_t n_calls, stop_at; /* 0: never */
} id_list;

static inline int collect(void *ctx, const int32_t *ids, size_t n)
{
    id_list *list = ctx;
    if (++list->n_calls == list->stop_at)
        return 77;
    if (list->n + n > list->cap) {
        list->cap = 2 * (list->n + n);
        list->ids = realloc(list->ids, list->cap * sizeof *ids);
        assert_non_null(list->ids);
    }
    memcpy(list->ids + list->n, ids, n * sizeof *ids);
    list->n += n;
    return 0;
}

static inline char *read_whole(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    long size = ftell(file);
    assert_true(size >= 0);
    rewind(file);
    char *bytes = malloc((size_t)size + 1);
    assert_non_null(bytes);
    *len = fread(bytes, 1, (size_t)size, file);
    assert_int_equal(*len, size);
    fclose(file);
    return bytes;
}

static inline const char *environment(const char *name)
{
    const char *value = getenv(name);
    if (!value)
        fail_msg("%s is not set: run this through meson test", name);
    return value;
}

static inline const char *sp_message(void)
{
    static _Thread_local calib_error error;
    error.struct_size = sizeof error;
    assert_int_equal(calib_sentencepiece_last_error(&error), 0);
    return error.message;
}

#define assert_sp_status(call, expected, text)                                                     \
    do {                                                                                           \
        int status_ = (call);                                                                      \
        if (status_ != (expected) || !strstr(sp_message(), text))                                  \
            fail_msg("%s gave %d (%s), expected %s and \"%s\"", #call, status_, sp_message(),      \
                     #expected, text);                                                             \
    } while (0)

static inline calib_sentencepiece *open_model(const char *variable, uint32_t flags)
{
    calib_sentencepiece_options options = {
        .struct_size = sizeof options, .path = environment(variable), .flags = flags};
    calib_sentencepiece *model = NULL;
    if (calib_sentencepiece_open(&options, &model))
        fail_msg("%s", sp_message());
    return model;
}

static inline id_list encode_flags(const calib_sentencepiece *model, const char *text, size_t len,
                                   uint32_t flags)
{
    const calib_tokenizer_vtable *tok = calib_sentencepiece_vtable(model);
    id_list list = {0};
    if (tok->encode(tok->ctx, text, len, flags, collect, &list))
        fail_msg("%s", sp_message());
    return list;
}

#define OPTIONS(...)                                                                               \
    (calib_sentencepiece_options)                                                                  \
    {                                                                                              \
        .struct_size = sizeof(calib_sentencepiece_options), __VA_ARGS__                            \
    }

#endif
