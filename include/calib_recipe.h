/* SPDX-License-Identifier: MIT */
/**
 * @file calib_recipe.h
 * Recipes: JSON files that say which rows to make of which texts, and locks: recipes that also hold
 * what came out.
 *
 * A lock pins the bytes of every source, the tokenizer's identity and the rows, so that a published
 * calibration set can be made again and verified.
 *
 * @code
 *   // recipe.json: {"calib": 1, "sources": [{"path": "corpus.txt"}],
 *   //               "samples": 128, "seq_len": 512, "seed": 123}
 *   calib_samples *samples = NULL;
 *   if (calib_recipe_load(tok, "recipe.json", NULL, &samples))
 *       ... calib_last_error() ...
 * @endcode
 *
 * The contracts of calib.h hold. Paths in a recipe begin in its own folder.
 *
 * Reference: docs/recipes.md.
 */
#ifndef CALIB_RECIPE_H
#define CALIB_RECIPE_H

#include <calib_documents.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What a recipe cannot say; zero is the default of every field. @since 0.1.0 */
typedef struct calib_recipe_options {
    size_t struct_size;
    const calib_options *options; /**< NULL: all defaults; `n_slices` is at most 1 */
    /** Makes documents of the records of every source whose documents are jsonl or json and that
     *  has neither a field nor a chat. */
    calib_render_fn render;
    void *render_ctx;
    const uint8_t *render_sha256; /**< 32 bytes, as in calib_documents; a lock needs it */
    /** For people, in the lock, where it is left out if it is not UTF-8; not part of its id. */
    const char *tokenizer_name;
} calib_recipe_options;

/**
 * Loads the rows of a recipe. With a lock, compares everything that it holds.
 *
 * @param tok      borrowed for the call
 * @param path     the recipe, or the lock; at most 16 MiB
 * @param options  NULL: all defaults
 * @param[out] out the rows; NULL on failure. Return them with calib_samples_free().
 * @return 0; E_ARGUMENT, E_STRUCT_NEWER, E_NOMEM; E_NOT_FOUND, E_ACCESS, E_SYSTEM, E_SIZE for the
 *   file; E_RECIPE if it is none, or has a key that this version does not know; E_LOCK if anything
 *   is not as it was locked; E_UNSUPPORTED if there is a lock and the tokenizer has no identity;
 *   any status of calib_load_from(), of which E_HASH and E_SIZE also tell that a source is not the
 *   locked one
 * @par Threads  As calib_load().
 * @since 0.1.0
 */
CALIB_API int calib_recipe_load(const calib_tokenizer_vtable *tok, const char *path,
                                const calib_recipe_options *options, calib_samples **out);

/**
 * Runs a recipe once and passes its lock to `put`: the recipe's bytes with one member more, "lock".
 * A file that is locked already is checked as calib_recipe_load() does, and passed as it is.
 *
 * @param[out] out  the rows, as of calib_recipe_load(); NULL: they are not wanted
 * @return 0 or any status of calib_recipe_load(); E_UNSUPPORTED if the tokenizer has no identity,
 * or `render` no `render_sha256`; E_CANCELLED if `put` returned another value than 0, with that
 * value in calib_error.callback_result
 * @par Threads  `put` runs on the calling thread.
 * @since 0.1.0
 */
CALIB_API int calib_recipe_lock(const calib_tokenizer_vtable *tok, const char *path,
                                const calib_recipe_options *options, calib_text_fn put,
                                void *put_ctx, calib_samples **out);

/**
 * Compares rows with a lock, without corpus and tokenizer.
 *
 * @param path     the lock
 * @param samples  all rows; of its fields are read `tokens`, `n_rows`, `seq_len`, `documents`,
 *                 `sources` and `lengths`, so a caller may fill a struct of its own
 * @return 0; E_LOCK if the rows are not the locked ones, or the file has no lock or was changed;
 *   E_ARGUMENT, E_STRUCT_NEWER, E_NOMEM, and the statuses of calib_recipe_load() for the file
 * @since 0.1.0
 */
CALIB_API int calib_recipe_verify(const char *path, const calib_samples *samples);

/**
 * Reads the id of a lock, "calib1:sha256:" and 64 digits: equal for everybody who locked the same
 * recipe and got the same rows.
 *
 * @param[out] out  the id, NUL-terminated; untouched on failure
 * @return as calib_recipe_verify()
 * @since 0.1.0
 */
CALIB_API int calib_recipe_id(const char *path, char out[80]);

#ifdef __cplusplus
}
#endif
#endif
