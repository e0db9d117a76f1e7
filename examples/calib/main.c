/* SPDX-License-Identifier: MIT */
/* calib: the command line program of the library. It uses the public headers, and the library's
 * reader of JSON. Each file has one job: the command line (arguments.c, options.c, choices.c,
 * sources.c, numbers.c), the commands and their help (commands.c, help.c, sample.c, tokenize.c,
 * produce.c, recipe.c, verify.c, fetch.c, info.c, info_rows.c, cache.c), what calib info counts
 * (vocabulary.c, tally.c, repeats.c, sort.c, scripts.c, lengths.c, compare.c, facts.c) and how it
 * shows it (info_text.c, info_json.c, info_page.c, info_coverage.c, info_compare.c, html.c,
 * html_style.c, shown.c), the tokenizer (tokenizer.c, sentencepiece.c, tokenizer_json.c) and input
 * and output (formats.c, safetensors.c, rows_file.c, outfile.c, rows.c, origin.c, sidefile.c,
 * target.c, json.c, preview.c, report.c, bar.c), and the operating system (system.c).
 */
#include "bar.h"
#include "commands.h"
#include "report.h"
#include "system.h"

#include <stdio.h>
#include <string.h>

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static int unknown_command(const char *word)
{
    if (word[0] == '-')
        return cli_usage("unknown option %s where a command is expected, see calib --help", word);
    for (size_t i = 0; i < cli_n_commands; i++)
        if (cli_distance(word, cli_commands[i].name) <= 2)
            return cli_usage("unknown command \"%s\", did you mean %s?", word,
                             cli_commands[i].name);
    if (strncmp(word, "cache ", 6) == 0)
        return cli_usage("unknown command \"%s\"; the commands of calib cache are list, verify, "
                         "add, remove and prune",
                         word);
    return cli_usage(
        "unknown command \"%s\"; the commands are sample, tokenize, fetch, info, lock, verify and "
        "cache",
        word);
}

/* Runs the command of that name. `argv` holds the arguments after the name. */
static int run_command(const char *name, int argc, char **argv)
{
    const cli_command *command = NULL;
    for (size_t i = 0; i < cli_n_commands && !command; i++)
        if (strcmp(name, cli_commands[i].name) == 0)
            command = &cli_commands[i];
    if (!command)
        return unknown_command(name);
    cli_arguments arguments;
    int status = cli_arguments_read(command, argc, argv, &arguments);
    arguments.options.progress = cli_bar_progress;
    if (!status)
        status = arguments.help ? cli_help(command) : command->run(&arguments);
    cli_arguments_free(&arguments);
    return status;
}

/* Runs the program. `argv` holds the arguments after the name of the program. */
static int run(int argc, char **argv)
{
    if (argc < 1)
        return cli_usage("no command; the commands are sample, tokenize, fetch, info, lock, verify "
                         "and cache, see "
                         "calib --help");
    if (is_help(argv[0])) {
        fputs(cli_program_help, stdout);
        return cli_flush_results();
    }
    if (strcmp(argv[0], "--version") == 0) {
        printf("calib %s\n", calib_version());
        return cli_flush_results();
    }
    if (strcmp(argv[0], "cache") != 0)
        return run_command(argv[0], argc - 1, argv + 1);
    if (argc < 2)
        return cli_usage("calib cache needs a command: list, verify, add, remove or prune");
    if (is_help(argv[1])) {
        fputs(cli_cache_help, stdout);
        return cli_flush_results();
    }
    char name[64];
    snprintf(name, sizeof name, "cache %s", argv[1]);
    return run_command(name, argc - 2, argv + 2);
}

int main(int argc, char **argv)
{
    cli_guard_standard_descriptors();
    cli_signals_begin();
    int status = argc > 0 ? run(argc - 1, argv + 1) : run(0, argv);
    cli_bar_clear();
    /* A signal that came too late to stop anything does not turn a success into a failure. */
    if (status)
        cli_signals_end();
    return status;
}
