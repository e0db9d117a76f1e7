/* SPDX-License-Identifier: MIT */
/* The table of commands: name, function, arguments, help. */
#ifndef CALIB_PROGRAM_COMMANDS_H
#define CALIB_PROGRAM_COMMANDS_H

#include "arguments.h"

/** Run a command. Report their own failure and return the exit status. */
int cli_sample(cli_arguments *arguments);
int cli_tokenize(cli_arguments *arguments);
int cli_fetch(cli_arguments *arguments);
int cli_info(cli_arguments *arguments);
int cli_lock(cli_arguments *arguments);
int cli_verify(cli_arguments *arguments);
int cli_cache_list(cli_arguments *arguments);
int cli_cache_verify(cli_arguments *arguments);
int cli_cache_add(cli_arguments *arguments);
int cli_cache_remove(cli_arguments *arguments);
int cli_cache_prune(cli_arguments *arguments);

/** Prints the path of a URL's text; downloads the text if it is not in the cache. Returns the exit
 *  status. */
int cli_fetch_and_print(const calib_source *source, const calib_options *options);

struct cli_command {
    unsigned bit;     /* CLI_SAMPLE ... */
    const char *name; /* one word or two */
    int (*run)(cli_arguments *arguments);
    size_t n_positional;
    const char *positional;  /* these arguments, as messages name them; calib info may do without */
    const char *head, *tail; /* of the help text, before and after the options */
};

extern const cli_command cli_commands[];
extern const size_t cli_n_commands;

/** Shows where the rows of a file come from: calib info with a file. Returns the exit status. */
int cli_info_rows(const cli_arguments *arguments);

/** The texts of calib --help and calib cache --help. */
extern const char cli_program_help[], cli_cache_help[];

/** Prints the help of a command on standard output. Returns the exit status. */
int cli_help(const cli_command *command);

#endif
