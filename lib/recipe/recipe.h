/* SPDX-License-Identifier: MIT */
/* A recipe as plain data: what its keys say, in the structs of the public API. */
#ifndef CALIB_RECIPE_RECIPE_H
#define CALIB_RECIPE_RECIPE_H

#include "recipe/locked.h"

#include <calib_documents.h>

/** A source's keys, and what is made of them. Its strings are those of the values. */
typedef struct calib_recipe_source {
    calib_source source; /* `location` and `documents` are set when all keys are read */
    struct calib_documents documents;
    const char *path, *url;
    uint64_t append_id; /* UINT64_MAX: none */
    uint32_t builtin;
    char *location; /* the path, with the recipe's folder in front */
    char pin[CALIB_SHA256_HEX];
} calib_recipe_source;

/** Zero is empty; calib_recipe_free() accepts it. */
typedef struct calib_recipe {
    calib_recipe_source each; /* the defaults of all sources; stands first: see recipe.c */
    calib_values values;
    calib_recipe_source *parts;
    calib_source *sources; /* one behind the other, as calib_corpus_open() takes them */
    size_t n_sources;
    calib_sampling sampling;
    uint64_t n_samples; /* 0: all */
    uint64_t seq_len, seed;
    bool is_locked;
    calib_locked locked;
    uint64_t format, pad;
    uint64_t *numbers;                     /* those of `sampling` */
    size_t source_list, number_list, lock; /* indices of values; 0: not given */
} calib_recipe;

/** Reads the text of the recipe at `path`, which is borrowed. A lock is checked against its own id.
 *  Returns 0, E_RECIPE, E_LOCK, E_NOMEM. The caller frees the recipe, also after a failure. */
int calib_recipe_read(const char *path, const char *text, size_t len, calib_recipe *out);

/** Sets the function that makes documents of the records of all sources that have records and name
 *  neither a field nor a chat. Returns true if there is such a source. */
bool calib_recipe_render(calib_recipe *recipe, calib_render_fn render, void *ctx,
                         const uint8_t *sha256);

void calib_recipe_free(calib_recipe *recipe);

#endif
