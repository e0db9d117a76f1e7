/* SPDX-License-Identifier: MIT */
#include "samples.h"

#include "report.h"

#include <stdio.h>

static const char STRICT[] = " (--strict makes this an error)";

/* With weights a source may be short while the others have more rows than they are asked for. */
static int warn_of_source(const calib_samples *samples, const calib_corpus *corpus, size_t i)
{
    uint64_t asked = samples->source_asked[i], available = samples->source_available[i];
    char number[40];
    calib_source_info info = {.struct_size = sizeof info, .location = number};
    snprintf(number, sizeof number, "sources[%zu]", i);
    if (available >= asked)
        return CLI_DONE;
    if (corpus && calib_corpus_source(corpus, i, &info))
        return cli_fail_library();
    cli_warn("%llu were asked of %s by its weight, but only %llu are available with rows of "
             "%zu tokens%s",
             (unsigned long long)asked, info.location, (unsigned long long)available,
             samples->seq_len, corpus ? STRICT : "");
    return CLI_DONE;
}

int cli_samples_warn(const calib_samples *samples, const calib_corpus *corpus)
{
    int status = CLI_DONE;
    if (samples->n_asked <= 0)
        return status;
    for (size_t i = 0; !status && samples->source_asked && i < samples->n_sources; i++)
        status = warn_of_source(samples, corpus, i);
    if (!samples->source_asked && samples->n_available < (uint64_t)samples->n_asked)
        cli_warn("%s is %lld, but only %llu are available with rows of %zu tokens%s",
                 corpus ? "--samples" : "\"samples\" of the recipe", (long long)samples->n_asked,
                 (unsigned long long)samples->n_available, samples->seq_len, corpus ? STRICT : "");
    return status;
}

/* UINT64_MAX stands for what is not known. */
static void add_known(cli_json *json, const char *key, uint64_t number)
{
    if (number == UINT64_MAX)
        cli_json_null(json, key);
    else
        cli_json_unsigned(json, key, number);
}

void cli_samples_json(const calib_samples *samples, uint64_t n_rows, cli_json *json)
{
    cli_json_signed(json, "requested", samples->n_asked);
    cli_json_unsigned(json, "returned", n_rows);
    cli_json_unsigned(json, "sampled", samples->n_sampled);
    add_known(json, "available_rows", samples->n_available);
    cli_json_unsigned(json, "seq_len", samples->seq_len);
    add_known(json, "tokens", samples->n_tokens);
    cli_json_unsigned(json, "tail_dropped", samples->n_dropped);
}
