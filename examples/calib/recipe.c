/* SPDX-License-Identifier: MIT */
/* calib lock, and the rows of calib sample --recipe. */
#include "recipe.h"

#include "bar.h"
#include "commands.h"
#include "infile.h"
#include "origin.h"
#include "rows.h"
#include "samples.h"
#include "system.h"

#include "json/json.h"
#include <calib_recipe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ID = 80, MOST_BYTES = 16 << 20 };

/* A tokenizer is named without its directories, so that equal runs give equal files. */
static calib_recipe_options options_of(const cli_arguments *arguments)
{
    const char *name = cli_origin_name(arguments->tokenizer);
    return (calib_recipe_options){.struct_size = sizeof(calib_recipe_options),
                                  .options = &arguments->options,
                                  .tokenizer_name = *name ? name : NULL};
}

/* ---- what must not be replaced ---- */

/* Paths in a recipe begin in its folder. */
static int spare_source(const char *recipe, const calib_json_token *path, const char *output)
{
    const char *slash = strrchr(recipe, '/');
    char *tail = malloc(path->len + 1);
    if (!tail)
        return cli_fail("out of memory");
    size_t n = calib_json_unescape(path, tail);
    cli_text name = {0};
    if (slash && (n == 0 || *tail != '/'))
        cli_text_add(&name, recipe, (size_t)(slash - recipe) + 1);
    cli_text_add(&name, tail, n);
    cli_text_add(&name, "", 1);
    free(tail);
    int status = name.failed ? cli_fail("out of memory") : CLI_DONE;
    if (!status && cli_outfile_is(output, name.data))
        status = cli_fail("%s is a source of the recipe: name another file with -o", output);
    cli_text_free(&name);
    return status;
}

static int spare_sources(const char *recipe, const cli_text *text, const char *output)
{
    calib_json json;
    calib_json_token token;
    bool is_path = false;
    int status = CLI_DONE;
    calib_json_begin(&json, text->data, text->len);
    for (calib_json_kind kind = CALIB_JSON_NULL;
         !status && kind != CALIB_JSON_END && kind != CALIB_JSON_ERROR;) {
        kind = calib_json_next(&json, &token);
        if (is_path && kind == CALIB_JSON_STRING)
            status = spare_source(recipe, &token, output);
        is_path = kind == CALIB_JSON_KEY && calib_json_equals(&token, "path");
    }
    return status;
}

int cli_recipe_spare(const char *recipe, const char *output, bool may_replace)
{
    char first;
    cli_text text = {0};
    if (strcmp(output, "-") == 0 || cli_infile_head(recipe, &first, 1) == 0)
        return CLI_DONE; /* a pipe can be read only once */
    if (!may_replace && cli_outfile_is(output, recipe))
        return cli_fail("%s is the recipe: name another file with -o", output);
    int status = cli_infile_read(recipe, "the recipe", MOST_BYTES, &text);
    if (!status)
        status = spare_sources(recipe, &text, output);
    cli_text_free(&text);
    return status;
}

/* ---- calib sample --recipe ---- */

/* A recipe without a lock has no id. */
static int read_lock(cli_result *result)
{
    char id[ID];
    calib_error error = {.struct_size = sizeof error};
    int status = calib_recipe_id(result->arguments->recipe, id);
    if (status == CALIB_E_LOCK)
        return CLI_DONE;
    return status
               ? cli_fail_recipe()
               : cli_infile_read(result->arguments->recipe, "the lock", MOST_BYTES, &result->lock);
}

int cli_recipe_open(cli_result *result)
{
    const cli_arguments *arguments = result->arguments;
    calib_recipe_options options = options_of(arguments);
    uint64_t start = cli_now_ns();
    if (calib_recipe_load(result->tokenizer->vtable, arguments->recipe, &options, &result->samples))
        return cli_fail_recipe();
    result->sample_ns = cli_now_ns() - start;
    result->n_rows = result->samples->n_rows;
    cli_hex(result->samples->corpus_sha256, result->sha256);
    return read_lock(result);
}

/* Writes the id of the lock. It was read before, so it can be read again. */
static const char *lock_id(const cli_result *result, char id[ID])
{
    return result->lock.len && !calib_recipe_id(result->arguments->recipe, id) ? id : NULL;
}

void cli_recipe_json(const cli_result *result, cli_json *json)
{
    char id[ID];
    const char *locked = lock_id(result, id);
    cli_json_string(json, "recipe", result->arguments->recipe);
    if (locked)
        cli_json_string(json, "lock", locked);
    else
        cli_json_null(json, "lock");
    cli_samples_json(result->samples, result->n_rows, json);
    cli_json_string(json, "corpus_sha256", result->sha256);
    cli_json_string(json, "tokenizer", result->arguments->tokenizer);
}

void cli_recipe_print(const cli_result *result)
{
    const calib_samples *samples = result->samples;
    char id[ID];
    const char *locked = lock_id(result, id);
    printf("%llu rows of %zu tokens in ", (unsigned long long)result->n_rows, samples->seq_len);
    cli_print_name(result->arguments->output);
    printf(", %llu tokens in no row\nrecipe ", (unsigned long long)samples->n_dropped);
    cli_print_name(result->arguments->recipe);
    printf("%s%s\n", locked ? ": " : ", which is not locked", locked ? locked : "");
}

void cli_recipe_metadata(const cli_result *result, cli_json *json)
{
    cli_json_string(json, "calib_version", calib_version());
    cli_json_string(json, "corpus_sha256", result->sha256);
    cli_json_string(json, "recipe", cli_origin_name(result->arguments->recipe));
    if (result->lock.len)
        cli_json_bytes(json, "calib_lock", result->lock.data, result->lock.len);
}

/* ---- calib lock ---- */

static int put(void *ctx, const char *text, size_t len)
{
    cli_text *out = ctx;
    cli_text_add(out, text, len);
    return out->failed;
}

static int make(const cli_arguments *arguments, cli_text *out)
{
    cli_tokenizer tokenizer = {0};
    calib_samples *samples = NULL;
    calib_recipe_options options = options_of(arguments);
    int status = cli_tokenizer_open(arguments, &tokenizer);
    if (!status &&
        calib_recipe_lock(tokenizer.vtable, arguments->positional[0], &options, put, out, &samples))
        status = cli_fail_recipe();
    if (!status)
        status = cli_samples_warn(samples, NULL);
    calib_samples_free(samples);
    cli_tokenizer_close(&tokenizer);
    return status;
}

static int print_id(const cli_arguments *arguments)
{
    char id[ID];
    cli_bar_clear();
    if (strcmp(arguments->output, "-") == 0)
        return CLI_DONE;
    if (calib_recipe_id(arguments->output, id))
        return cli_fail_recipe();
    puts(id);
    return cli_flush_results();
}

int cli_lock(cli_arguments *arguments)
{
    cli_outfile file = {.fd = -1, .old_fd = -1};
    cli_text text = {0};
    if (!arguments->output)
        return cli_usage("calib lock needs -o OUT, the file for the lock");
    if (cli_tokenizer_is(arguments, arguments->output))
        return cli_fail("%s is the tokenizer: name another file with -o", arguments->output);
    int status = cli_recipe_spare(arguments->positional[0], arguments->output, true);
    if (!status)
        status = cli_outfile_open(&file, arguments->output);
    if (!status)
        status = make(arguments, &text);
    if (!status)
        status = cli_outfile_write(&file, text.data, text.len);
    if (!status)
        status = cli_outfile_publish(&file);
    if (!status)
        status = print_id(arguments);
    if (!status)
        cli_outfile_keep(&file);
    cli_outfile_discard(&file);
    cli_text_free(&text);
    return status;
}
