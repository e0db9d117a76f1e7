/* SPDX-License-Identifier: MIT */
/* Loads of one text with a cache directory, compared with loads without one. */
#ifndef CALIB_TESTS_STORE_LOADS_H
#define CALIB_TESTS_STORE_LOADS_H

#include "test.h"

#include "folder.h"
#include "tokenizers.h"

#include <fcntl.h>

enum { TEXT_BYTES = 300000 };

static char cache[64];
static char text[TEXT_BYTES];

static inline int loads_begin(void **state)
{
    (void)state;
    test_words_text(text, sizeof text, 7);
    return folder_make(cache) ? 0 : 1;
}

static inline int loads_end(void **state)
{
    (void)state;
    return folder_remove(cache);
}

/* Called before each test. */
static inline int loads_each(void **state)
{
    (void)state;
    folder_empty(cache);
    return 0;
}

#define CASE(function) cmocka_unit_test_setup(function, loads_each)

static inline test_setup setup_for(uint32_t flags)
{
    test_setup setup = text_setup(text, sizeof text);
    setup.options.cache_dir = cache;
    setup.options.flags = flags;
    return setup;
}

static inline uint32_t state_of(calib_corpus *corpus)
{
    calib_info info = {.struct_size = sizeof info};
    assert_ok(calib_corpus_info(corpus, &info));
    return info.token_store;
}

static inline uint64_t tokens_of(calib_corpus *corpus)
{
    calib_info info = {.struct_size = sizeof info};
    assert_ok(calib_corpus_info(corpus, &info));
    return info.n_tokens;
}

/* Returns all ids of a corpus, freed by the caller. */
static inline int32_t *all_of(calib_corpus *corpus, size_t *n)
{
    *n = (size_t)tokens_of(corpus);
    int32_t *ids = malloc((*n + 1) * sizeof *ids);
    assert_non_null(ids);
    assert_ok(calib_corpus_tokens(corpus, 0, *n, ids));
    return ids;
}

static inline void assert_same(calib_corpus *a, calib_corpus *b)
{
    size_t n, m;
    int32_t *left = all_of(a, &n), *right = all_of(b, &m);
    assert_int_equal(n, m);
    assert_memory_equal(left, right, n * sizeof *left);
    free(left);
    free(right);
}

/* Opens with the store, compares with a load without one, and returns the state of the store. */
static inline uint32_t open_and_compare(const calib_tokenizer_vtable *tok, test_setup setup)
{
    calib_corpus *corpus, *plain;
    assert_ok(test_open(tok, &setup, &corpus));
    setup.options.flags |= CALIB_NO_TOKEN_STORE;
    assert_ok(test_open(tok, &setup, &plain));
    assert_int_equal(state_of(plain), CALIB_CACHE_OFF);
    assert_same(corpus, plain);
    calib_info a = {.struct_size = sizeof a}, b = {.struct_size = sizeof b};
    calib_corpus_info(corpus, &a);
    calib_corpus_info(plain, &b);
    assert_int_equal(a.text_bytes, b.text_bytes);
    assert_int_equal(a.corpus_bytes, b.corpus_bytes);
    assert_memory_equal(a.corpus_sha256, b.corpus_sha256, 32);
    calib_source_info c = {.struct_size = sizeof c}, d = {.struct_size = sizeof d};
    calib_corpus_source(corpus, 0, &c);
    calib_corpus_source(plain, 0, &d);
    assert_memory_equal(c.text_sha256, d.text_sha256, 32);
    uint32_t state = state_of(corpus);
    calib_corpus_close(corpus);
    calib_corpus_close(plain);
    return state;
}

static inline void write_text(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, sizeof text), (ssize_t)sizeof text);
    close(fd);
}

#endif
