/* SPDX-License-Identifier: MIT */
#include "produce.h"

#include "bar.h"
#include "recipe.h"
#include "sources.h"
#include "system.h"
#include "target.h"

#include <stdio.h>
#include <string.h>

/* Checks everything that needs only the command line. */
static int check(cli_arguments *arguments, const cli_product *product, cli_format *format)
{
    if (!arguments->output)
        return cli_usage("calib %s needs -o OUT, the file for the %s", arguments->command,
                         product->what);
    *format = cli_format_of(arguments);
    bool allowed = product->formats >> *format & 1;
    if (!allowed && arguments->format)
        return cli_usage("--format is \"%s\", expected %s", arguments->format, product->list);
    if (!allowed)
        return cli_usage("the name \"%s\" does not give a format; use --format %s",
                         arguments->output, product->list);
    if (cli_target_descriptor(arguments->output) == 1)
        arguments->output = "-";
    if (strcmp(arguments->output, "-") != 0)
        return CLI_DONE;
    if (arguments->json || arguments->preview)
        return cli_usage("%s and -o - both write to standard output; name a file with -o",
                         arguments->json ? "--json" : "--preview");
    return CLI_DONE;
}

int cli_spare_inputs(const cli_arguments *arguments, const char *output)
{
    for (size_t i = 0; i < arguments->n_sources + arguments->n_compared; i++) {
        const char *source = arguments->sources[i].source.location;
        bool is_file = source && strcmp(source, "builtin") != 0;
        if (is_file && cli_outfile_is(output, source))
            return cli_fail("%s is the corpus: name another file for the output", output);
    }
    if (arguments->recipe && cli_recipe_spare(arguments->recipe, output, false))
        return CLI_FAILED;
    if (cli_tokenizer_is(arguments, output))
        return cli_fail("%s is the tokenizer: name another file for the output", output);
    if (cli_outfile_is_results(output))
        return cli_fail("%s is also where standard output goes, which gets the results: name "
                        "another file, or use -o -",
                        output);
    return CLI_DONE;
}

static int print_json(cli_result *result, const cli_product *product, cli_format format)
{
    cli_text text = {0};
    cli_json json = {.text = &text};
    cli_json_open(&json, NULL, '{');
    product->json(result, &json);
    if (result->corpus)
        cli_result_json_corpus(result, &json);
    cli_json_string(&json, "output", result->arguments->output);
    cli_json_string(&json, "format", cli_format_name(format));
    return cli_result_json_end(result, &json);
}

static int print_summary(cli_result *result, const cli_product *product)
{
    cli_bar_clear();
    product->print(result);
    printf("sha256 %s\n", result->sha256);
    printf("took %.3f s\n", (double)(cli_now_ns() - result->start_ns) / 1e9);
    return cli_result_print_end(result);
}

/* Prints the results after the file has its name, so that they are never printed without it. If
 * printing fails, cli_outfile_discard() removes the file and puts the old one back, so that a
 * failure leaves nothing. Where the old file cannot be put back, it says so. */
static int write_out(cli_result *result, const cli_product *product, cli_format format,
                     cli_outfile *file, cli_outfile *bounds)
{
    bool straight_out = strcmp(result->arguments->output, "-") == 0;
    uint64_t start = cli_now_ns(), sample_ns = result->sample_ns;
    int status = product->write(result, format, file);
    if (!status && bounds->name)
        status = cli_write_bounds(result, bounds);
    if (!status)
        status = cli_outfile_publish(file);
    if (!status && bounds->name)
        status = cli_outfile_publish(bounds);
    result->write_ns = cli_now_ns() - start - (result->sample_ns - sample_ns);
    if (!status && result->arguments->json)
        status = print_json(result, product, format);
    else if (!status && !straight_out)
        status = print_summary(result, product);
    if (!status)
        cli_outfile_keep(file);
    if (!status && bounds->name)
        cli_outfile_keep(bounds);
    return status;
}

static int check_outputs(const cli_arguments *arguments)
{
    int status = cli_spare_inputs(arguments, arguments->output);
    if (status || !arguments->bounds)
        return status;
    if (strcmp(arguments->bounds, "-") == 0)
        return cli_usage("--bounds is \"-\", expected the name of a file");
    return cli_spare_inputs(arguments, arguments->bounds);
}

/* Opens all outputs, before any work. */
static int open_outputs(const cli_arguments *arguments, cli_outfile *file, cli_outfile *bounds)
{
    int status = cli_outfile_open(file, arguments->output);
    if (!status && arguments->bounds)
        status = cli_outfile_open(bounds, arguments->bounds);
    if (!status && arguments->bounds && cli_outfile_equals(file, bounds))
        return cli_fail("--bounds and -o name the same file, %s", arguments->output);
    return status;
}

int cli_produce(cli_arguments *arguments, const cli_product *product)
{
    cli_format format = CLI_NO_FORMAT;
    cli_tokenizer tokenizer = {0};
    cli_outfile file = {.fd = -1, .old_fd = -1}, bounds = {.fd = -1, .old_fd = -1};
    cli_result result = {.arguments = arguments, .tokenizer = &tokenizer};
    result.start_ns = cli_now_ns();
    int status = check(arguments, product, &format);
    if (!status)
        status = check_outputs(arguments);
    if (!status)
        status = cli_sources_tokens(arguments);
    if (!status)
        status = cli_tokenizer_open(arguments, &tokenizer);
    if (!status)
        status = open_outputs(arguments, &file, &bounds);
    if (!status)
        status = cli_result_open(&result);
    if (!status && product->pick)
        status = product->pick(&result);
    if (!status)
        status = write_out(&result, product, format, &file, &bounds);
    cli_outfile_discard(&bounds);
    cli_outfile_discard(&file);
    cli_result_close(&result);
    cli_tokenizer_close(&tokenizer);
    return status;
}
