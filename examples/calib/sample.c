/* SPDX-License-Identifier: MIT */
/* calib sample: writes rows of a corpus to a file. */
#include "bar.h"
#include "commands.h"
#include "formats.h"
#include "infile.h"
#include "rows.h"
#include "system.h"
#include "target.h"

#include <stdio.h>
#include <string.h>

/* Checks everything that needs only the command line. */
static int check(cli_arguments *arguments, cli_format *format)
{
    const calib_sampling *sampling = &arguments->sampling;
    uint32_t world = sampling->world ? sampling->world : 1;
    if (!arguments->output)
        return cli_usage("calib sample needs -o OUT, the file for the rows");
    *format = cli_format_of(arguments);
    if (*format == CLI_NO_FORMAT && arguments->format)
        return cli_usage("--format is \"%s\", expected npy, safetensors or bin", arguments->format);
    if (*format == CLI_NO_FORMAT)
        return cli_usage("the name \"%s\" does not give a format; use --format npy, "
                         "safetensors or bin",
                         arguments->output);
    if (sampling->rank >= world)
        return cli_usage("--rank is %lu, it must be below --world, which is %lu",
                         (unsigned long)sampling->rank, (unsigned long)world);
    if (cli_target_descriptor(arguments->output) == 1)
        arguments->output = "-";
    if (strcmp(arguments->output, "-") != 0)
        return CLI_DONE;
    if (arguments->json || arguments->preview)
        return cli_usage("%s and -o - both write to standard output; name a file with -o",
                         arguments->json ? "--json" : "--preview");
    return CLI_DONE;
}

/* Refuses to replace an input by the rows: this is most likely a slip, and would lose the input. */
static int check_inputs(const cli_arguments *arguments)
{
    const char *source = arguments->source.location, *output = arguments->output;
    bool is_file = source && strcmp(source, "builtin") != 0;
    if (is_file && cli_outfile_is(output, source))
        return cli_fail("%s is the corpus: name another file with -o", output);
    if (strcmp(arguments->tokenizer, "bytes") != 0 && cli_outfile_is(output, arguments->tokenizer))
        return cli_fail("%s is the tokenizer: name another file with -o", output);
    if (cli_outfile_is_results(output))
        return cli_fail("%s is also where standard output goes, which gets the results: name "
                        "another file, or use -o -",
                        output);
    return CLI_DONE;
}

static int print_json(cli_result *result, cli_format format)
{
    const cli_arguments *arguments = result->arguments;
    const calib_samples *samples = result->samples;
    cli_text text = {0};
    cli_json json = {.text = &text};
    cli_json_open(&json, NULL, '{');
    cli_json_signed(&json, "requested", samples->n_asked);
    cli_json_unsigned(&json, "returned", result->n_rows);
    cli_json_unsigned(&json, "sampled", samples->n_sampled);
    cli_json_unsigned(&json, "available_rows", samples->n_available);
    cli_json_unsigned(&json, "seq_len", samples->seq_len);
    cli_json_unsigned(&json, "seed", arguments->seed);
    cli_json_unsigned(&json, "skip", arguments->sampling.skip);
    cli_json_unsigned(&json, "rank", arguments->sampling.rank);
    cli_json_unsigned(&json, "world", arguments->sampling.world ? arguments->sampling.world : 1);
    cli_json_string(&json, "sampler", cli_sampler_name(arguments));
    cli_json_unsigned(&json, "tokens", samples->n_tokens);
    cli_json_unsigned(&json, "tail_dropped", samples->n_dropped);
    cli_result_json_corpus(result, &json);
    cli_json_string(&json, "output", arguments->output);
    cli_json_string(&json, "format", cli_format_name(format));
    return cli_result_json_end(result, &json);
}

static int print_summary(cli_result *result)
{
    const calib_samples *samples = result->samples;
    const calib_info *info = &result->info;
    cli_bar_clear();
    printf("%llu rows of %zu tokens in ", (unsigned long long)result->n_rows, samples->seq_len);
    cli_print_name(result->arguments->output);
    printf(", of %llu available rows\ncorpus ", (unsigned long long)samples->n_available);
    cli_print_name(info->source);
    printf(": %llu bytes, %llu tokens, %llu at the end in no row\n",
           (unsigned long long)info->corpus_bytes, (unsigned long long)samples->n_tokens,
           (unsigned long long)samples->n_dropped);
    printf("sha256 %s\n", result->sha256);
    printf("took %.3f s\n", (double)(cli_now_ns() - result->start_ns) / 1e9);
    return cli_result_print_end(result);
}

static void warn_of_shortfall(const calib_samples *samples)
{
    if (samples->n_asked > 0 && samples->n_sampled < (uint64_t)samples->n_asked)
        cli_warn("%lld rows of %zu tokens were asked for, but the corpus has %llu (--strict makes "
                 "this an error)",
                 (long long)samples->n_asked, samples->seq_len,
                 (unsigned long long)samples->n_available);
}

/* Prints the results after the file has its name, so that they are never printed without it. If
 * printing fails, cli_outfile_discard() removes the file and puts the old one back, so that a
 * failure leaves nothing. Where the old file cannot be put back, it says so. */
static int write_out(cli_result *result, cli_format format, cli_outfile *file)
{
    bool straight_out = strcmp(result->arguments->output, "-") == 0;
    uint64_t start = cli_now_ns(), sample_ns = result->sample_ns;
    int status = cli_write_rows(result, format, file);
    if (!status)
        status = cli_outfile_publish(file);
    result->write_ns = cli_now_ns() - start - (result->sample_ns - sample_ns);
    if (!status && result->arguments->json)
        status = print_json(result, format);
    else if (!status && !straight_out)
        status = print_summary(result);
    if (!status)
        cli_outfile_keep(file);
    return status;
}

int cli_sample(cli_arguments *arguments)
{
    char token[CLI_TOKEN_CAP];
    cli_format format = CLI_NO_FORMAT;
    cli_tokenizer tokenizer = {0};
    cli_outfile file = {.fd = -1, .old_fd = -1};
    cli_result result = {.arguments = arguments, .tokenizer = &tokenizer};
    result.start_ns = cli_now_ns();
    int status = check(arguments, &format);
    if (!status)
        status = check_inputs(arguments);
    if (!status)
        status = cli_token_read(arguments, token);
    if (!status)
        status = cli_tokenizer_open(arguments, &tokenizer);
    if (!status)
        status = cli_outfile_open(&file, arguments->output);
    if (!status)
        status = cli_result_open(&result);
    if (!status)
        status = cli_rows_pick(&result);
    if (!status)
        warn_of_shortfall(result.samples);
    if (!status)
        status = write_out(&result, format, &file);
    cli_outfile_discard(&file);
    cli_result_close(&result);
    cli_tokenizer_close(&tokenizer);
    return status;
}
