/* SPDX-License-Identifier: MIT */
/* calib: the library's program. It uses the public headers only, one file a job: the command line
 * (arguments.c, options.c, numbers.c), the commands and their help (commands.c, help.c, sample.c,
 * fetch.c, info.c, cache.c), what they write (formats.c, outfile.c, json.c, preview.c), and the
 * system (system.c). */
#include "bar.h"
#include "commands.h"
#include "report.h"
#include "system.h"

#include <stdio.h>
#include <string.h>

static int print_version(void)
{
    printf("calib %s\n", calib_version());
    return cli_flush_results();
}

static int print_help(const char *text)
{
    fputs(text, stdout);
    return cli_flush_results();
}

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static int unknown_command(const char *word)
{
    if (word[0] == '-')
        return cli_usage("unknown option %s in place of a command, see calib --help", word);
    for (size_t i = 0; i < cli_n_commands; i++)
        if (cli_distance(word, cli_commands[i].name) <= 2)
            return cli_usage("unknown command \"%s\", did you mean %s?", word,
                             cli_commands[i].name);
    if (strncmp(word, "cache ", 6) == 0)
        return cli_usage("unknown command \"%s\"; calib cache takes list, verify, add, remove and "
                         "prune",
                         word);
    return cli_usage("unknown command \"%s\"; the commands are sample, fetch, info and cache",
                     word);
}

static int run_command(const cli_command *command, int argc, char **argv)
{
    cli_arguments arguments;
    int status = cli_arguments_read(command, argc, argv, &arguments);
    if (status)
        return status;
    if (arguments.help)
        return cli_help(command);
    arguments.options.progress = cli_bar_progress;
    return command->run(&arguments);
}

/* `name` is made of the first `n_words` arguments. */
static int find_and_run(const char *name, int n_words, int argc, char **argv)
{
    for (size_t i = 0; i < cli_n_commands; i++)
        if (strcmp(name, cli_commands[i].name) == 0)
            return run_command(&cli_commands[i], argc - n_words, argv + n_words);
    return unknown_command(name);
}

static int run_cache(int argc, char **argv)
{
    char name[64];
    if (argc < 2)
        return cli_usage("calib cache needs a command: list, verify, add, remove or prune");
    if (is_help(argv[1]))
        return print_help(cli_cache_help);
    snprintf(name, sizeof name, "cache %s", argv[1]);
    return find_and_run(name, 2, argc, argv);
}

/* Without the program's own name. */
static int run(int argc, char **argv)
{
    if (argc < 1)
        return cli_usage("no command; the commands are sample, fetch, info and cache, and calib "
                         "--help tells more");
    if (is_help(argv[0]))
        return print_help(cli_program_help);
    if (strcmp(argv[0], "--version") == 0)
        return print_version();
    if (strcmp(argv[0], "cache") == 0)
        return run_cache(argc, argv);
    return find_and_run(argv[0], 1, argc, argv);
}

int main(int argc, char **argv)
{
    cli_guard_standard_descriptors();
    cli_signals_begin();
    int status = argc > 0 ? run(argc - 1, argv + 1) : run(0, argv);
    cli_bar_clear();
    cli_signals_end();
    return status;
}
