/* SPDX-License-Identifier: MIT */
/* The public functions of calib_recipe.h. Recipes are run through the public functions of corpora,
 * as a user would run them. */
#include "base/error.h"
#include "base/structs.h"
#include "base/utf8.h"
#include "base/version.h"
#include "options.h"
#include "recipe/recipe.h"
#include "system/system.h"

#include <calib_recipe.h>
#include <stdlib.h>
#include <string.h>

CALIB_NO_TAIL(calib_recipe_options, tokenizer_name);

enum { MOST_BYTES = 16 << 20 };

/* A recipe, what it is run with, and what comes out. Zero is empty; end() accepts it. */
typedef struct calib_recipe_run {
    calib_buffer text;
    calib_recipe recipe;
    const calib_tokenizer_vtable *tok;
    calib_recipe_options options;
    calib_locked locked; /* of what is there now */
    calib_corpus *corpus;
    calib_samples *samples;
} calib_recipe_run;

static int end(calib_recipe_run *run, int status)
{
    calib_samples_free(run->samples);
    calib_corpus_close(run->corpus);
    calib_locked_free(&run->locked);
    calib_recipe_free(&run->recipe);
    calib_buffer_free(&run->text);
    if (!status)
        calib_error_clear();
    return status;
}

/* ---- the file ---- */

static int read_text(const char *path, calib_file *file, calib_buffer *text)
{
    enum { BLOCK = 64 * 1024 };
    size_t n = 1;
    while (n > 0 && text->len <= MOST_BYTES) {
        int status = calib_buffer_reserve(text, BLOCK);
        if (status)
            return status;
        int error = calib_file_read(file, (char *)text->data + text->len, BLOCK, &n);
        if (error)
            return calib_fail_system(error, "cannot read the recipe %s", calib_shown(path));
        text->len += n;
    }
    if (text->len > MOST_BYTES)
        return calib_fail(CALIB_E_SIZE, "%s is larger than the %d bytes of a recipe",
                          calib_shown(path), MOST_BYTES);
    return CALIB_OK;
}

static int read_recipe(calib_recipe_run *run, const char *path)
{
    calib_file *file = NULL;
    if (!path)
        return calib_fail(CALIB_E_ARGUMENT, "path is NULL");
    int error = calib_file_open(path, &file);
    if (error)
        return calib_fail_system(error, "cannot open the recipe %s", calib_shown(path));
    int status = read_text(path, file, &run->text);
    calib_file_close(file);
    if (!status && run->text.len == 0)
        status =
            calib_fail(CALIB_E_RECIPE,
                       "%s is empty; if it is a pipe, write it to a file first, since a recipe is "
                       "read more than once",
                       calib_shown(path));
    return status ? status : calib_recipe_read(path, run->text.data, run->text.len, &run->recipe);
}

static int read_lock(calib_recipe_run *run, const char *path)
{
    int status = read_recipe(run, path);
    if (status || run->recipe.is_locked)
        return status;
    return calib_fail(CALIB_E_LOCK, "%s has no lock: calib_recipe_lock() makes one",
                      calib_shown(path));
}

/* ---- running it ---- */

static int read_options(calib_recipe_run *run, const calib_recipe_options *options)
{
    calib_options inner = {0};
    int status = CALIB_OK;
    if (options)
        status = calib_struct_read(&run->options, sizeof run->options, options,
                                   CALIB_SIZE_THROUGH(calib_recipe_options, tokenizer_name),
                                   "calib_recipe_options");
    if (!status && run->options.options)
        status = calib_struct_read(&inner, sizeof inner, run->options.options,
                                   CALIB_SIZE_THROUGH(calib_options, n_slices), "calib_options");
    if (!status && inner.n_slices > 1)
        return calib_fail(CALIB_E_ARGUMENT, "n_slices is %lu, but a recipe takes its sources whole",
                          (unsigned long)inner.n_slices);
    return status;
}

static int read_identity(const calib_tokenizer_vtable *tok, uint8_t out[32])
{
    if (!tok->identity)
        return calib_fail(CALIB_E_UNSUPPORTED,
                          "the tokenizer has no identity, which a lock pins: set `identity` of its "
                          "vtable");
    int result = tok->identity(tok->ctx, out);
    if (!result)
        return CALIB_OK;
    const char *why = tok->last_error ? tok->last_error(tok->ctx) : NULL;
    int status = calib_fail(CALIB_E_UNSUPPORTED,
                            "the tokenizer's identity, which a lock pins, failed with %d%s%s",
                            result, why ? ": " : "", why ? why : "");
    calib_error_record()->callback_result = result;
    return status;
}

/* Reads what the tokenizer and the renderer are. Only locks need to know. */
static int identify(calib_recipe_run *run, bool locking)
{
    calib_tokenizer_vtable tok;
    const calib_recipe_options *options = &run->options;
    const uint8_t *render_sha256 = options->render_sha256;
    int status = calib_tokenizer_read(run->tok, &tok);
    if (status)
        return status;
    bool renders = options->render && calib_recipe_render(&run->recipe, options->render,
                                                          options->render_ctx, render_sha256);
    if (!locking)
        return CALIB_OK;
    status = read_identity(&tok, run->locked.identity);
    if (status)
        return status;
    if (renders && !render_sha256)
        return calib_fail(CALIB_E_UNSUPPORTED, "render_sha256 is NULL, but a lock pins it");
    if (renders)
        memcpy(run->locked.render_sha256, render_sha256, sizeof run->locked.render_sha256);
    return CALIB_OK;
}

static int read_sources(calib_recipe_run *run)
{
    calib_locked *locked = &run->locked;
    size_t n = run->recipe.n_sources;
    locked->sources = calloc(n, sizeof *locked->sources);
    if (!locked->sources)
        return calib_fail_memory(n * sizeof *locked->sources);
    for (locked->n_sources = 0; locked->n_sources < n; locked->n_sources++) {
        calib_locked_source *to = &locked->sources[locked->n_sources];
        calib_source_info info = {.struct_size = sizeof info};
        int status = calib_corpus_source(run->corpus, locked->n_sources, &info);
        if (status)
            return status;
        memcpy(to->sha256, info.sha256, sizeof to->sha256);
        memcpy(to->text_sha256, info.text_sha256, sizeof to->text_sha256);
        to->size = info.stored_bytes;
        to->documents = info.n_documents;
        to->tokens = info.n_tokens;
        to->empty = info.n_empty;
        to->too_short = info.n_short;
        to->too_long = info.n_long;
        to->malformed = info.n_malformed;
    }
    return CALIB_OK;
}

static int open_corpus(calib_recipe_run *run)
{
    const calib_recipe *recipe = &run->recipe;
    calib_info info = {.struct_size = sizeof info};
    int status = calib_corpus_open(run->tok, recipe->sources, recipe->n_sources,
                                   run->options.options, &run->corpus);
    if (!status)
        status = calib_corpus_info(run->corpus, &info);
    if (!status)
        memcpy(run->locked.fingerprint, info.fingerprint, sizeof info.fingerprint);
    return status ? status : read_sources(run);
}

static int sample(calib_recipe_run *run)
{
    const calib_recipe *recipe = &run->recipe;
    int status =
        calib_corpus_sample(run->corpus, (int64_t)recipe->n_samples, (size_t)recipe->seq_len,
                            recipe->seed, &recipe->sampling, &run->samples);
    return status ? status : calib_locked_rows(run->samples, &run->locked);
}

/* What a recipe says and a corpus or a sampler refuses is told with the recipe's name. */
static int name_recipe(const char *path, int status)
{
    return status == CALIB_E_ARGUMENT ? calib_fail_within("%s", calib_shown(path)) : status;
}

/* Runs the recipe. What a lock holds is compared as soon as it is known. */
static int run_recipe(calib_recipe_run *run, const char *path, bool locking)
{
    int status = read_recipe(run, path);
    const calib_locked *lock = run->recipe.is_locked ? &run->recipe.locked : NULL;
    if (!status)
        status = identify(run, lock || locking);
    if (!status && lock)
        status = calib_locked_compare_tokenizer(path, lock, &run->locked);
    if (!status)
        status = name_recipe(path, open_corpus(run));
    if (!status && lock)
        status = calib_locked_compare_sources(path, lock, &run->locked);
    if (!status)
        status = name_recipe(path, sample(run));
    if (!status && lock)
        status = calib_locked_compare_rows(path, lock, &run->locked);
    return status;
}

static calib_samples *take_samples(calib_recipe_run *run)
{
    calib_samples *samples = run->samples;
    run->samples = NULL;
    return samples;
}

int calib_recipe_load(const calib_tokenizer_vtable *tok, const char *path,
                      const calib_recipe_options *options, calib_samples **out)
{
    calib_error_clear();
    calib_recipe_run run = {.tok = tok};
    if (!out)
        return calib_fail(CALIB_E_ARGUMENT, "out is NULL");
    *out = NULL;
    int status = read_options(&run, options);
    if (!status)
        status = run_recipe(&run, path, false);
    if (!status)
        *out = take_samples(&run);
    return end(&run, status);
}

/* ---- locking it ---- */

/* Writes the recipe's bytes with the lock as its last member. */
static int write_locked(const calib_recipe_run *run, calib_buffer *out)
{
    const char *text = run->text.data;
    size_t len = run->text.len;
    while (text[len - 1] != '}')
        len--;
    for (len--; strchr(" \t\r\n", text[len - 1]); len--)
        ;
    out->len = 0;
    int status = calib_buffer_append(out, text, len);
    if (!status)
        status = calib_buffer_append(out, ",\n", 2);
    if (!status)
        status = calib_locked_write(&run->locked, out);
    return status ? status : calib_buffer_append(out, "\n}\n", 3);
}

/* Returns the tokenizer's name if a JSON file can hold it. */
static const char *name_of(const calib_recipe_options *options)
{
    const char *name = options->tokenizer_name;
    bool bad;
    size_t len = name ? strlen(name) : 0;
    return calib_utf8_check(name, len, &bad) == len ? name : NULL;
}

/* The id is that of the file, so the file is written once without it. */
static int write_lock(calib_recipe_run *run, const char *path, calib_buffer *out)
{
    char id[CALIB_LOCKED_ID_SIZE];
    calib_values values = {0};
    run->locked.version = CALIB_VERSION_STRING;
    run->locked.name = name_of(&run->options);
    int status = write_locked(run, out);
    if (!status)
        status = calib_values_read(path, out->data, out->len, &values);
    if (!status)
        status = calib_locked_id(&values, id);
    calib_values_free(&values);
    run->locked.id = id;
    if (!status)
        status = write_locked(run, out);
    run->locked.id = NULL;
    if (!status && out->len > MOST_BYTES)
        return calib_fail(CALIB_E_SIZE,
                          "the lock of %s has %zu bytes, more than the %d of a recipe: use fewer "
                          "sources",
                          calib_shown(path), out->len, MOST_BYTES);
    return status;
}

int calib_recipe_lock(const calib_tokenizer_vtable *tok, const char *path,
                      const calib_recipe_options *options, calib_text_fn put, void *put_ctx,
                      calib_samples **out)
{
    calib_error_clear();
    calib_recipe_run run = {.tok = tok};
    calib_buffer written = {0};
    if (out)
        *out = NULL;
    if (!put)
        return calib_fail(CALIB_E_ARGUMENT, "put is NULL");
    int status = read_options(&run, options);
    if (!status)
        status = run_recipe(&run, path, true);
    if (!status && !run.recipe.is_locked)
        status = write_lock(&run, path, &written);
    const calib_buffer *text = run.recipe.is_locked ? &run.text : &written;
    int result = status ? 0 : put(put_ctx, text->data, text->len);
    if (result) {
        status = calib_fail(CALIB_E_CANCELLED, "put returned %d", result);
        calib_error_record()->callback_result = result;
    }
    calib_buffer_free(&written);
    if (!status && out)
        *out = take_samples(&run);
    return end(&run, status);
}

/* ---- without corpus and tokenizer ---- */

static int read_samples(const calib_samples *samples, calib_samples *out)
{
    if (!samples)
        return calib_fail(CALIB_E_ARGUMENT, "samples is NULL");
    int status =
        calib_struct_read(out, sizeof *out, samples,
                          CALIB_SIZE_THROUGH(calib_samples, corpus_sha256), "calib_samples");
    bool has_all = out->n_rows == 0 || (out->tokens && out->documents && out->sources);
    if (!status && !has_all)
        return calib_fail(CALIB_E_ARGUMENT,
                          "the samples have %zu rows, but tokens, documents or sources is NULL",
                          out->n_rows);
    return status;
}

int calib_recipe_verify(const char *path, const calib_samples *samples)
{
    calib_error_clear();
    calib_recipe_run run = {.tok = NULL};
    calib_samples copy = {0};
    int status = read_samples(samples, &copy);
    if (!status)
        status = read_lock(&run, path);
    if (!status)
        status = calib_locked_rows(&copy, &run.locked);
    if (!status)
        status = calib_locked_compare_rows(path, &run.recipe.locked, &run.locked);
    return end(&run, status);
}

int calib_recipe_id(const char *path, char out[80])
{
    calib_error_clear();
    calib_recipe_run run = {.tok = NULL};
    if (!out)
        return calib_fail(CALIB_E_ARGUMENT, "out is NULL");
    int status = read_lock(&run, path);
    if (!status)
        memcpy(out, run.recipe.locked.id, strlen(run.recipe.locked.id) + 1);
    return end(&run, status);
}
