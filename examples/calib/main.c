/* SPDX-License-Identifier: MIT */
/* calib: the library's program. It uses the public headers only, one file a job: the command line
 * (arguments.c, options.c, numbers.c, help.c), the commands (sample.c, fetch.c, info.c), what they
 * write (formats.c, outfile.c, json.c, preview.c), and the system (system.c). */
#include "bar.h"
#include "commands.h"
#include "report.h"
#include "system.h"

#include <stdio.h>
#include <string.h>

typedef int (*command_fn)(cli_arguments *arguments);

static const struct {
    cli_command command;
    command_fn run;
} commands[] = {{CLI_SAMPLE, cli_sample}, {CLI_FETCH, cli_fetch}, {CLI_INFO, cli_info}};

static int print_version(void)
{
    printf("calib %s\n", calib_version());
    return cli_flush_results();
}

static int unknown_command(const char *word)
{
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        const char *name = cli_command_name(commands[i].command);
        if (cli_distance(word, name) <= 2)
            return cli_usage("unknown command \"%s\", did you mean %s?", word, name);
    }
    return cli_usage("unknown %s \"%s\"; the commands are sample, fetch and info",
                     word[0] == '-' ? "option" : "command", word);
}

static int run_command(size_t index, int argc, char **argv)
{
    cli_arguments arguments;
    int status = cli_arguments_read(commands[index].command, argc, argv, &arguments);
    if (status)
        return status;
    if (arguments.help)
        return cli_help((unsigned)commands[index].command);
    arguments.options.progress = cli_bar_progress;
    return commands[index].run(&arguments);
}

static int run(int argc, char **argv)
{
    if (argc < 2)
        return cli_usage("no command; the commands are sample, fetch and info, and calib --help "
                         "tells more");
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return cli_help(0);
    if (strcmp(argv[1], "--version") == 0)
        return print_version();
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
        if (strcmp(argv[1], cli_command_name(commands[i].command)) == 0)
            return run_command(i, argc - 2, argv + 2);
    return unknown_command(argv[1]);
}

int main(int argc, char **argv)
{
    cli_guard_standard_descriptors();
    cli_signals_begin();
    int status = run(argc, argv);
    cli_bar_clear();
    cli_signals_end();
    return status;
}
