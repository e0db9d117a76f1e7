/* SPDX-License-Identifier: MIT */
/* Slices of a text: their tokens, joined in order, are those of the whole text. */
#ifndef CALIB_TESTS_SLICES_H
#define CALIB_TESTS_SLICES_H

#include "setup.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_SLICES = 64 };

/** Returns all tokens of a corpus; free them. */
static inline int32_t *tokens_of(const calib_tokenizer_vtable *tok, const test_setup *setup,
                                 size_t *n)
{
    calib_corpus *corpus;
    calib_info info = {.struct_size = sizeof info};
    assert_ok(test_open(tok, setup, &corpus));
    assert_ok(calib_corpus_info(corpus, &info));
    *n = (size_t)info.n_tokens;
    int32_t *ids = malloc((*n + 1) * sizeof *ids);
    assert_ok(calib_corpus_tokens(corpus, 0, *n, ids));
    calib_corpus_close(corpus);
    return ids;
}

/* Compares the tokens of the slices with `all`. Returns the number of slices that have tokens. */
static inline uint32_t join_slices(const calib_tokenizer_vtable *tok, test_setup setup,
                                   uint32_t n_slices, const int32_t *all, size_t n_all)
{
    size_t at = 0, n;
    uint32_t n_filled = 0;
    setup.options.n_slices = n_slices;
    for (setup.options.slice = 0; setup.options.slice < n_slices; setup.options.slice++) {
        int32_t *ids = tokens_of(tok, &setup, &n);
        if (n > n_all - at || memcmp(ids, all + at, n * sizeof *ids) != 0)
            fail_msg("slice %u of %u has other tokens", setup.options.slice, n_slices);
        free(ids);
        at += n;
        n_filled += n > 0;
    }
    assert_int_equal(at, n_all);
    return n_filled;
}

/** Opens the text in 1 to MOST_SLICES slices, and compares with one call for the whole of it.
 * Returns the smallest number of slices of which some are empty, or MOST_SLICES + 1. */
static inline uint32_t check_slices(const calib_tokenizer_vtable *tok, const char *text, size_t len)
{
    size_t n_all;
    uint32_t least = MOST_SLICES + 1;
    test_setup setup = text_setup(text, len);
    setup.options.flags = CALIB_NO_TOKEN_STORE;
    calib_tokenizer_vtable whole = *tok;
    whole.cuts = NULL;
    int32_t *all = tokens_of(&whole, &setup, &n_all);
    for (uint32_t n = 1; n <= MOST_SLICES; n++)
        if (join_slices(tok, setup, n, all, n_all) < n && n < least)
            least = n;
    free(all);
    return least;
}

#endif
