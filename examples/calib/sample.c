/* SPDX-License-Identifier: MIT */
/* calib sample: writes rows of a corpus to a file. */
#include "commands.h"
#include "recipe.h"
#include "rows.h"
#include "samples.h"

#include <stdio.h>

static int pick(cli_result *result)
{
    int status = result->arguments->recipe ? CLI_DONE : cli_rows_pick(result);
    return status ? status : cli_samples_warn(result->samples, result->corpus);
}

static void add_json(const cli_result *result, cli_json *json)
{
    const cli_arguments *arguments = result->arguments;
    const calib_sampling *sampling = &arguments->sampling;
    if (arguments->recipe) {
        cli_recipe_json(result, json);
        return;
    }
    cli_samples_json(result->samples, result->n_rows, json);
    cli_json_unsigned(json, "seed", arguments->seed);
    cli_json_unsigned(json, "first_row", sampling->first_row);
    cli_json_unsigned(json, "skip", sampling->skip);
    cli_json_unsigned(json, "rank", sampling->rank);
    cli_json_unsigned(json, "world", sampling->world ? sampling->world : 1);
    cli_json_string(json, "sampler", cli_sampler_name(arguments));
}

static void print(const cli_result *result)
{
    const calib_samples *samples = result->samples;
    const calib_info *info = &result->info;
    if (result->arguments->recipe) {
        cli_recipe_print(result);
        return;
    }
    printf("%llu rows of %zu tokens in ", (unsigned long long)result->n_rows, samples->seq_len);
    cli_print_name(result->arguments->output);
    if (samples->n_available == UINT64_MAX)
        printf(", drawn with replacement\ncorpus ");
    else
        printf(", of %llu available\ncorpus ", (unsigned long long)samples->n_available);
    cli_print_name(info->source);
    printf(": %llu bytes, ", (unsigned long long)info->corpus_bytes);
    if (samples->n_tokens != UINT64_MAX)
        printf("%llu tokens, ", (unsigned long long)samples->n_tokens);
    printf("%llu in no row\n", (unsigned long long)samples->n_dropped);
}

int cli_sample(cli_arguments *arguments)
{
    static const cli_product rows = {.what = "rows",
                                     .formats = 1 << CLI_NPY | 1 << CLI_SAFETENSORS | 1 << CLI_BIN,
                                     .list = "npy, safetensors or bin",
                                     .pick = pick,
                                     .write = cli_write_rows,
                                     .json = add_json,
                                     .print = print};
    const calib_sampling *sampling = &arguments->sampling;
    uint32_t world = sampling->world ? sampling->world : 1;
    if (sampling->rank >= world)
        return cli_usage("--rank is %lu, it must be below --world, which is %lu",
                         (unsigned long)sampling->rank, (unsigned long)world);
    return cli_produce(arguments, &rows);
}
