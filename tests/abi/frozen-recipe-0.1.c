/* SPDX-License-Identifier: MIT */
/* The ABI of calib_recipe.h in release 0.1, frozen: see frozen-0.1.c. */
#include "frozen.h"

#include <calib_recipe.h>

STRUCT(calib_recipe_options, 48, 24, 24);
FIELD(calib_recipe_options, struct_size, 0, 0, 0, 8, 4);
FIELD(calib_recipe_options, options, 8, 4, 4, 8, 4);
FIELD(calib_recipe_options, render, 16, 8, 8, 8, 4);
FIELD(calib_recipe_options, render_ctx, 24, 12, 12, 8, 4);
FIELD(calib_recipe_options, render_sha256, 32, 16, 16, 8, 4);
FIELD(calib_recipe_options, tokenizer_name, 40, 20, 20, 8, 4);

int calib_recipe_load(const calib_tokenizer_vtable *tok, const char *path,
                      const calib_recipe_options *options, calib_samples **out);
int calib_recipe_lock(const calib_tokenizer_vtable *tok, const char *path,
                      const calib_recipe_options *options, calib_text_fn put, void *put_ctx,
                      calib_samples **out);
int calib_recipe_verify(const char *path, const calib_samples *samples);
int calib_recipe_id(const char *path, char out[80]);
