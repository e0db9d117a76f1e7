/* SPDX-License-Identifier: MIT */
/* JSON, written in order into a text. Keys are plain ASCII; NULL in an array. */
#ifndef CALIB_PROGRAM_JSON_H
#define CALIB_PROGRAM_JSON_H

#include "text.h"

/** Begin with {.text = ...}. */
typedef struct cli_json {
    cli_text *text;
    bool comma; /* a value stands before, in the same object or array */
} cli_json;

void cli_json_open(cli_json *json, const char *key, char bracket);
void cli_json_close(cli_json *json, char bracket);

/** Any bytes: what is no UTF-8 becomes U+FFFD. */
void cli_json_bytes(cli_json *json, const char *key, const char *bytes, size_t len);
void cli_json_string(cli_json *json, const char *key, const char *string);
void cli_json_unsigned(cli_json *json, const char *key, uint64_t number);
void cli_json_signed(cli_json *json, const char *key, int64_t number);
void cli_json_seconds(cli_json *json, const char *key, uint64_t ns);
void cli_json_boolean(cli_json *json, const char *key, bool value);
void cli_json_null(cli_json *json, const char *key);

/** Prints the text of an object, a line: CLI_DONE, or the failure reported. */
int cli_json_print(cli_text *text);

#endif
