/* SPDX-License-Identifier: MIT */
/* The main scripts of Unicode, and how many characters of a text are of each. "Common" are spaces,
 * digits, punctuation, symbols and combining marks; "Other" are the scripts that have no name here.
 */
#ifndef CALIB_PROGRAM_SCRIPTS_H
#define CALIB_PROGRAM_SCRIPTS_H

#include "scripts_table.h"

#include <stddef.h>
#include <stdint.h>

#define CLI_SCRIPT_ENUM_(name) CLI_SCRIPT_##name,
enum { CLI_SCRIPTS(CLI_SCRIPT_ENUM_) CLI_N_SCRIPTS };

extern const char *const cli_script_names[CLI_N_SCRIPTS];

/** A character that has begun. Zero is none. */
typedef struct cli_script_reader {
    uint32_t code;
    unsigned left; /* bytes that follow */
} cli_script_reader;

/** Adds `weight` for each character of UTF-8 to the count of its script. A character may begin in
 *  one call and end in the next. */
void cli_scripts_count(cli_script_reader *reader, const char *text, size_t len, uint64_t weight,
                       uint64_t counts[CLI_N_SCRIPTS]);

#endif
