/* SPDX-License-Identifier: MIT */
/* calib sample: writes rows of a corpus to a file. */
#include "commands.h"
#include "recipe.h"
#include "rows.h"

#include <stdio.h>

/* With weights a source may be short while the others have more rows than they are asked for. */
static int warn_of_source(const cli_result *result, size_t i)
{
    const calib_samples *samples = result->samples;
    uint64_t asked = samples->source_asked[i], available = samples->source_available[i];
    calib_source_info info = {.struct_size = sizeof info};
    if (available >= asked)
        return CLI_DONE;
    if (calib_corpus_source(result->corpus, i, &info))
        return cli_fail_library();
    cli_warn("%llu were asked of %s by its weight, but only %llu are available with rows of "
             "%zu tokens (--strict makes this an error)",
             (unsigned long long)asked, info.location, (unsigned long long)available,
             samples->seq_len);
    return CLI_DONE;
}

static int pick(cli_result *result)
{
    int status = cli_rows_pick(result);
    const calib_samples *samples = result->samples;
    if (status || samples->n_asked <= 0)
        return status;
    for (size_t i = 0; !status && samples->source_asked && i < samples->n_sources; i++)
        status = warn_of_source(result, i);
    if (!samples->source_asked && samples->n_available < (uint64_t)samples->n_asked)
        cli_warn("--samples is %lld, but only %llu are available with rows of %zu tokens (--strict "
                 "makes this an error)",
                 (long long)samples->n_asked, (unsigned long long)samples->n_available,
                 samples->seq_len);
    return status;
}

static void add_json(const cli_result *result, cli_json *json)
{
    const cli_arguments *arguments = result->arguments;
    const calib_samples *samples = result->samples;
    cli_json_signed(json, "requested", samples->n_asked);
    cli_json_unsigned(json, "returned", result->n_rows);
    cli_json_unsigned(json, "sampled", samples->n_sampled);
    if (samples->n_available == UINT64_MAX)
        cli_json_null(json, "available_rows");
    else
        cli_json_unsigned(json, "available_rows", samples->n_available);
    cli_json_unsigned(json, "seq_len", samples->seq_len);
    cli_json_unsigned(json, "seed", arguments->seed);
    cli_json_unsigned(json, "first_row", arguments->sampling.first_row);
    cli_json_unsigned(json, "skip", arguments->sampling.skip);
    cli_json_unsigned(json, "rank", arguments->sampling.rank);
    cli_json_unsigned(json, "world", arguments->sampling.world ? arguments->sampling.world : 1);
    cli_json_string(json, "sampler", cli_sampler_name(arguments));
    if (samples->n_tokens == UINT64_MAX) /* --lazy, and few documents were needed */
        cli_json_null(json, "tokens");
    else
        cli_json_unsigned(json, "tokens", samples->n_tokens);
    cli_json_unsigned(json, "tail_dropped", samples->n_dropped);
}

static void print(const cli_result *result)
{
    const calib_samples *samples = result->samples;
    const calib_info *info = &result->info;
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
    if (arguments->recipe)
        return cli_produce(arguments, &cli_recipe_rows);
    const calib_sampling *sampling = &arguments->sampling;
    uint32_t world = sampling->world ? sampling->world : 1;
    if (sampling->rank >= world)
        return cli_usage("--rank is %lu, it must be below --world, which is %lu",
                         (unsigned long)sampling->rank, (unsigned long)world);
    return cli_produce(arguments, &rows);
}
