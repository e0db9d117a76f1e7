/* SPDX-License-Identifier: MIT */
/* Text that grows, and a look at the characters in it. */
#ifndef CALIB_PROGRAM_TEXT_H
#define CALIB_PROGRAM_TEXT_H

#include "report.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Zero is the empty text. Once memory is short `failed` stays set and additions do nothing. */
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

/** The character that the bytes begin with: its length and code. What is no UTF-8 counts as one
 *  byte of U+FFFD. `len` is at least 1. */
size_t cli_character(const char *bytes, size_t len, uint32_t *code);

enum { CLI_HEX = 65 };

/** 32 bytes as 64 lower-case digits and NUL. */
void cli_hex(const uint8_t bytes[32], char out[CLI_HEX]);

#endif
