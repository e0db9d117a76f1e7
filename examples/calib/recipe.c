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

#include <calib_recipe.h>
#include <stdio.h>
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

static int pick(cli_result *result)
{
    return cli_samples_warn(result->samples, NULL);
}

/* Writes the id of the lock. It was read before, so it can be read again. */
static const char *lock_id(const cli_result *result, char id[ID])
{
    return result->lock.len && !calib_recipe_id(result->arguments->recipe, id) ? id : NULL;
}

static void add_json(const cli_result *result, cli_json *json)
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

static void print(const cli_result *result)
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

const cli_product cli_recipe_rows = {.what = "rows",
                                     .formats = 1 << CLI_NPY | 1 << CLI_SAFETENSORS | 1 << CLI_BIN,
                                     .list = "npy, safetensors or bin",
                                     .pick = pick,
                                     .write = cli_write_rows,
                                     .json = add_json,
                                     .print = print};

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
    int status = cli_outfile_open(&file, arguments->output);
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
