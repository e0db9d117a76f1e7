/* SPDX-License-Identifier: MIT */
#include "result.h"

#include "infile.h"
#include "recipe.h"
#include "system.h"

#include <stdlib.h>

/* The library takes sources one after another in memory. */
static int open_corpus(cli_result *result)
{
    const cli_arguments *arguments = result->arguments;
    size_t n = arguments->n_sources;
    calib_source *sources = malloc(n * sizeof *sources);
    if (!sources)
        return cli_fail("out of memory");
    for (size_t i = 0; i < n; i++)
        sources[i] = arguments->sources[i].source;
    int failed = calib_corpus_open(result->tokenizer->vtable, sources, n, &arguments->options,
                                   &result->corpus);
    free(sources);
    return failed || calib_corpus_info(result->corpus, &result->info) ? cli_fail_library()
                                                                      : CLI_DONE;
}

int cli_result_open(cli_result *result)
{
    result->info.struct_size = sizeof result->info;
    if (result->arguments->recipe)
        return cli_recipe_open(result);
    int status = open_corpus(result);
    if (status)
        return status;
    if (result->info.hint)
        cli_warn("%s: %s", result->info.source, result->info.hint);
    cli_hex(result->info.corpus_sha256, result->sha256);
    if (result->info.has_fingerprint)
        cli_hex(result->info.fingerprint, result->fingerprint);
    return CLI_DONE;
}

void cli_result_close(cli_result *result)
{
    calib_samples_free(result->samples);
    calib_corpus_close(result->corpus);
    cli_text_free(&result->lock);
}

const char *cli_sampler_name(const cli_arguments *arguments)
{
    return arguments->sampling.sampler ? arguments->sampling.sampler : "mlx";
}

static const char *cache_word(uint32_t state)
{
    switch (state) {
    case CALIB_CACHE_HIT: return "hit";
    case CALIB_CACHE_MISS: return "miss";
    default: return "off";
    }
}

void cli_result_json_corpus(const cli_result *result, cli_json *json)
{
    const calib_info *info = &result->info;
    cli_json_string(json, "source", info->source);
    cli_json_string(json, "corpus_sha256", result->sha256);
    cli_json_unsigned(json, "corpus_bytes", info->corpus_bytes);
    cli_json_unsigned(json, "text_bytes", info->text_bytes);
    cli_json_string(json, "download_cache", cache_word(info->download));
    cli_json_string(json, "token_cache", cache_word(info->token_store));
    if (info->token_store_why)
        cli_json_string(json, "token_cache_why", info->token_store_why);
    else
        cli_json_null(json, "token_cache_why");
    cli_json_string(json, "tokenizer", result->arguments->tokenizer);
    if (result->info.has_fingerprint)
        cli_json_string(json, "tokenizer_fingerprint", result->fingerprint);
    else
        cli_json_null(json, "tokenizer_fingerprint");
    cli_json_unsigned(json, "vocab_size", info->vocab_size);
}

int cli_result_json_end(cli_result *result, cli_json *json)
{
    const calib_info *info = &result->info;
    cli_json_open(json, "seconds", '{');
    if (result->corpus) {
        cli_json_seconds(json, "fetch", info->fetch_ns);
        cli_json_seconds(json, "read", info->read_ns);
        cli_json_seconds(json, "tokenize", info->tokenize_ns);
    }
    if (result->samples)
        cli_json_seconds(json, "sample", result->sample_ns);
    if (result->arguments->output)
        cli_json_seconds(json, "write", result->write_ns);
    cli_json_seconds(json, "total", cli_now_ns() - result->start_ns);
    cli_json_close(json, '}');
    int status = cli_result_json_preview(result, json);
    cli_json_string(json, "calib_version", calib_version());
    cli_json_close(json, '}');
    if (!status)
        status = cli_json_print(json->text);
    cli_text_free(json->text);
    return status;
}

int cli_result_print_end(cli_result *result)
{
    int status = cli_result_print_preview(result);
    int flushed = cli_flush_results();
    return status ? status : flushed;
}
