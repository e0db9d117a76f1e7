/* SPDX-License-Identifier: MIT */
/* calib tokenize: writes all tokens of a corpus to a file. */
#include "commands.h"
#include "produce.h"

#include <stdio.h>

static void add_json(const cli_result *result, cli_json *json)
{
    cli_json_unsigned(json, "tokens", result->info.n_tokens);
}

static void print(const cli_result *result)
{
    const calib_info *info = &result->info;
    printf("%llu tokens in ", (unsigned long long)info->n_tokens);
    cli_print_name(result->arguments->output);
    printf("\ncorpus ");
    cli_print_name(info->source);
    printf(": %llu bytes\n", (unsigned long long)info->corpus_bytes);
}

int cli_tokenize(cli_arguments *arguments)
{
    static const cli_product stream = {.what = "tokens",
                                       .formats = 1 << CLI_NPY | 1 << CLI_BIN,
                                       .list = "npy or bin",
                                       .write = cli_write_stream,
                                       .json = add_json,
                                       .print = print};
    return cli_produce(arguments, &stream);
}
