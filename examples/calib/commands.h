/* SPDX-License-Identifier: MIT */
/* The commands, one table: name, function, arguments, help. */
#ifndef CALIB_PROGRAM_COMMANDS_H
#define CALIB_PROGRAM_COMMANDS_H

#include "arguments.h"

/** Each reports its own failure and returns the exit status. */
int cli_sample(cli_arguments *arguments);
int cli_fetch(cli_arguments *arguments);
int cli_info(cli_arguments *arguments);
int cli_cache_list(cli_arguments *arguments);
int cli_cache_verify(cli_arguments *arguments);
int cli_cache_add(cli_arguments *arguments);
int cli_cache_remove(cli_arguments *arguments);
int cli_cache_prune(cli_arguments *arguments);

/** Prints the path of a URL's text; downloads it if it is not in the cache. */
int cli_fetch_and_print(const calib_source *source, const calib_options *options);

struct cli_command {
    unsigned bit;     /* CLI_SAMPLE ... */
    const char *name; /* one word or two */
    int (*run)(cli_arguments *arguments);
    size_t n_positional;
    const char *positional;  /* what must be given, as a message says it */
    const char *head, *tail; /* of help; the options stand between */
};

extern const cli_command cli_commands[];
extern const size_t cli_n_commands;

/** The first text of calib --help, and of calib cache --help. */
extern const char cli_program_help[], cli_cache_help[];

/** Prints the help of one command to standard output. */
int cli_help(const cli_command *command);

#endif
