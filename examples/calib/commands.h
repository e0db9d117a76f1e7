/* SPDX-License-Identifier: MIT */
/* The commands. Each reports its own failure and returns the exit status. */
#ifndef CALIB_PROGRAM_COMMANDS_H
#define CALIB_PROGRAM_COMMANDS_H

#include "arguments.h"

int cli_sample(cli_arguments *arguments);
int cli_fetch(cli_arguments *arguments);
int cli_info(cli_arguments *arguments);

/** Prints the help of the program (command 0) or of one command to standard output. */
int cli_help(unsigned command);

#endif
