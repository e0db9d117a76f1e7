/* SPDX-License-Identifier: MIT */
/* Text that grows, its characters, and hexadecimal digits. */
#ifndef CALIB_PROGRAM_TEXT_H
#define CALIB_PROGRAM_TEXT_H

#include "report.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A text. Zero is the empty text. If memory runs out, `failed` is set and further additions do
 *  nothing. */
typedef struct cli_text {
    char *data;
    size_t len;
    size_t cap;
    bool failed;
} cli_text;

void cli_text_add(cli_text *text, const void *bytes, size_t len);
void cli_text_add_string(cli_text *text, const char *string);
void cli_text_format(cli_text *text, const char *format, ...) CLI_PRINTF(2, 3);
void cli_text_free(cli_text *text);

/** Returns the length of the character that the bytes begin with, and sets its code. A byte that is
 *  not UTF-8 counts as U+FFFD of length 1. `len` is at least 1. */
size_t cli_character(const char *bytes, size_t len, uint32_t *code);

enum { CLI_PERCENT = 16 };

/** Writes a share as percents: "12.3 %". */
void cli_percent(double share, char out[CLI_PERCENT]);

enum { CLI_HEX = 65 };

/** Writes 32 bytes as 64 lower-case hexadecimal digits and NUL. */
void cli_hex(const uint8_t bytes[32], char out[CLI_HEX]);

#endif
