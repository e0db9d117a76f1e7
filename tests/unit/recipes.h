/* SPDX-License-Identifier: MIT */
/* A folder with a recipe, and calls that take its files. */
#ifndef CALIB_TEST_RECIPES_H
#define CALIB_TEST_RECIPES_H

#include "refuse.h"

#include <calib_recipe.h>
#include <stdbool.h>
#include <unistd.h>

enum { CAP = 8192 };

/* ---- a folder with a recipe ---- */

static char folder[64];

static inline void name_file(const char *name, char out[128])
{
    snprintf(out, 128, "%s/%s", folder, name);
}

static inline void put_bytes(const char *name, const void *bytes, size_t len)
{
    char path[128];
    name_file(name, path);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, len, file), len);
    assert_int_equal(fclose(file), 0);
}

static inline void put_file(const char *name, const char *text)
{
    put_bytes(name, text, strlen(text));
}

static const char CORPUS[] = "one line\nand another one\n\nthe fourth line of this text\nend\n";
static const char DOCUMENTS[] =
    "{\"calib\": 1,\n"
    " \"sources\": [{\"path\": \"corpus.txt\", \"documents\": \"lines\", \"max_chars\": 25}],\n"
    " \"sampler\": \"documents\", \"samples\": 3, \"seq_len\": 12, \"pad\": 7}\n";
static const char PLAIN[] = "{\"calib\": 1, \"sources\": [{\"path\": \"corpus.txt\"}],\n"
                            " \"samples\": 4, \"seq_len\": 8, \"seed\": 123}\n";

static inline int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/calib-recipe-XXXXXX");
    assert_non_null(mkdtemp(folder));
    put_file("corpus.txt", CORPUS);
    put_file("recipe.json", DOCUMENTS);
    return 0;
}

static inline int remove_folder(void **state)
{
    (void)state;
    static const char *const names[] = {"corpus.txt",  "other.txt", "records.jsonl",
                                        "recipe.json", "lock.json", "changed.json"};
    char path[128];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        name_file(names[i], path);
        unlink(path);
    }
    return rmdir(folder);
}

/* ---- calls ---- */

static const calib_options plain_options = {.struct_size = sizeof plain_options,
                                            .flags = CALIB_NO_TOKEN_STORE};

static inline calib_recipe_options options_of(void)
{
    return (calib_recipe_options){.struct_size = sizeof(calib_recipe_options),
                                  .options = &plain_options};
}

static inline int load_with(const calib_tokenizer_vtable *tok, const char *name,
                            const calib_recipe_options *options, calib_samples **out)
{
    char path[128];
    name_file(name, path);
    *out = (calib_samples *)(uintptr_t)1;
    int status = calib_recipe_load(tok, path, options, out);
    if (status)
        assert_null(*out);
    return status;
}

static inline int load(const char *name, calib_samples **out)
{
    calib_recipe_options options = options_of();
    return load_with(calib_bytes_tokenizer(), name, &options, out);
}

/* Loads and frees. */
static inline int try_load(const char *name)
{
    calib_samples *samples;
    int status = load(name, &samples);
    calib_samples_free(samples);
    return status;
}

typedef struct text {
    char bytes[CAP];
    size_t len;
} text;

static inline int take(void *ctx, const char *bytes, size_t len)
{
    text *out = ctx;
    assert_true(len < CAP - out->len);
    memcpy(out->bytes + out->len, bytes, len);
    out->len += len;
    out->bytes[out->len] = '\0';
    return 0;
}

static inline int lock_with(const calib_tokenizer_vtable *tok, const char *name,
                            const calib_recipe_options *options, text *out)
{
    char path[128];
    name_file(name, path);
    out->len = 0;
    return calib_recipe_lock(tok, path, options, take, out, NULL);
}

/* Locks recipe.json into lock.json. */
static inline void lock(text *out)
{
    calib_recipe_options options = options_of();
    assert_ok(lock_with(calib_bytes_tokenizer(), "recipe.json", &options, out));
    put_bytes("lock.json", out->bytes, out->len);
}

static inline int verify(const calib_samples *samples)
{
    char path[128];
    name_file("lock.json", path);
    return calib_recipe_verify(path, samples);
}

/* ---- rows ---- */

static inline void same_rows(const calib_samples *a, const calib_samples *b)
{
    assert_int_equal(a->n_rows, b->n_rows);
    assert_int_equal(a->seq_len, b->seq_len);
    assert_memory_equal(a->tokens, b->tokens, a->n_rows * a->seq_len * sizeof *a->tokens);
    assert_memory_equal(a->documents, b->documents, a->n_rows * sizeof *a->documents);
    assert_memory_equal(a->sources, b->sources, a->n_rows * sizeof *a->sources);
}

#define ON_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)

#endif
